"""An item to be imported, whatever it came from, and the names by which it is known again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from common.errors import InvalidInput
from common.utils import clock
from common.utils.net.addresses import parts_of
from common.utils.text import shapes
from common.utils.text.mails import without_mails
from common.utils.text.shortening import shortened

LONGEST_TITLE: Final = 128
LONGEST_NAME: Final = 32  # of a channel, and of an author
LONGEST_BODY: Final = 1_000_000  # characters (contract/additions.md §2)
_EARLIEST_YEAR: Final = 1990  # dates before the web are mistakes
_KEY_CHARACTERS: Final = 40
_CAMPAIGN: Final = "utm_"  # parameters that only count where readers come from
_MARKUP_AND_BLANKS: Final = re.compile(r"<[^<>]*>|\s+")


class Unreadable(InvalidInput):
    """The source as a whole cannot be imported; the text says why."""


@dataclass(frozen=True)
class Identity:
    """What the source calls an item.

    :param scope: the feed, within which an id means something
    :param own_id: its id; empty: it has none
    :param link: its address; empty: it has none
    :param is_id_shared: several entries of the feed carry this id, so it identifies none
    :param is_link_shared: likewise
    """

    scope: str = ""
    own_id: str = ""
    link: str = ""
    is_id_shared: bool = False
    is_link_shared: bool = False


@dataclass(frozen=True)
class Item:
    """Somebody else's article.

    :param title: plain text
    :param content: HTML, or plain text with one paragraph per line; not to be trusted
    :param is_plain: the content is text whatever it looks like; else that is looked at
    :param published_at: product time; None: not known
    :param covers: addresses of pictures that the source itself put in front
    :param base: what relative addresses in the content are relative to
    :param place: how many newer items the source shows before this one; None: as they come
    :param line: where it begins
    """

    title: str
    content: str
    channel: str
    author: str
    is_plain: bool = False
    published_at: datetime | None = None
    covers: tuple[str, ...] = ()
    identity: Identity = Identity()
    base: str = ""
    place: int | None = None
    line: int | None = None

    @property
    def lack(self) -> str:
        """What is missing to show it; empty: nothing."""
        for name in ("title", "content", "channel", "author"):
            if not shapes.shows_something(getattr(self, name)):
                return f"it has no {name}"
        return f"it is longer than {LONGEST_BODY}" if len(self.content) > _LONGEST_SOURCE else ""


_LONGEST_SOURCE: Final = 20 * LONGEST_BODY  # before it is cleaned; inline pictures count there


def tidied(item: Item, place: int) -> Item:
    """The item with names that fit our columns, and without a date that cannot be.

    :param place: for an item that has none

    What lies before the web is a mistake, and what lies in the future has not happened: both
    count as not known.
    """
    moment = item.published_at.replace(microsecond=0) if item.published_at is not None else None
    if moment is not None and not (moment.year >= _EARLIEST_YEAR and moment <= clock.now()):
        moment = None
    return replace(
        item,
        title=_line(item.title, LONGEST_TITLE),
        channel=_line(item.channel, LONGEST_NAME),
        author=_line(item.author, LONGEST_NAME),
        published_at=moment,
        place=place if item.place is None else item.place,
    )


def _line(text: str, longest: int) -> str:
    return shortened(" ".join(without_mails(text).split()), longest)


class Names(NamedTuple):
    """Keys of an item. What a shared key stands for, identifies nothing, now or later."""

    by_id: str | None
    by_link: str | None
    by_text: str
    shared_id: str | None
    shared_link: str | None
    is_id_shared: bool
    is_link_shared: bool

    def every(self) -> Iterator[str]:
        """All keys, to look them up."""
        for key in self[:5]:
            if key is not None:
                yield str(key)

    def identifying(self, known: Collection[str]) -> str:
        """The one key that says which item this is (contract/additions.md §8).

        :param known: keys that stand in the database
        """
        if self.by_id and not self.is_id_shared and self.shared_id not in known:
            return self.by_id
        if self.by_link and not self.is_link_shared and self.shared_link not in known:
            return self.by_link
        return self.by_text

    def to_remember(self) -> Iterator[str]:
        """What identifies it by now, and what was found to identify nothing."""
        if self.by_id:
            yield self.shared_id if self.is_id_shared and self.shared_id else self.by_id
        if self.by_link:
            yield self.shared_link if self.is_link_shared and self.shared_link else self.by_link
        yield self.by_text


def names(item: Item) -> Names:
    """By these an item is the same one."""
    identity = item.identity
    own_id = (identity.scope, identity.own_id) if identity.own_id else None
    link = (link_name(identity.link),) if identity.link else None
    text = _MARKUP_AND_BLANKS.sub("", item.content)
    return Names(
        by_id=own_id and _key("id", *own_id),
        by_link=link and _key("link", *link),
        by_text=_key("text", identity.scope, item.title, text),
        shared_id=own_id and _key("shared id", *own_id),
        shared_link=link and _key("shared link", *link),
        is_id_shared=identity.is_id_shared,
        is_link_shared=identity.is_link_shared,
    )


def link_name(link: str) -> str:
    """The same for addresses that surely lead to the same page."""
    parts = parts_of(link)
    asked = [part for part in parts.query.split("&") if not part.startswith(_CAMPAIGN)]
    host = parts.netloc.removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{'&'.join(asked)}#{parts.fragment}"


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_KEY_CHARACTERS]
