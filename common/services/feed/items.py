"""Rendering: figures and reasons, filled into the ready JSON of articles."""

from __future__ import annotations

from operator import add, attrgetter, mod
from typing import Final

import orjson

from common.cache.feed import SUBJECT
from common.services.feed.looking import Seen

NO_ITEMS: Final = orjson.Fragment(b"[]")

_item_of: Final = attrgetter("item")
_pin_of: Final = attrgetter("pin")
_reason_of: Final = attrgetter("reason")


def render(pinned: Seen, shown: Seen, subject: str) -> orjson.Fragment:
    """The list of items: pins, then what was suggested.

    :param subject: for whom; digits or ``anon:<hash>``, or nothing: there is nothing to escape
    """
    figures = map(add, shown.figures, zip(_reasons(shown), strict=True))
    items = b",".join(map(mod, map(_item_of, shown.cards), figures))
    if pinned.cards:
        pins = b",".join(map(mod, map(_pin_of, pinned.cards), pinned.figures))
        items = b",".join(filter(None, (pins, items)))
    return orjson.Fragment(b"[" + items.replace(SUBJECT, subject.encode()) + b"]")


def _reasons(shown: Seen) -> list[bytes]:
    """Why each was chosen: a followed author is the better reason."""
    reasons = list(map(str.encode, map(_reason_of, shown.suggestions)))
    if True in shown.follows:
        pairs = zip(shown.follows, reasons, strict=True)
        return [b"follow" if follow else reason for follow, reason in pairs]
    return reasons
