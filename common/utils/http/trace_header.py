"""The ``Trace`` header, in which clients echo a token of what they show (contract/rpc.md §5)."""

from __future__ import annotations

from typing import Final

import orjson

KEYS: Final = ("action", "userId", "articleId", "algorithmCombine")
MAX_HEADER_BYTES: Final = 1024


def algorithm_of(header: str | None, *, action: str, article_id: int) -> str | None:
    """The algorithm that a token names; None if it is not one of this action and article."""
    if not header:  # nearly always
        return None
    raw = _as_sent(header)
    if len(raw) > MAX_HEADER_BYTES:
        return None
    try:
        token = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(token, dict) or token.keys() != set(KEYS):
        return None
    if not all(isinstance(value, str) for value in token.values()):
        return None
    if token["action"] != action or token["articleId"] != str(article_id):
        return None
    algorithm: str = token["algorithmCombine"]
    return algorithm


def _as_sent(header: str) -> bytes:
    """The bytes of a header: servers hand them over one character each (PEP 3333)."""
    try:
        return header.encode("latin-1")
    except UnicodeEncodeError:
        return header.encode(errors="replace")
