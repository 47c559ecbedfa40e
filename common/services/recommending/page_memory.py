"""What a process has lately seen of the histories of :mod:`.exposures`: a memory, no source.

Everything is found by its content, so nothing in here can be out of date.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from operator import attrgetter
from typing import Final, NamedTuple, cast

PAGES_KEPT: Final = 8192  # some 15 MB
HISTORIES_KEPT: Final = 400  # 20 MB at most

_articles_of: Final = attrgetter("articles")


class ParsedPage(NamedTuple):
    """A member in parts; ``articles`` once more as a set, as what unites them wants sets."""

    end_ms: int
    article_ids: tuple[int, ...]
    author_ids: tuple[int, ...]
    pin_ids: tuple[int, ...]
    articles: frozenset[int]


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
            return [page or self.keep(member, _parsed(member)) for page, member in pairs]
        return cast("list[ParsedPage]", found)

    def keep(self, member: bytes, page: ParsedPage) -> ParsedPage:
        """Remember the parts of a member, which will be asked for soon."""
        with self._lock:
            if len(self._kept) >= PAGES_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[member] = page
        return page


class _History(NamedTuple):
    """A history, all of its articles, and how many of these its pages name in all."""

    members: Sequence[bytes]
    articles: frozenset[int]
    named: int


class _Histories:
    """The articles of histories lately seen, by key: a request mostly finds the history of the
    one before and a page more, and once it is full without its oldest page."""

    def __init__(self) -> None:
        self._kept: dict[str, _History] = {}
        self._lock = threading.Lock()

    def articles(self, key: str, members: Sequence[bytes]) -> frozenset[int]:
        """The articles of a history, whatever is known of an earlier one."""
        if not members:
            return frozenset()
        known = self._kept.get(key)
        if known is not None and known.members == members:
            return known.articles
        history = (_gone_on(known, members) if known is not None else None) or _read(members)
        with self._lock:
            self._kept.pop(key, None)
            if len(self._kept) >= HISTORIES_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = history
        return history.articles


def _gone_on(known: _History, members: Sequence[bytes]) -> _History | None:
    """A known history with a page more, if that is what it is."""
    before = members[:-1]
    articles, named = known.articles, known.named
    if known.members[1:] == before and len(articles) == named:  # so no other page names them
        oldest = known_pages.of(known.members[:1])[0].articles
        articles, named = articles - oldest, named - len(oldest)
    elif known.members != before:
        return None
    newest = known_pages.of(members[-1:])[0].articles
    return _History(members, articles | newest, named + len(newest))


def _read(members: Sequence[bytes]) -> _History:
    pages = list(map(_articles_of, known_pages.of(members)))
    return _History(members, frozenset().union(*pages), sum(map(len, pages)))


def _parsed(member: bytes) -> ParsedPage:
    end, _, lists = member.partition(b":")
    articles, authors, pins = map(_ids, lists.split(b";"))
    return ParsedPage(int(end), articles, authors, pins, frozenset(articles))


def _ids(text: bytes) -> tuple[int, ...]:
    return tuple(map(int, text.split(b","))) if text else ()


known_pages: Final = _Pages()
known_histories: Final = _Histories()
