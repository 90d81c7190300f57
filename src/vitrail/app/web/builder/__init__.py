"""The builder of segments: the form is the state.

`drawing` turns a tree into rows and groups, `reading` turns what was sent back into the tree; what the form
has no fields for stands in it as a condition in writing. Whatever the condition, `read(draw(tree)) == tree`.
"""
