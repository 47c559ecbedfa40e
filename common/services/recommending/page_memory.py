"""What a process has lately seen of the histories of :mod:`.exposures`: a memory, no source.

Everything is found by its content, so nothing in here can be out of date.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

import structlog

log = structlog.get_logger(__name__)

PAGES_KEPT: Final = 8192  # some 15 MB
HISTORIES_KEPT: Final = 400  # 20 MB at most

Ids = set[int] | frozenset[int]

_FORM: Final = re.compile(rb"[0-9]+:[0-9]+:[0-9,]*;[0-9,]*")
_articles_of: Final = attrgetter("article_ids")


class ParsedPage(NamedTuple):
    """A member in parts."""

    time_ms: int
    end_ms: int
    article_ids: tuple[int, ...]
    pin_ids: tuple[int, ...]


_NO_PAGE: Final = ParsedPage(0, 1, (), ())


def is_readable(member: bytes) -> bool:
    """Whether a member is a page as we write it: versions before 2026-11-25 wrote others."""
    return _FORM.fullmatch(member) is not None


@lru_cache(maxsize=PAGES_KEPT)
def parsed(member: bytes) -> ParsedPage:
    """The parts of a member; an empty page if it is not readable."""
    if not is_readable(member):
        log.warning("served_page_unreadable", bytes=len(member))
        return _NO_PAGE
    time, end, lists = member.split(b":")
    articles, pins = map(_ids, lists.split(b";"))
    return ParsedPage(int(time), int(end), articles, pins)


def _ids(text: bytes) -> tuple[int, ...]:
    return tuple(map(int, text.split(b","))) if text else ()


class _History:
    """A history and all of its articles."""

    def __init__(self, members: Sequence[bytes]) -> None:
        self.members = members
        self._pages = deque(map(_articles_of, map(parsed, members)))
        self.articles = set(chain.from_iterable(self._pages))
        self._named = sum(map(len, self._pages))  # how many articles the pages name in all

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
        if gone and len(self.articles) != self._named:
            return False  # other pages may name the articles of the oldest ones
        for _ in range(gone):
            oldest = self._pages.popleft()
            self.articles.difference_update(oldest)
            self._named -= len(oldest)
        for member in members[known:]:
            newest = parsed(member).article_ids
            self._pages.append(newest)
            self.articles.update(newest)
            self._named += len(newest)
        self.members = members
        return True


class _Histories:
    """The articles of histories lately seen, by key: a request mostly finds the history of an
    earlier one and a few pages more, and once it is full without as many old ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _History] = OrderedDict()
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
                known = _History(members)
            if len(self._kept) >= HISTORIES_KEPT:
                self._kept.popitem(last=False)
            self._kept[key] = known
            return known.articles


known_histories: Final = _Histories()
