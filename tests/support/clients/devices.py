"""Devices of readers: they come back whenever their connection ends, to whichever node there is."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import websocket

from tests.support.processes.realtime import LOOPBACK

NAMES = {"following notify", "liking notify", "comment notify"}
TURN_SECONDS = 0.5
CONNECT_SECONDS = 5.0
PAUSE_SECONDS = 0.05


class Device:
    """A client of either generation.

    :param says_since: whether it names its position, the last id that it has
    """

    def __init__(
        self, ports: Sequence[int], token: str, *, revision: int = 4, says_since: bool = False
    ) -> None:
        self._ports, self._token = list(ports), token
        self._revision, self._says_since = revision, says_since
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live)
        self.connections: list[list[int]] = []  # ids, as they came over each
        self.left_out = 0  # catch-ups that were not complete

    def __enter__(self) -> Device:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def is_there(self) -> bool:
        """Whether it has been let in."""
        return bool(self.connections)

    @property
    def heard(self) -> list[int]:
        """Ids in the order in which they first came: a client drops what it has."""
        return list(dict.fromkeys(id_ for ids in list(self.connections) for id_ in ids))

    def _live(self) -> None:
        while not self._stop.is_set():
            self._ports.append(self._ports.pop(0))
            try:
                self._connect(self._ports[0])
            except (OSError, websocket.WebSocketException):
                self._stop.wait(PAUSE_SECONDS)

    def _connect(self, port: int) -> None:
        last = max(self.heard, default=0) if self._says_since else None
        since = "" if last is None else f"&since={last}"
        socket = websocket.create_connection(
            f"ws://{LOOPBACK}:{port}/socket.io/?transport=websocket&EIO={self._revision}"
            f"&token={self._token}{since}",
            timeout=CONNECT_SECONDS,
        )
        try:
            socket.settimeout(TURN_SECONDS)
            self._listen(socket, [])
        finally:
            socket.shutdown()

    def _listen(self, socket: Any, ids: list[int]) -> None:
        is_answered = True
        while not self._stop.is_set():
            try:
                packet = socket.recv()
            except websocket.WebSocketTimeoutException:
                if self._revision == 3 and is_answered:  # no earlier, as clients of 2.x do it
                    socket.send("2")
                    is_answered = False
                continue
            if packet in ("", "1", "41"):
                return
            is_answered = is_answered or packet == "3"
            if packet.startswith("4"):
                self._understand(packet[1:], ids)
            elif self._revision == 4:
                socket.send({"0": "40", "2": "3"}[packet[0]])

    def _understand(self, packet: str, ids: list[int]) -> None:
        if packet.startswith("0"):
            self.connections.append(ids)
        elif packet.startswith("2"):
            name, data = json.loads(packet[1:])
            self._take(name, data, ids)

    def _take(self, name: str, data: dict[str, Any], ids: list[int]) -> None:
        if name in NAMES:
            ids.append(data["id"])
        elif name == "sync notify" and not data["complete"]:
            self.left_out += 1
