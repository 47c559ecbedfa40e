"""Searching as readers see it: results, suggestions, their own history, what is asked most.

The engines behind it are in common/search. contract/search.md, contract/user-app.md §11.
"""
