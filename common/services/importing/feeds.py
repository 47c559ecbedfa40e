"""RSS and Atom feeds."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, Final, NamedTuple
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
import feedparser
from defusedxml import DefusedXmlException

from common.services.importing.items import Item, Unreadable
from common.utils import clock

LARGEST_FEED: Final = 20 * 1024 * 1024  # bytes


class _Origin(NamedTuple):
    """What all entries of a feed share."""

    title: str
    link: str
    channel: str


def read(data: bytes, *, channel: str = "") -> Iterator[Item]:
    """The entries of a feed, in its order.

    :param channel: empty: the title of the feed
    :raises Unreadable: it is too large, no well-formed XML, declares entities, or is no feed
    """
    _check(data)
    # A stream, because the parser takes a text for an address or a file name first.
    feed = feedparser.parse(BytesIO(data))
    if not feed.version:
        raise Unreadable("This is not an RSS or Atom feed.")
    origin = _Origin(
        title=str(feed.feed.get("title", "")),
        link=str(feed.feed.get("link", "")),
        channel=channel or str(feed.feed.get("title", "")),
    )
    return (_item(entry, origin) for entry in feed.entries)


def _check(data: bytes) -> None:
    """Refuse what a parser could be attacked with (contract/security.md row 50)."""
    if len(data) > LARGEST_FEED:
        raise Unreadable(f"A feed may have {LARGEST_FEED // 1024 // 1024} MB at most.")
    try:
        defusedxml.sax.parse(BytesIO(data), ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("A feed must not declare a document type or entities.") from error
    except SAXException as error:
        raise Unreadable(f"This is not well-formed XML: {error}") from error


def _item(entry: Any, origin: _Origin) -> Item:
    link = str(entry.get("link", ""))
    return Item(
        title=str(entry.get("title", "")),
        content=_content(entry),
        channel=origin.channel,
        author=str(entry.get("author", "")) or origin.title or origin.channel,
        published_at=_published_at(entry),
        covers=tuple(_covers(entry)),
        identifiers=tuple(_identifiers(entry, link, origin)),
        base=link or origin.link,
    )


def _identifiers(entry: Any, link: str, origin: _Origin) -> Iterator[str]:
    """Addresses are the same everywhere; other ids mean something within their feed only."""
    if link:
        yield link
    if guid := str(entry.get("id", "")):
        yield guid if "://" in guid else f"{origin.link or origin.title} {guid}"


def _content(entry: Any) -> str:
    """The longest of what the entry calls its content: many feeds cut the others short."""
    values = [str(part.get("value", "")) for part in entry.get("content", [])]
    return max([*values, str(entry.get("summary", ""))], key=len)


def _published_at(entry: Any) -> datetime | None:
    # As a plain dict: the parser's own look-up takes one for the other, with a warning.
    moment = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    if moment is None:
        return None
    try:
        return clock.from_ms(calendar.timegm(moment) * 1000)
    except (ValueError, OverflowError, OSError):
        return None


def _covers(entry: Any) -> Iterator[str]:
    for enclosure in entry.get("enclosures", []):
        if str(enclosure.get("type", "")).startswith("image/"):
            yield str(enclosure.get("href", ""))
    for picture in (*entry.get("media_content", []), *entry.get("media_thumbnail", [])):
        if picture.get("medium", "image") == "image" and picture.get("url"):
            yield str(picture["url"])
