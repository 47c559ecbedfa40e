"""Preparing the data of an embedded run, ``python -m scripts.preparing``."""
