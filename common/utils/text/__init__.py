"""Texts that people write: markup from editors, names, numbers of identity cards."""
