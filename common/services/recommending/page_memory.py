"""What a process has lately seen of the histories of :mod:`.exposures`: a memory, no source.

What is remembered is compared with what STORE has just answered, so it is never out of date.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate
from operator import or_
from typing import Final, NamedTuple

import structlog

from common.services.recommending.orders import Mixture
from common.utils.background import memories

log = structlog.get_logger(__name__)

PAGES_KEPT: Final = 8192  # some 15 MB
HISTORIES_KEPT: Final = 1000  # some 10 MB

_FORM: Final = re.compile(rb"N:N:(?:N(?:,N)*)?;(?:N(?:,N)*)?".replace(b"N", rb"[0-9]{1,19}"))


class ParsedPage(NamedTuple):
    """A member in parts."""

    time_ms: int
    end_ms: int
    article_ids: tuple[int, ...]
    pin_ids: tuple[int, ...]


_NO_PAGE: Final = ParsedPage(0, 1, (), ())


def _article_ids(member: bytes) -> list[int]:
    """The articles of a page alone; the form of earlier versions will do."""
    try:
        return list(map(int, member[member.rindex(b":") + 1 : member.index(b";")].split(b",")))
    except ValueError:
        return []


@memories.cached("parsed_pages", size=PAGES_KEPT)
def parsed(member: bytes) -> ParsedPage:
    """The parts of a member; an empty page if it is not as we write it: earlier versions, in 2026,
    wrote others."""
    if _FORM.fullmatch(member) is None:
        log.info("served_page_unreadable", bytes=len(member))
        return _NO_PAGE
    times, ends, lists = member.split(b":")
    articles, pins = map(_ids, lists.split(b";"))
    time_ms, end_ms = int(times), int(ends)
    return ParsedPage(time_ms, end_ms, articles, pins) if 0 < end_ms < time_ms else _NO_PAGE


def _ids(text: bytes) -> tuple[int, ...]:
    return tuple(map(int, text.split(b","))) if text else ()


class _History(NamedTuple):
    """A history, and which of a mixture's suggestions its pages name.

    :param mixture: its number: there is a new one whenever something is published

    Pages leave at one end and come at the other. Of the older ones it is kept what each and all
    behind it name together, of the newer ones what each names, and all of them.
    """

    members: Sequence[bytes]
    mixture: int
    older: tuple[int, ...] = ()
    newer: tuple[int, ...] = ()
    by_newer: int = 0

    @property
    def served(self) -> int:
        """What all pages name."""
        return self.by_newer | self.older[0] if self.older else self.by_newer

    def gone_on(self, members: Sequence[bytes], mixture: Mixture) -> _History | None:
        """This history when it has become ``members`` by some pages more, and without as many of
        its oldest ones once it was full; None if it has not."""
        try:
            known = len(members) - members[::-1].index(self.members[-1])  # it is near the end
        except ValueError:
            return None
        gone = len(self.members) - known
        if gone < 0 or self.members[gone:] != members[:known]:
            return None
        more = gone - len(self.older)
        if more <= 0:
            return self.with_more(members, known, mixture, older=self.older[gone:])
        together = tuple(accumulate(reversed(self.newer), or_))[::-1]
        moved = _History(self.members, self.mixture)
        return moved.with_more(members, known, mixture, older=together[more:])

    def with_more(
        self,
        members: Sequence[bytes],
        known: int,
        mixture: Mixture,
        *,
        older: tuple[int, ...] = (),
    ) -> _History:
        """This history when it has become ``members``, of which it knows the first ones.

        :param older: what is left of its older pages
        """
        newer, by_newer = list(self.newer), self.by_newer
        for member in members[known:]:  # one, nearly always
            named = mixture.bits(_article_ids(member))
            newer.append(named)
            by_newer |= named
        return _History(members, self.mixture, older, tuple(newer), by_newer)


class _Histories:
    """Histories lately seen, by key: a request mostly finds that of an earlier one and a few
    pages more, and once it is full without as many old ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _History] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self) -> int:
        """How many entries are kept now."""
        return len(self._kept)

    def clear(self) -> None:
        """Know no history."""
        with self._lock:
            self._kept.clear()

    def served(self, key: str, members: Sequence[bytes], mixture: Mixture) -> int:
        """Which of a mixture's suggestions the pages of a history name."""
        if not members:
            return 0
        known = self._kept.get(key)
        history = None
        if known is not None and known.mixture == mixture.number:
            history = known.gone_on(members, mixture)
        if history is None:
            history = _History((), mixture.number).with_more(members, 0, mixture)
        with self._lock:
            self._kept[key] = history
            self._kept.move_to_end(key)
            if len(self._kept) > HISTORIES_KEPT:
                self._kept.popitem(last=False)
        return history.served


known_histories: Final = _Histories()
memories.register("histories", entries=known_histories.kept, forget=known_histories.clear)
