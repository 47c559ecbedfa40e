"""Which analyser made an index: one of another version must not be searched."""

from __future__ import annotations

from typing import Final

from common.search.analysis import synonyms

# Grows with every change of what is indexed: terms, fields, the dictionary.
_VERSION: Final = 5


def current_version() -> str:
    """The analyser's number and its synonyms, as they stand in the names of indexes."""
    return f"{_VERSION}.{synonyms.digest()}"
