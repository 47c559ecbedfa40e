"""A hit as engines know it."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A hit, with what it is put in order by; ``weight`` as :attr:`Document.weight`."""

    article_id: int
    author_id: int
    score: float
    published_ms: int
    weight: int
