"""The sessions of this node: a client in a namespace, and whose it is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from common.services.realtime.visitors import Visitor
from im.engine.connection import Connection
from im.engine.messages import Told
from im.engine.server import Asked
from im.limits import BURST, PER_SECOND, Bucket

REMEMBERED: Final = 256  # notifications that a session has been told, more than a user keeps
HELD: Final = 100  # that arrive while it is told what it missed


class Tray:
    """Which notifications a session has been told: each id once.

    ``missing_since`` is the monotonic time since when messages may be missing that came while
    others were held; what they were about has to be asked for, once those are told.
    """

    __slots__ = ("_known", "_order", "_passed", "_told", "held", "missing_since")

    def __init__(self) -> None:
        self._known: frozenset[int] = frozenset()
        self._told: set[int] = set()
        self._order: deque[int] = deque()
        self._passed = 0  # the largest that is not remembered any more
        self.held: list[Told] | None = []
        self.missing_since: float | None = None

    def begin(self, known: frozenset[int]) -> None:
        """What is older than the session is none of its news."""
        self._known = known

    def is_news(self, notice_id: int) -> bool:
        """Whether it comes from the bus for the first time; remembers it."""
        return notice_id not in self._known and self.is_untold(notice_id)

    def is_untold(self, notice_id: int) -> bool:
        """Whether this session has not been told it; remembers it."""
        if notice_id in self._told or notice_id <= self._passed:
            return False
        self._told.add(notice_id)
        self._order.append(notice_id)
        if len(self._order) > REMEMBERED:
            oldest = self._order.popleft()
            self._told.discard(oldest)
            self._passed = max(self._passed, oldest)
        return True

    def hold(self, packet: Told) -> bool:
        """Whether a message has to wait until the session is told what it missed."""
        if self.held is None:
            return False
        if len(self.held) < HELD:
            self.held.append(packet)
        else:
            self.miss(time.monotonic())
        return True

    def miss(self, since: float) -> None:
        """Messages may have been missed since then, and others are held."""
        self.missing_since = min(since, self.missing_since or since)


class Question(NamedTuple):
    """What a client asks the bot.

    :param timestamp: of the client, in seconds or milliseconds; None: he did not say
    :param asked_at: when it came, monotonic
    """

    text: str
    timestamp: int | None
    asked_at: float


@dataclass(slots=True, eq=False)
class Session:
    """A client in one namespace."""

    sid: str
    namespace: str
    connection: Connection
    visitor: Visitor
    asked: Asked
    since: int | None
    tray: Tray | None = None
    heard_at: float = field(default_factory=time.monotonic)
    bucket: Bucket = field(default_factory=lambda: Bucket(BURST, PER_SECOND))
    questions: deque[Question] | None = None

    @property
    def room(self) -> str:
        """Where it is told what concerns its owner."""
        return self.visitor.room or f"guest:{self.sid}"


class Sessions:
    """All of them, by sid and by user."""

    def __init__(self) -> None:
        self._all: dict[str, Session] = {}
        self._of_user: dict[int, set[str]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._all.values()))

    def get(self, sid: str) -> Session | None:
        """The session with this sid."""
        return self._all.get(sid)

    def add(self, session: Session) -> None:
        """It begins."""
        self._all[session.sid] = session
        session.connection.joined()
        if session.visitor.user_id is not None:
            self._of_user.setdefault(session.visitor.user_id, set()).add(session.sid)

    def remove(self, sid: str) -> None:
        """It has ended; an unknown one is gone already."""
        session = self._all.pop(sid, None)
        if session is None:
            return
        session.connection.left()
        user_id = session.visitor.user_id
        if user_id is not None:
            own = self._of_user[user_id]
            own.discard(sid)
            if not own:
                del self._of_user[user_id]

    def of_user(self, user_id: int) -> list[Session]:
        """Those of a user."""
        return [self._all[sid] for sid in self._of_user.get(user_id, ())]

    def readers(self) -> list[Session]:
        """Those of users, who may have to leave."""
        return [self._all[sid] for sids in self._of_user.values() for sid in sids]
