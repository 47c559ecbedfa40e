"""Who is in which room: the library's manager, which forgets a client in time that does not grow
with the number of others. Its own looks through every room there is."""

from __future__ import annotations

from typing import Any

import socketio


class Rooms(socketio.Manager):  # type: ignore[misc] # socketio is untyped
    """The rooms of this node. Messages for others never pass here: publishers use the bus."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[tuple[str, str], set[Any]] = {}

    def basic_enter_room(
        self, sid: str, namespace: str, room: Any, eio_sid: str | None = None
    ) -> None:
        """As the library's."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._of.setdefault((namespace, sid), set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """As the library's."""
        super().basic_leave_room(sid, namespace, room)
        self._of.get((namespace, sid), set()).discard(room)

    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        """As the library's."""
        for room in self._of.pop((namespace, sid), set()):
            super().basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
            if not waiting:
                pending.pop(namespace, None)
