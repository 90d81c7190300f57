"""Sentences: how a condition reads in French and in English.

`reading` turns each test into a fact that says what a person would say (how many, how long ago, who
is among the first…), `layout` joins facts into one sentence or a list, and each language has its own
words and grammar.
"""
