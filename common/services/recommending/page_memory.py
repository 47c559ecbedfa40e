"""What a process has lately seen of the histories of :mod:`.exposures`: a memory, no source.

Everything is found by its content, so nothing in here can be out of date.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import attrgetter, or_
from typing import Final, NamedTuple

import structlog

from common.services.recommending.orders import Mixture

log = structlog.get_logger(__name__)

PAGES_KEPT: Final = 8192  # some 15 MB
HISTORIES_KEPT: Final = 1000  # some 10 MB

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


class _History(NamedTuple):
    """A history, and which of a mixture's suggestions its pages name."""

    members: Sequence[bytes]
    mixture: Mixture
    of_pages: tuple[int, ...]
    served: int

    def gone_on(self, members: Sequence[bytes]) -> _History | None:
        """This history when it has become ``members`` by some pages more, and without as many of
        its oldest ones once it was full; None if it has not."""
        try:
            known = members.index(self.members[-1]) + 1
        except ValueError:
            return None
        gone = len(self.members) - known
        if gone < 0 or self.members[gone:] != members[:known]:
            return None
        return _read(members, self.mixture, self.of_pages[gone:])


def _read(members: Sequence[bytes], mixture: Mixture, known: tuple[int, ...] = ()) -> _History:
    """A history whose first pages are known."""
    new = map(_articles_of, map(parsed, members[len(known) :]))
    of_pages = (*known, *map(mixture.bits, new))
    return _History(members, mixture, of_pages, reduce(or_, of_pages, 0))


class _Histories:
    """Histories lately seen, by key: a request mostly finds that of an earlier one and a few
    pages more, and once it is full without as many old ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _History] = OrderedDict()
        self._lock = threading.Lock()

    def served(self, key: str, members: Sequence[bytes], mixture: Mixture) -> int:
        """Which of a mixture's suggestions the pages of a history name."""
        if not members:
            return 0
        known = self._kept.get(key)
        history = None
        if known is not None and known.mixture is mixture:
            history = known.gone_on(members)
        if history is None:
            history = _read(members, mixture)
        with self._lock:
            self._kept[key] = history
            self._kept.move_to_end(key)
            if len(self._kept) > HISTORIES_KEPT:
                self._kept.popitem(last=False)
        return history.served


known_histories: Final = _Histories()
