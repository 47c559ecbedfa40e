"""One realtime node: the libraries' servers, the sessions, and what goes on between them."""

from __future__ import annotations

import logging
import random
import re
import time
from typing import Any, Final

import eventlet
import socketio
import structlog
from socketio.exceptions import ConnectionRefusedError as Refused

from common.errors import DependencyUnavailable, NotAllowed, NotAuthenticated
from common.services.realtime import visitors
from common.services.realtime.visitors import Sent, Visitor
from common.settings import Settings
from common.utils.networks import Networks, address_of, limit_group, origin_of
from im.engine.connection import Connection, Environ
from im.engine.limits import GUEST_IDLE_SECONDS
from im.engine.messages import Json, Told
from im.engine.server import Asked, Engine
from im.figures import REFUSED
from im.limits import Addresses
from im.rooms import Rooms
from im.sessions import Session, Sessions
from im.threads import Mailbox, Threads, TooBusy

log = structlog.get_logger(__name__)

NAMESPACES: Final = ("/", "/chatbot")
NOTHING_SENT: Final = frozenset({"", "undefined", "null"})  # what clients send for nothing
POSITION: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
CHECKED_AT_ONCE: Final = 200
CHECK_EVERY_SECONDS: Final = 20.0  # sessions end within a minute of their right (realtime.md §3)
TIDY_EVERY_SECONDS: Final = 5.0
PRODUCT_THREADS: Final = 8
PRODUCT_WAITING: Final = 4_000
PATIENCE_SECONDS: Final = 5.0  # with the stores, before a client is told to come back
DRAIN_SECONDS: Final = 3.0
DRAIN_SECONDS_EACH: Final = 0.001  # so few clients are told at once, and many spread over the time


class _Server(socketio.Server):  # type: ignore[misc] # socketio is untyped
    """The library's, on our Engine.IO."""

    def _engineio_server_class(self) -> type[Engine]:
        return Engine


