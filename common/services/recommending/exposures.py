"""What each subject has been served, page by page (STORE ``feed:<subject>:<channel>:pages``).

A page is a member ``<end>:<articles>;<authors>;<pins>`` scored by the time it was asked with;
``end`` is the time to ask with for the next older page, the lists are ids with commas.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

from common.extensions.redis import Batch, Command

PAGES_KEPT = 50
KEPT_SECONDS = int(timedelta(days=7).total_seconds())
PARSED_PAGES = 8192  # a reader's pages are read again with each of his requests


class StoredPage(NamedTuple):
    """A page served before.

    :param time_ms: the time it was asked with, epoch ms
    :param end_ms: the time to ask with for the next older page
    :param pin_ids: pinned articles that stood in front of it
    """

    time_ms: int
    end_ms: int
    article_ids: tuple[int, ...]
    author_ids: tuple[int, ...]
    pin_ids: tuple[int, ...]

    @property
    def member(self) -> str:
        """As STORE keeps it."""
        lists = (self.article_ids, self.author_ids, self.pin_ids)
        return f"{self.end_ms}:" + ";".join(",".join(map(str, ids)) for ids in lists)

    @classmethod
    def read(cls, time_ms: int, member: bytes) -> StoredPage:
        """The page of a member."""
        return cls(time_ms, *_parsed(member))


@dataclass(frozen=True)
class History:
    """What STORE knows of one subject and channel, by time, oldest first.

    :param exact: the page asked for, if it was served with exactly that time; then nothing else
        is known but ``pins_of_newest``
    :param is_newest_asked_again: that page is also the newest one
    :param pins_of_newest: pinned articles that the reader sees in front of everything
    """

    times_ms: tuple[int, ...] = ()
    members: tuple[bytes, ...] = ()
    elsewhere: tuple[bytes, ...] = ()
    exact: StoredPage | None = None
    is_newest_asked_again: bool = False
    pins_of_newest: frozenset[int] = frozenset()

    @property
    def newest_ms(self) -> int:
        """Time of the newest page, 0 if there is none."""
        return self.times_ms[-1] if self.times_ms else 0

    @cached_property
    def deepest_ms(self) -> int:
        """Where the deepest walk stands: everything newer was served, or has appeared since."""
        return StoredPage.read(0, self.members[0]).end_ms if self.members else 0

    @cached_property
    def served(self) -> frozenset[int]:
        """Articles of the kept pages; what was pinned then may be an ordinary one now."""
        return frozenset().union(*(_parsed(member)[1] for member in self.members))

    @cached_property
    def served_elsewhere(self) -> frozenset[int]:
        """Articles of channel 0's kept pages, when another channel was asked for."""
        return frozenset().union(*(_parsed(member)[1] for member in self.elsewhere))

    def below(self, time_ms: int) -> StoredPage | None:
        """The newest page older than a time."""
        older = [at for at, page_ms in enumerate(self.times_ms) if page_ms < time_ms]
        return StoredPage.read(self.times_ms[older[-1]], self.members[older[-1]]) if older else None


class WantedHistory:
    """The history of one subject and channel within a STORE batch."""

    def __init__(self, batch: Batch, subject: str, channel_id: int, time_ms: int) -> None:
        self._batch = batch
        self._time_ms = time_ms
        pages = key(subject, channel_id)
        self._position = batch.add("ZRANGE", pages, 0, -1, "WITHSCORES")
        self._elsewhere: int | None = None
        if channel_id != 0:
            self._elsewhere = batch.add("ZRANGE", key(subject, 0), 0, -1)

    def resolve(self) -> History:
        """What STORE knows.

        :raises DependencyUnavailable: STORE is down
        """
        reply = self._reply(self._position)
        members, times = reply[::2], [int(score) for score in reply[1::2]]
        if not members:
            return History(elsewhere=self._pages_elsewhere())
        newest = StoredPage.read(times[-1], members[-1])
        if self._time_ms in times:
            member = members[times.index(self._time_ms)]
            return History(
                exact=StoredPage.read(self._time_ms, member),
                is_newest_asked_again=member == members[-1],
                pins_of_newest=frozenset(newest.pin_ids),
            )
        return History(
            times_ms=tuple(times),
            members=tuple(members),
            elsewhere=self._pages_elsewhere(),
            pins_of_newest=frozenset(newest.pin_ids),
        )

    def _pages_elsewhere(self) -> tuple[bytes, ...]:
        return () if self._elsewhere is None else tuple(self._reply(self._elsewhere))

    def _reply(self, position: int) -> list[bytes]:
        reply = self._batch.reply(position)
        if isinstance(reply, Exception):
            raise reply
        found: list[bytes] = reply
        return found


def key(subject: str, channel_id: int) -> str:
    """Where the pages of a subject and channel are kept."""
    return f"feed:{subject}:{channel_id}:pages"


def note(subject: str, channel_id: int, page: StoredPage, *, restarts: bool) -> list[Command]:
    """Commands that keep a page just served; ``restarts`` forgets the earlier ones."""
    pages = key(subject, channel_id)
    return [
        *([("DEL", pages)] if restarts else []),
        ("ZADD", pages, page.time_ms, page.member),
        ("ZREMRANGEBYRANK", pages, 0, -PAGES_KEPT - 1),
        ("EXPIRE", pages, KEPT_SECONDS),
    ]


def unnote(subject: str, channel_id: int, page: StoredPage) -> Command:
    """The command that forgets a page."""
    return ("ZREM", key(subject, channel_id), page.member)


@lru_cache(maxsize=PARSED_PAGES)
def _parsed(member: bytes) -> tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """When a page ends, its articles, their authors, and what was pinned in front of it."""
    end, _, lists = member.partition(b":")
    articles, authors, pins = (_ids(part) for part in lists.split(b";"))
    return int(end), articles, authors, pins


def _ids(text: bytes) -> tuple[int, ...]:
    return tuple(map(int, text.split(b","))) if text else ()
