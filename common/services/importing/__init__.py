"""Real content from outside: feeds and dumps become articles of this installation.

Event: ArticlesImported.
"""