class _FailuresOnly(logging.Filter):
    """Of what the libraries log: what is our fault. Strangers' mistakes are theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.exc_info is not None


class Node:
    """Everything of this process that knows clients. Used by the hub's thread alone."""

    def __init__(self, settings: Settings) -> None:
        library_log = logging.getLogger("im.library")
        library_log.addFilter(_FailuresOnly())
        self.mailbox = Mailbox()
        self.product = Threads(
            self.mailbox, size=PRODUCT_THREADS, most=PRODUCT_WAITING, name="product"
        )
        self.probing = Threads(self.mailbox, size=2, most=8, name="probe")
        self.rooms = Rooms()
        self.server = _Server(
            client_manager=self.rooms,
            async_mode="eventlet",
            async_handlers=False,
            namespaces=list(NAMESPACES),
            json=Json,
            logger=library_log,
            engineio_logger=library_log,
        )
        self.engine: Engine = self.server.eio
        self.engine.watcher = self
        self.sessions = Sessions()
        self.addresses = Addresses(
            per_minute=settings.connects_per_minute, at_a_time=settings.connections_at_a_time
        )
        self.is_draining = False
        self._allow_guest = settings.im_allow_guest
        self._proxies = Networks(settings.trusted_proxies)
        self._parts: list[Any] = []

    def add(self, part: Any) -> None:
        """Have a part know of sessions and of what arrives: ``joined``, ``arrived``."""
        self._parts.append(part)

    def start(self) -> None:
        """Begin to work; needs the hub."""
        for namespace in NAMESPACES:
            self.server.on("connect", self._connector(namespace), namespace=namespace)
            self.server.on("disconnect", self._disconnected, namespace=namespace)
        for work in (
            self.mailbox.serve, self.engine.sweep_forever, self._check_forever, self._tidy_forever,
        ):  # fmt: skip
            eventlet.spawn_n(work)

    # What the engine asks

    def asked_by(self, environ: Environ, query: dict[str, list[str]]) -> Asked:
        """See :class:`im.engine.server.Watcher`."""
        return Asked(
            query,
            environ.get("HTTP_AUTHORIZATION"),
            limit_group(address_of(environ, self._proxies)),
            origin_of(environ, self._proxies),
        )

    def admits(self, asked: Asked) -> bool:
        """See :class:`im.engine.server.Watcher`."""
        is_admitted = not self.is_draining and self.addresses.admits(asked.address)
        if not is_admitted:
            REFUSED.labels("draining" if self.is_draining else "address").inc()
        return is_admitted

    def left(self, asked: Asked) -> None:
        """See :class:`im.engine.server.Watcher`."""
        self.addresses.left(asked.address)

    def arrived(self, connection: Connection, notice_ids: list[int]) -> None:
        """See :class:`im.engine.server.Watcher`."""
        for part in self._parts:
            part.arrived(notice_ids)

    # Sessions

    def tell(self, session: Session, packet: Told) -> None:
        """Send an event to one client."""
        packet.sent.inc()
        session.connection.send(packet)

    def end(self, session: Session) -> None:
        """Tell a client that its session is over; the last of them ends the connection."""
        self.server.disconnect(session.sid, namespace=session.namespace)
        if session.connection.namespaces <= 0:
            session.connection.close()

    def sign_out(self, user_id: int, jti: str | None) -> None:
        """End the sessions of a user, or those of one log-in."""
        for session in self.sessions.of_user(user_id):
            if session.visitor.is_of_login(jti):
                self.end(session)

    def drain(self) -> None:
        """Have everybody go elsewhere, a few at a time; new ones are refused."""
        self.is_draining = True
        everybody = list(self.engine.sockets.values())
        within = min(DRAIN_SECONDS, len(everybody) * DRAIN_SECONDS_EACH)
        for connection in everybody:
            # Not a Socket.IO disconnect: after that, clients do not come back by themselves.
            eventlet.spawn_after(random.uniform(0, within), connection.close)  # noqa: S311

    def _connector(self, namespace: str) -> Any:
        def connected(sid: str, environ: Environ, auth: Any) -> None:
            self._connect(sid, namespace, environ["im.asked"], auth if auth else {})

        return connected

    def _connect(self, sid: str, namespace: str, asked: Asked, auth: dict[str, Any]) -> None:
        connection = self.engine.sockets[self.rooms.eio_sid_from_sid(sid, namespace)]
        since = _position(auth.get("since", asked.first("since")))
        visitor = self._visitor(_sent(asked, auth), connection)
        if visitor.is_guest and not self._allow_guest:
            REFUSED.labels("guest").inc()
            raise Refused("Credentials are required.")
        if connection.closing or not self.rooms.is_pre_connected(sid, namespace):
            raise Refused("Gone.")
        session = Session(sid, namespace, connection, visitor, asked, since)
        self.server.enter_room(sid, session.room, namespace=namespace)
        self.sessions.add(session)
        for part in self._parts:
            part.joined(session, auth)

    def _visitor(self, sent: Sent, connection: Connection) -> Visitor:
        try:
            return self.product.run(visitors.visitor_of, sent, seconds=PATIENCE_SECONDS)
        except (NotAuthenticated, NotAllowed) as error:
            REFUSED.labels("credentials").inc()
            raise Refused(str(error)) from error
        except (DependencyUnavailable, TooBusy, TimeoutError) as error:
            REFUSED.labels("stores").inc()
            # A refusal would keep clients from trying again; the end of the connection does not.
            connection.close()
            raise Refused("Service unavailable.") from error

    def _disconnected(self, sid: str, _reason: str) -> None:
        self.sessions.remove(sid)

    def _check_forever(self) -> None:
        """End sessions whose account or log-in has ended, whoever did not tell us."""
        while True:
            eventlet.sleep(CHECK_EVERY_SECONDS)
            self._check_all()  # a function of its own, or its sessions stayed until the next time

    def _check_all(self) -> None:
        readers = self.sessions.readers()
        for first in range(0, len(readers), CHECKED_AT_ONCE):
            self._check(readers[first : first + CHECKED_AT_ONCE])

    def _check(self, sessions: list[Session]) -> None:
        try:
            welcome = self.product.run(
                visitors.still_welcome,
                [session.visitor for session in sessions],
                seconds=PATIENCE_SECONDS,
            )
        except (DependencyUnavailable, TooBusy, TimeoutError) as error:
            log.warning("sessions_unchecked", reason=type(error).__name__)
            return
        for session, is_welcome in zip(sessions, welcome, strict=True):
            if not is_welcome and self.sessions.get(session.sid) is session:
                self.end(session)

    def _tidy_forever(self) -> None:
        """End tokens that have expired, and guests who say nothing."""
        while True:
            eventlet.sleep(TIDY_EVERY_SECONDS)
            self._tidy()

    def _tidy(self) -> None:
        now, silent_since = time.time(), time.monotonic() - GUEST_IDLE_SECONDS
        for session in self.sessions:
            claims = session.visitor.claims
            is_expired = claims is not None and claims.exp <= now
            if is_expired or (session.visitor.is_guest and session.heard_at < silent_since):
                self.end(session)
        self.addresses.tidy()


def _sent(asked: Asked, auth: dict[str, Any]) -> Sent:
    """The ``auth`` of a namespace goes before the query of the connection."""
    return Sent(
        token=_text(auth.get("token")) or _text(asked.first("token")),
        anonymous_id=_text(auth.get("a")) or _text(asked.first("a")),
        authorization=asked.authorization,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value not in NOTHING_SENT else None


def _position(value: Any) -> int | None:
    """``since``, a number or its digits.

    :raises Refused: something else
    """
    text = str(value) if value is not None and not isinstance(value, bool) else ""
    if text in NOTHING_SENT:
        return None
    if POSITION.fullmatch(text) is None:
        raise Refused("since: must be the id of a notification.")
    return int(text)
