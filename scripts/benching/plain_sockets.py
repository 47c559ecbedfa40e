"""python-socketio alone on eventlet, as its documentation starts it: what im is measured beside.

Used as a program: ``python -m scripts.benching.plain_sockets PORT BUS_URL``.
"""

from __future__ import annotations

import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402 - after the filter

eventlet.monkey_patch()

import socketio  # noqa: E402 - what is imported has to be patched
from eventlet import wsgi  # noqa: E402

MOST_CONNECTIONS = 16_384


def main() -> None:
    """Serve until killed."""
    port, bus = int(sys.argv[1]), sys.argv[2]
    server = socketio.Server(
        client_manager=socketio.RedisManager(bus), async_mode="eventlet", cors_allowed_origins="*"
    )

    def connect(sid: str, environ: dict[str, str]) -> None:
        server.enter_room(sid, environ["QUERY_STRING"].rpartition("a=")[2])

    server.on("connect", connect)
    door = eventlet.listen(("127.0.0.1", port), backlog=2048)
    wsgi.server(door, socketio.WSGIApp(server), log_output=False, max_size=MOST_CONNECTIONS)


if __name__ == "__main__":
    main()
