"""What each subject has been served, page by page (STORE ``feed:<subject>:<channel>:pages``).

A page is a member ``<time>:<end>:<articles>;<pins>`` scored by the time it was asked with; ``end``
is the time to ask with for the next older page, the lists are ids with commas.

Pages of users are kept for a week. Those of devices, whose ids cost nothing to make up, begin with
the second visit (:mod:`.newcomers`), are kept for an hour, and longer once the device has come back
after a pause.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain, count
from typing import Any, NamedTuple

from common.cache.engine.keys import MAX_DIGITS
from common.cache.engine.stages import Answer, Stage
from common.errors import DependencyUnavailable
from common.extensions.redis import Command, store
from common.services.recommending import newcomers
from common.services.recommending.orders import Mixture
from common.services.recommending.page_memory import known_histories, parsed
from common.utils import clock

PAGES_KEPT = 50
TRIMMED_EVERY = 8  # pages of full histories: which ones have grown is told by nobody's time
PROLONGED_EVERY_MS = 3_600_000
KEPT = timedelta(days=7)
KEPT_OF_DEVICES = newcomers.KEPT
PAUSE = timedelta(minutes=10)  # a device that asks after such a time has come back
DEVICE = "anon:"


_notes = count()


class Keeping(NamedTuple):
    """How a page is to be kept.

    :param kept: for how long, with all of its history; not at all: a newcomer's
    :param is_trimmed: the history may have grown beyond its newest :data:`PAGES_KEPT` pages
    :param is_prolonged: nothing else has lately said how long
    """

    kept: timedelta
    is_trimmed: bool = True
    is_prolonged: bool = True


KEEPING = Keeping(KEPT)


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
    :param kept: how long STORE is to keep it with the next page; not at all: a newcomer's
    """

    key: str = ""
    members: Sequence[bytes] = ()
    newest_ms: int = 0
    key_elsewhere: str = ""
    elsewhere: Sequence[bytes] = ()
    exact: StoredPage | None = None
    is_newest_asked_again: bool = False
    kept: timedelta = KEPT
    is_of_device: bool = False

    @property
    def keeping(self) -> Keeping:
        """What is to be done about it with the next page.

        Somebody's pages of the last seconds are in it, so most of what each page would have to do
        has just been done: the newest of this hour has prolonged it, and until it is full there is
        nothing to trim.
        """
        is_full = len(self.members) >= PAGES_KEPT
        return Keeping(
            self.kept,
            is_trimmed=is_full and next(_notes) % TRIMMED_EVERY == 0,
            is_prolonged=self.is_of_device
            or self.newest_ms // PROLONGED_EVERY_MS != clock.now_ms() // PROLONGED_EVERY_MS,
        )

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

    def asked_with(self, time_ms: int) -> History:
        """This history for a request with that time."""
        self.exact = self.find(time_ms)
        self.is_newest_asked_again = self.exact is not None and time_ms == self.newest_ms
        return self

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
    positions = [ask.store.add("ZRANGE", each, -PAGES_KEPT, -1) for each in keys]
    read = partial(_read, ask, keys, positions)
    if subject.startswith(DEVICE):
        life = ask.store.add("PTTL", keys[0])
        read = partial(_read_of_device, subject, channel_id, read, partial(ask.store.reply, life))
    return lambda: read().asked_with(time_ms)


def _read(ask: Stage, keys: Sequence[str], positions: Sequence[int]) -> History:
    members, newest_ms = _ours(keys[0], ask.store.reply(positions[0]))
    history = History(keys[0], members, newest_ms)
    if len(keys) > 1:
        history.key_elsewhere = keys[1]
        history.elsewhere, _ = _ours(keys[1], ask.store.reply(positions[1]))
    return history


def _read_of_device(
    subject: str, channel_id: int, read: Callable[[], History], life_ms: Callable[[], Any]
) -> History:
    """The same of a device, whose first page may be known to this machine alone."""
    history = read()
    history.is_of_device = True
    if history.members:
        history.kept = _kept_of_device(timedelta(milliseconds=life_ms()))
        return history
    first = newcomers.find(subject)
    if first is None and not history.elsewhere:
        history.kept = timedelta()
        return history
    history.kept = KEPT_OF_DEVICES
    if first is not None and first.channel_id == channel_id:
        history.members, history.newest_ms = [first.member], _time_of(first.member)
        _keep_first(history.key, first.member)
    elif first is not None and first.channel_id == 0 and not history.elsewhere:
        history.elsewhere = [first.member]
    return history


def _kept_of_device(life: timedelta) -> timedelta:
    """How long its pages are to be kept from now on.

    :param life: that they had left; what a client says of times can be made up, this cannot
    """
    is_known = life > KEPT_OF_DEVICES
    has_come_back = timedelta() <= life < KEPT_OF_DEVICES - PAUSE
    return KEPT if is_known or has_come_back else KEPT_OF_DEVICES


def _keep_first(pages: str, member: bytes) -> None:
    """Put the first page of a device where the next ones will be. One stage, once per device."""
    with suppress(DependencyUnavailable):
        store.stage(_keep(pages, StoredPage.read(member).time_ms, member, Keeping(KEPT_OF_DEVICES)))


def _ours(pages: str, reply: Any) -> tuple[list[bytes], int]:
    """The pages of a reply, and the time of the newest, 0 if there is none; what is foreign there
    is removed, and gone the next time."""
    if not isinstance(reply, list):
        with suppress(DependencyUnavailable):
            store.disown({pages: "zset"})
        return [], 0
    if not reply:
        return reply, 0
    newest_ms = _time_of(reply[-1])
    # Foreign members have no time of ours, so that they stand at an end more often than not.
    if not (newest_ms and _time_of(reply[0])):
        with suppress(DependencyUnavailable):
            store.command("ZREM", pages, *(each for each in reply if not _time_of(each)))
    return reply, newest_ms


def key(subject: str, channel_id: int) -> str:
    """Where the pages of a subject and channel are kept."""
    return f"feed:{subject}:{channel_id}:pages"


def note(
    subject: str,
    channel_id: int,
    page: StoredPage,
    *,
    restarts: bool,
    keeping: Keeping = KEEPING,
) -> list[Command]:
    """Commands that keep a page just served; ``restarts`` forgets the earlier ones.

    :param keeping: what the history said; the page of a newcomer costs no command
    """
    pages = key(subject, channel_id)
    if not keeping.kept:
        newcomers.keep(subject, channel_id, page.member)
        return []
    if restarts:
        return [("DEL", pages), *_keep(pages, page.time_ms, page.member, Keeping(keeping.kept))]
    return _keep(pages, page.time_ms, page.member, keeping)


def _keep(pages: str, time_ms: int, member: str | bytes, keeping: Keeping) -> list[Command]:
    commands: list[Command] = [("ZADD", pages, time_ms, member)]
    if keeping.is_trimmed:
        commands.append(("ZREMRANGEBYRANK", pages, 0, -PAGES_KEPT - 1))
    if keeping.is_prolonged:
        commands.append(("EXPIRE", pages, int(keeping.kept.total_seconds())))
    return commands


def unnote(subject: str, channel_id: int, page: StoredPage) -> Command:
    """The command that forgets a page."""
    return ("ZREM", key(subject, channel_id), page.member)


def _time_of(member: bytes) -> int:
    time = member[: max(0, member.find(b":"))]
    return int(time) if time.isdigit() and len(time) <= MAX_DIGITS else 0  # not ours


def _joined(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))
