"""A server in between that lets a request through and cuts the connection before its reply."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Self

READ_BYTES = 65_536
IDLE_SECONDS = 10.0


class CuttingProxy:
    """Listens on a Unix socket before another one; swallows the next reply when told to."""

    def __init__(self, directory: Path, behind: Path) -> None:
        self.socket = directory / "cutting.sock"
        self.cuts = 0
        self._behind = behind
        self._listening = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        self._listening.bind(str(self.socket))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def cut_next(self) -> None:
        """The server shall do the next request, and the client shall not hear of it."""
        self.cuts = 1

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            client.settimeout(IDLE_SECONDS)
            server.settimeout(IDLE_SECONDS)
            server.connect(str(self._behind))
            while request := client.recv(READ_BYTES):
                server.sendall(request)
                reply = server.recv(READ_BYTES)
                if self.cuts:
                    self.cuts -= 1
                    return
                client.sendall(reply)
