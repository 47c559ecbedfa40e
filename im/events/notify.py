"""Notices: from the bus to clients, what they missed, and which of them have arrived.

Contract: realtime.md §4 and §6, additions.md 4.
"""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

import eventlet
import structlog
from eventlet.event import Event

from common.services.notices import delivering
from common.services.notices.delivering import Missed, Notice
from common.utils import clock
from im.engine.messages import Told, event
from im.node import NAMESPACES, PATIENCE_SECONDS, Node
from im.sessions import Session, Tray

log = structlog.get_logger(__name__)

PLACE: Final = "/"  # notices are told nowhere else
MARKED_AT_ONCE: Final = 500
MOST_UNMARKED: Final = 100_000  # while SQL is away; what is beyond is told once more
AGAIN_SECONDS: Final = 5.0  # after the stores failed us
MARGIN: Final = timedelta(seconds=10)  # messages are published after what they are about is stored
EVENT_CHARACTERS: Final = 64
AT_A_TIME: Final = 500  # clients that are told before others get their turn
IN_A_ROW: Final = 50  # notices to one client before what waits for him is written


class Notices:
    """The part of a node that tells notices."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._unmarked: list[int] = []
        self._something: Event = Event()
        self._is_marking = False

    def start(self) -> None:
        """Begin to work; needs the hub."""
        eventlet.spawn_n(self._mark_forever)

    # What comes over the bus

    def heard(self, message: dict[str, Any]) -> None:
        """Do what a message says; what is not made as it should be is nobody's."""
        match message:
            case {"method": "emit", "event": str(name), "data": dict(data) | [dict(data)]} if (
                _is_sound(message)
            ):
                place = message.get("namespace") or PLACE
                self._emit(name, data, place, message.get("room"))
            case {"method": "sign_out", "user_id": int(user_id), "jti": str() | None as jti}:
                self._node.sign_out(user_id, jti)

    def _emit(self, name: str, data: dict[str, Any], place: str, room: str | None) -> None:
        notice_id = data.get("id")
        packet = event(
            name, data, namespace=place, notice_id=notice_id if type(notice_id) is int else None
        )
        everybody = self._node.rooms.get_participants(place, room)
        for number, (sid, _) in enumerate(everybody, start=1):
            session = self._node.sessions.get(sid)
            if session is not None:
                self._tell(session, packet)
            if number % AT_A_TIME == 0:
                eventlet.sleep(0)

    def _tell(self, session: Session, packet: Told) -> None:
        tray = session.tray
        is_held = tray is not None and packet.notice_id is not None and tray.hold(packet)
        if not is_held and _is_news(session, packet):
            self._node.tell(session, packet)

    def bus_was_away(self, heard_at: float) -> None:
        """Messages may have been missed since then: tell readers first what they were about."""
        held = []
        for session in self._node.sessions.readers():
            tray = session.tray
            if tray is not None and tray.held is None:
                tray.held = []
                held.append(session)
            elif tray is not None:  # what it is told now was read before
                tray.miss(heard_at)
        if held:
            eventlet.spawn_n(self._make_up, heard_at, held)

    def _make_up(self, heard_at: float, sessions: list[Session]) -> None:
        moment = clock.now() - timedelta(seconds=time.monotonic() - heard_at) - MARGIN
        user_ids = list({each.visitor.user_id for each in sessions if each.visitor.user_id})
        while (told := self._told_since(user_ids, moment, sessions[0])) is None:
            self._let_all_go(sessions)
            eventlet.sleep(AGAIN_SECONDS)
        of_user = defaultdict(list)
        for notice in told:
            of_user[notice.user_id].append(notice)
        for session in sessions:
            for number, notice in enumerate(of_user[session.visitor.user_id or 0], start=1):
                if number % IN_A_ROW == 0:
                    eventlet.sleep(0)
                packet = _packet(notice)
                if self._node.sessions.get(session.sid) is session and _is_news(session, packet):
                    self._node.tell(session, packet)
        self._let_all_go(sessions)

    def _told_since(
        self, user_ids: list[int], moment: datetime, session: Session
    ) -> list[Notice] | None:
        """What was stored since; None while the stores are away."""
        origin = session.asked.origin
        try:
            return self._node.product.run(
                lambda: delivering.told_since(user_ids, moment, origin=origin),
                seconds=PATIENCE_SECONDS * 4,
            )
        except Exception as error:  # whatever the stores raise: they come back
            log.warning("notices_not_made_up", reason=type(error).__name__)
            return None

    def _let_all_go(self, sessions: list[Session]) -> None:
        for session in sessions:
            if session.tray is not None:
                self._let_go(session, session.tray)

    # Who comes, and what he missed

    def joined(self, session: Session, _auth: dict[str, Any]) -> None:
        """Tell a reader what he missed, soon: nothing comes before the answer to his coming."""
        if session.visitor.user_id is not None and session.namespace == PLACE:
            session.tray = Tray()
            eventlet.spawn_n(self._catch_up, session, session.tray)

    def _catch_up(self, session: Session, tray: Tray) -> None:
        self._mark_now()
        while self._node.sessions.get(session.sid) is session:
            try:
                missed = self._node.product.run(
                    lambda: delivering.missed_by(
                        session.visitor.user_id or 0,
                        since=session.since,
                        origin=session.asked.origin,
                    ),
                    seconds=PATIENCE_SECONDS,
                )
            except Exception as error:  # whatever the stores raise: they come back
                log.warning("reader_not_caught_up", reason=type(error).__name__)
                self._let_go(session, tray)
                eventlet.sleep(AGAIN_SECONDS)
            else:
                self._tell_missed(session, tray, missed)
                return

    def _tell_missed(self, session: Session, tray: Tray, missed: Missed) -> None:
        for notice in missed.notices:
            if tray.is_untold(notice.id):
                self._node.tell(session, _packet(notice))
        tray.begin(missed.known)
        self._let_go(session, tray)
        self.arrived(missed.passed_over)
        about = {
            "unread_count": missed.unread_count,
            "last_id": missed.last_id,
            "last_id_str": str(missed.last_id),
            "complete": missed.complete,
        }
        self._node.tell(session, event("sync notify", about))

    def _let_go(self, session: Session, tray: Tray) -> None:
        """Tell what came meanwhile, and then what did not."""
        held, tray.held = tray.held or [], None
        for packet in held:
            self._tell(session, packet)
        if tray.missing_since is not None:
            since, tray.missing_since = tray.missing_since, None
            tray.held = []
            eventlet.spawn_n(self._make_up, since, [session])

    # What has arrived

    def arrived(self, notice_ids: list[int]) -> None:
        """These need not be told again."""
        if not notice_ids:
            return
        self._unmarked += notice_ids[: MOST_UNMARKED - len(self._unmarked)]
        if not self._something.ready():
            self._something.send()

    def flush(self) -> None:
        """Write down what has arrived; before the end."""
        self._mark_now()

    def _mark_forever(self) -> None:
        while True:
            if not self._unmarked:
                self._something = Event()
                self._something.wait()
            self._mark_now()
            if self._unmarked:  # the stores are away; meanwhile others may mark them
                eventlet.sleep(AGAIN_SECONDS)

    def _mark_now(self) -> None:
        """One at a time, so that who comes finds written down what has arrived before."""
        while self._is_marking:
            eventlet.sleep(0.005)
        self._is_marking = True
        try:
            while self._unmarked:
                part = self._unmarked[:MARKED_AT_ONCE]
                self._node.product.run(
                    delivering.mark_delivered, list(dict.fromkeys(part)), seconds=PATIENCE_SECONDS
                )
                del self._unmarked[: len(part)]  # others have arrived meanwhile
        except Exception as error:  # whatever the stores raise: they come back
            log.warning("delivery_not_marked", reason=type(error).__name__)
        finally:
            self._is_marking = False


def _is_news(session: Session, packet: Told) -> bool:
    if session.tray is None or packet.notice_id is None:
        return True
    return session.tray.is_news(packet.notice_id)


def _is_sound(message: dict[str, Any]) -> bool:
    """Whether it has a name, and is for a room of ours or for everybody in a namespace of ours."""
    place, room = message.get("namespace"), message.get("room")
    return (
        0 < len(message["event"]) <= EVENT_CHARACTERS
        and place in (None, *NAMESPACES)
        and (room is None or isinstance(room, str))
    )


def _packet(notice: Notice) -> Told:
    return event(notice.event, notice.told, notice_id=notice.id)
