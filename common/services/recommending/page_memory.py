"""What a process has lately seen of the histories of :mod:`.exposures`: a memory, no source.

Everything is found by its content, so nothing in here can be out of date.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple, cast

import structlog

log = structlog.get_logger(__name__)

PAGES_KEPT: Final = 8192  # some 15 MB
HISTORIES_KEPT: Final = 400  # 20 MB at most

Ids = set[int] | frozenset[int]

_FORM: Final = re.compile(rb"[0-9]+:[0-9]+:[0-9,]*;[0-9,]*")
_articles_of: Final = attrgetter("articles")


class ParsedPage(NamedTuple):
    """A member in parts; ``articles`` once more as a set, as what unites them wants sets."""

    time_ms: int
    end_ms: int
    article_ids: tuple[int, ...]
    pin_ids: tuple[int, ...]
    articles: frozenset[int]


_NO_PAGE: Final = ParsedPage(0, 1, (), (), frozenset())


class _Pages:
    """Pages lately seen, by member: a reader's are read again with each of his requests."""

    def __init__(self) -> None:
        self._kept: dict[bytes, ParsedPage] = {}
        self._lock = threading.Lock()

    def of(self, members: Sequence[bytes]) -> list[ParsedPage]:
        """The parts of members, in order; runs no Python code for those that are known."""
        found = list(map(self._kept.get, members))
        if None in found:
            pairs = zip(found, members, strict=True)
            return [page or self._keep(member) for page, member in pairs]
        return cast("list[ParsedPage]", found)

    def _keep(self, member: bytes) -> ParsedPage:
        page = _parsed(member)
        with self._lock:
            if len(self._kept) >= PAGES_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[member] = page
        return page


@dataclass(slots=True)
class _History:
    """A history, all of its articles, and how many of these its pages name in all."""

    members: Sequence[bytes]
    articles: set[int]
    named: int

    def goes_on(self, members: Sequence[bytes]) -> bool:
        """Whether this history has become ``members`` by some pages more, and without as many of
        its oldest ones once it was full; then it has followed."""
        try:
            known = members.index(self.members[-1]) + 1
        except ValueError:
            return False
        gone = len(self.members) - known
        if gone < 0 or self.members[gone:] != members[:known]:
            return False
        if gone and len(self.articles) != self.named:
            return False  # other pages may name the articles of the oldest ones
        for page in known_pages.of(self.members[:gone]):
            self.articles -= page.articles
            self.named -= len(page.articles)
        for page in known_pages.of(members[known:]):
            self.articles |= page.articles
            self.named += len(page.articles)
        self.members = members
        return True


class _Histories:
    """The articles of histories lately seen, by key: a request mostly finds the history of an
    earlier one and a few pages more, and once it is full without as many old ones."""

    def __init__(self) -> None:
        self._kept: dict[str, _History] = {}
        self._lock = threading.Lock()

    def articles(self, key: str, members: Sequence[bytes]) -> Ids:
        """The articles of a history, whatever is known of an earlier one.

        The set is not the caller's own: what the same reader's other requests learn goes into it.
        """
        if not members:
            return frozenset()
        with self._lock:
            known = self._kept.pop(key, None)
            if known is None or not known.goes_on(members):
                known = _read(members)
            if len(self._kept) >= HISTORIES_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = known
            return known.articles


def _read(members: Sequence[bytes]) -> _History:
    pages = list(map(_articles_of, known_pages.of(members)))
    return _History(members, set().union(*pages), sum(map(len, pages)))


def is_readable(member: bytes) -> bool:
    """Whether a member is a page as we write it: versions before 2026-11-25 wrote others."""
    return _FORM.fullmatch(member) is not None


def _parsed(member: bytes) -> ParsedPage:
    if not is_readable(member):
        log.warning("served_page_unreadable", bytes=len(member))
        return _NO_PAGE
    time, end, lists = member.split(b":")
    articles, pins = map(_ids, lists.split(b";"))
    return ParsedPage(int(time), int(end), articles, pins, frozenset(articles))


def _ids(text: bytes) -> tuple[int, ...]:
    return tuple(map(int, text.split(b","))) if text else ()


known_pages: Final = _Pages()
known_histories: Final = _Histories()
