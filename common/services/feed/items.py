"""Rendering: figures and reasons, filled into the ready JSON of articles."""

from __future__ import annotations

from operator import attrgetter, mod
from typing import Final

import orjson

from common.cache.feed import PLACE, SUBJECT
from common.services.feed.looking import Seen

NO_ITEMS: Final = orjson.Fragment(b"[]")

_item_of: Final = attrgetter("item")
_pin_of: Final = attrgetter("pin")


def render(pinned: Seen, shown: Seen, subject: str, place: str) -> orjson.Fragment:
    """The list of items: pins, then what was suggested.

    :param subject: for whom; digits or ``anon:<hash>``, or nothing: there is nothing to escape
    :param place: where they are shown, for their traces
    """
    items = b",".join(map(mod, map(_item_of, shown.cards), shown.fillings))
    if pinned.cards:
        figures = (each[:-1] for each in pinned.fillings)  # a pin has no reason
        pins = b",".join(map(mod, map(_pin_of, pinned.cards), figures))
        items = b",".join(filter(None, (pins, items)))
    items = items.replace(SUBJECT, subject.encode()).replace(PLACE, place.encode())
    return orjson.Fragment(b"[" + items + b"]")
