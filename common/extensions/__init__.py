"""Drivers of the outside: created unbound at import, bound by ``init``, connected on first use."""
