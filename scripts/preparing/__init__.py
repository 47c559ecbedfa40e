"""Preparing the data of an embedded run, ``python -m scripts.preparing``.

A package, because multiprocessing runs a main module again in every process that it starts, except
for a ``__main__``: those that draw pictures have no use for all that it imports.
"""
