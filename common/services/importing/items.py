"""An item to be imported, whatever it came from, and the keys by which it is known again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from common.errors import InvalidInput
from common.utils import clock
from common.utils.text.html import text_of

LONGEST_TITLE: Final = 128
LONGEST_NAME: Final = 32  # of a channel, and of an author
_EARLIEST_YEAR: Final = 1990  # dates before the web are mistakes
_KEY_CHARACTERS: Final = 40


class Unreadable(InvalidInput):
    """The source as a whole cannot be imported; the text says why."""


@dataclass(frozen=True)
class Item:
    """Somebody else's article.

    :param content: HTML, or plain text with one paragraph per line; not to be trusted
    :param published_at: product time; None: not known
    :param covers: addresses of pictures that the source itself put in front
    :param identifiers: what the source calls it: guid, link
    :param base: what relative addresses in the content are relative to
    """

    title: str
    content: str
    channel: str
    author: str
    published_at: datetime | None = None
    covers: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    base: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether there is enough of it to be shown."""
        return bool(self.title and self.content.strip() and self.channel and self.author)


def tidied(item: Item) -> Item:
    """The item with names that fit our columns, and without an impossible date."""
    published_at = item.published_at
    if published_at is not None:
        published_at = published_at.replace(microsecond=0)
        if published_at.year < _EARLIEST_YEAR:
            published_at = None
        else:
            published_at = min(published_at, clock.now())
    return replace(
        item,
        title=_line(item.title, LONGEST_TITLE),
        channel=_line(item.channel, LONGEST_NAME),
        author=_line(item.author, LONGEST_NAME),
        published_at=published_at,
    )


def keys(item: Item) -> list[str]:
    """By any of these an item is the same one: its identifiers, or author, title and time."""
    moment = item.published_at.isoformat() if item.published_at else ""
    sources = [_key("source", identifier) for identifier in item.identifiers]
    return [*dict.fromkeys([*sources, _key("article", item.author, item.title, moment)])]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_KEY_CHARACTERS]


def _line(text: str, longest: int) -> str:
    line = " ".join((text_of(text) if "<" in text or "&" in text else text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
