"""Probable duplicates: pairs of profiles that look like one person, with a probability and its reasons.

The model is that of Fellegi and Sunter (1969), fitted without examples: how often each part of two
profiles agrees by chance is counted, how often it agrees for one person is found by expectation and
maximisation over the pairs that share something (Winkler 1988), and a rare name weighs more than a
common one.
"""
