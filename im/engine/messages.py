"""Engine.IO packets that go to many, or have to be confirmed."""

from __future__ import annotations

from typing import Any

import orjson
from engineio import packet as wire

from im import figures
from im.engine.websocket import frame


class Json:
    """What the libraries need of a JSON module."""

    @staticmethod
    def dumps(value: Any, **_options: Any) -> str:
        """As :func:`json.dumps`; options are about blanks, of which there are none."""
        return orjson.dumps(value).decode()

    loads = staticmethod(orjson.loads)
    JSONDecodeError = orjson.JSONDecodeError


class Told(wire.Packet):  # type: ignore[misc] # engineio is untyped
    """A Socket.IO packet of ours; its WebSocket frame is made once, however many get it.

    :param name: of the event, by which those sent are counted
    :param notice_id: of the notification that it is about, which is delivered once it is confirmed
    """

    def __init__(self, text: str, name: str, notice_id: int | None = None) -> None:
        super().__init__(wire.MESSAGE, text)
        self.sent = figures.events(name)
        self.notice_id = notice_id
        self._frame: bytes | None = None

    @property
    def frame(self) -> bytes:
        """The frame that a server sends."""
        if self._frame is None:
            self._frame = frame(self.encode())
        return self._frame


def event(name: str, data: object, *, namespace: str = "/", notice_id: int | None = None) -> Told:
    """An event of the wire (socket.io-protocol, type 2; the same in both revisions)."""
    place = "" if namespace == "/" else namespace + ","
    return Told(f"2{place}{Json.dumps([name, data])}", name, notice_id)
