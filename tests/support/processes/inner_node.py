"""A realtime node in a thread of the test's process: its work can be held up and counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import eventlet
from eventlet import wsgi
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from common.settings import Settings
from im.doors import Doors
from im.events.chat import Chat
from im.events.notify import Notices
from im.main import Http
from im.node import Node
from tests.support.processes.realtime import LOOPBACK

START_SECONDS: Final = 10.0
STEP_SECONDS: Final = 10.0

# Whatever belongs to the loop of a thread that has ended is not to be collected meanwhile.
_ended: list[InnerNode] = []


class InnerNode:
    """Serves the test's process; there is no bus: what would come over it is passed in."""

    def __init__(self, settings: Settings) -> None:
        self.port = 0
        self.node: Any = None
        self._settings = settings
        self._notices: Any = None
        self._is_there = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inner", daemon=True)

    def __enter__(self) -> InnerNode:
        self._thread.start()
        assert self._is_there.wait(START_SECONDS)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.node.mailbox.post(self._end.send)
        self._thread.join(START_SECONDS)
        _ended.append(self)

    def hear(self, message: dict[str, Any]) -> None:
        """What the bus says."""
        self.node.mailbox.post(lambda: self._notices.heard(message))

    def emit(self, event_name: str, data: dict[str, Any], room: str) -> None:
        """As a publisher does over the bus."""
        self.hear({"method": "emit", "event": event_name, "data": [data], "room": room})

    def bus_was_away(self, heard_at: float | None = None) -> None:
        """The bus is heard again, after a moment without it, or since ``heard_at`` (monotonic)."""
        heard_at = time.monotonic() if heard_at is None else heard_at
        self.node.mailbox.post(lambda: self._notices.bus_was_away(heard_at))

    def _run(self) -> None:
        door = eventlet.listen((LOOPBACK, 0))
        self.port = door.getsockname()[1]
        self._end = eventlet.event.Event()
        self.node = Node(self._settings)
        self._notices, chat = Notices(self.node), Chat(self.node, self._settings)
        for part in (self._notices, chat):
            self.node.add(part)
        for each in (self.node, self._notices, chat):
            each.start()
        doors = Doors(self.node, self._settings, is_hearing=lambda: True)
        serving = eventlet.spawn(
            wsgi.server, door, doors, protocol=Http, log_output=False, debug=False
        )
        self._is_there.set()
        self._end.wait()
        serving.kill()
        for connection in list(self.node.engine.sockets.values()):
            connection.close(abort=True)
        eventlet.sleep(0.1)
        door.close()


class Hold:
    """Statements of the node's threads that wait at their end until the test goes on."""

    def __init__(self) -> None:
        self._is_reached, self._may_go_on = threading.Event(), threading.Event()

    def reached(self) -> None:
        """Return as soon as one waits: it has read what it says."""
        assert self._is_reached.wait(STEP_SECONDS)

    def let_go(self) -> None:
        """It may go on, and so may others from now on."""
        self._may_go_on.set()

    def wait(self) -> None:
        """For the statement."""
        self._is_reached.set()
        self._may_go_on.wait(STEP_SECONDS)


@contextmanager
def broken(beginning: str, table: str) -> Iterator[threading.Event]:
    """Have such statements of the node fail meanwhile; set as soon as one has."""
    has_failed = threading.Event()

    def refuse(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _is_of_node(statement, beginning, table):
            has_failed.set()
            raise OperationalError(statement, None, ConnectionError("gone"))

    event.listen(Engine, "before_cursor_execute", refuse)
    try:
        yield has_failed
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)


@contextmanager
def held(beginning: str, table: str) -> Iterator[Hold]:
    """Hold up statements that begin so and are about that table, in threads of a node."""
    hold = Hold()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _is_of_node(statement, beginning, table):
            hold.wait()

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield hold
    finally:
        hold.let_go()
        event.remove(Engine, "after_cursor_execute", note)


def _is_of_node(statement: str, beginning: str, table: str) -> bool:
    is_of_node = threading.current_thread().name.startswith("product")
    return is_of_node and statement.startswith(beginning) and table in statement
