"""What each subject has been served, page by page (STORE ``feed:<subject>:<channel>:pages``).

A page is a member ``<time>:<end>:<articles>;<pins>`` scored by the time it was asked with; ``end``
is the time to ask with for the next older page, the lists are ids with commas.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from common.cache.engine.stages import Answer, Stage
from common.extensions.redis import Command
from common.services.recommending.orders import Mixture
from common.services.recommending.page_memory import known_histories, parsed

PAGES_KEPT = 50
KEPT_SECONDS = int(timedelta(days=7).total_seconds())


class StoredPage(NamedTuple):
    """A page served before.

    :param time_ms: the time it was asked with, epoch ms
    :param end_ms: the time to ask with for the next older page
    :param pin_ids: pinned articles that stood in front of it
    """

    time_ms: int
    end_ms: int
    article_ids: tuple[int, ...]
    pin_ids: tuple[int, ...]

    @property
    def member(self) -> str:
        """As STORE keeps it."""
        articles, pins = _joined(self.article_ids), _joined(self.pin_ids)
        return f"{self.time_ms}:{self.end_ms}:{articles};{pins}"

    @classmethod
    def read(cls, member: bytes) -> StoredPage:
        """The page of a member."""
        return cls(*parsed(member))


@dataclass(slots=True)  # to freeze it would cost more than to fill it
class History:
    """What STORE knows of one subject and channel: pages by time, oldest first, as it keeps them.

    Only what a request needs of it is parsed, without running Python code for each page:
    histories are long.

    :param key: where it is kept
    :param newest_ms: time of the newest page, 0 if there is none
    :param elsewhere: channel 0's pages, when another channel was asked for
    :param exact: the page asked for, if it was served with exactly that time
    :param is_newest_asked_again: that page is also the newest one
    """

    key: str = ""
    members: Sequence[bytes] = ()
    newest_ms: int = 0
    key_elsewhere: str = ""
    elsewhere: Sequence[bytes] = ()
    exact: StoredPage | None = None
    is_newest_asked_again: bool = False

    @property
    def pins_of_newest(self) -> frozenset[int]:
        """Pinned articles that the reader sees in front of everything."""
        return frozenset(parsed(self.members[-1]).pin_ids) if self.members else frozenset()

    @property
    def deepest_ms(self) -> int:
        """Where the deepest walk stands: everything newer was served, or has appeared since."""
        return parsed(self.members[0]).end_ms if self.members else 0

    @property
    def served(self) -> frozenset[int]:
        """Articles of the kept pages; what was pinned then may be an ordinary one now."""
        return frozenset(chain.from_iterable(parsed(each).article_ids for each in self.members))

    def served_of(self, mixture: Mixture) -> int:
        """Which suggestions the kept pages name."""
        return known_histories.served(self.key, self.members, mixture)

    def served_elsewhere_of(self, mixture: Mixture) -> int:
        """Which suggestions channel 0's kept pages name, when another channel was asked for."""
        return known_histories.served(self.key_elsewhere, self.elsewhere, mixture)

    def below(self, time_ms: int) -> StoredPage | None:
        """The newest page older than a time."""
        at = bisect_left(self.members, time_ms, key=_time_of) - 1
        return StoredPage.read(self.members[at]) if at >= 0 else None

    def find(self, time_ms: int) -> StoredPage | None:
        """The page that was asked for with exactly this time."""
        if time_ms > self.newest_ms:  # nearly always
            return None
        at = bisect_left(self.members, time_ms, key=_time_of)
        if at == len(self.members) or _time_of(self.members[at]) != time_ms:
            return None
        page = StoredPage.read(self.members[at])
        return page if page.article_ids else None


def want_history(ask: Stage, subject: str, channel_id: int, time_ms: int) -> Answer[History]:
    """Ask within a stage what STORE knows of one subject and channel.

    The answer raises ``DependencyUnavailable`` while STORE is down.

    :param time_ms: with which a page is asked for
    """
    keys = [key(subject, channel_id)]
    if channel_id != 0:
        keys.append(key(subject, 0))
    positions = [ask.store.add("ZRANGE", each, 0, -1) for each in keys]
    return partial(_read, ask, keys, positions, time_ms)


def _read(ask: Stage, keys: Sequence[str], positions: Sequence[int], time_ms: int) -> History:
    members, *elsewhere = [_reply(ask.store.reply(each)) for each in positions]
    history = History(keys[0], members, _time_of(members[-1]) if members else 0)
    if elsewhere:
        history.key_elsewhere, history.elsewhere = keys[1], elsewhere[0]
    history.exact = history.find(time_ms)
    history.is_newest_asked_again = history.exact is not None and time_ms == history.newest_ms
    return history


def _reply(reply: Any) -> list[bytes]:
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


def _time_of(member: bytes) -> int:
    try:
        return int(member[: member.index(b":")])
    except ValueError:
        return 0  # not ours


def _joined(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))
