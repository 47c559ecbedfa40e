"""The cache engine: the kinds of cached models, and what happens underneath all of them.

Declarations of what is cached stand beside this package, one module per domain.
"""
