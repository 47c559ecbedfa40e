"""The realtime process (``python -m im.main``): Socket.IO for chat and notices; any number of them.

eventlet's hub runs in the main thread; nothing is monkey-patched (:mod:`im.threads`).
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final

import eventlet
import structlog
from eventlet import wsgi
from prometheus_client import start_http_server

from common.extensions.messaging.listening import Listener
from common.services import binding
from common.services.binding import Process
from common.services.chatting import connecting as chatting
from common.settings import Settings, SettingsError, load
from common.utils.background import heap
from common.utils.logging import setup_logging
from im.doors import Doors
from im.events.chat import Chat
from im.events.notify import Notices
from im.figures import DEAF
from im.node import DRAIN_SECONDS, Node

log = structlog.get_logger(__name__)

BACKLOG: Final = 2048
MOST_CONNECTIONS: Final = 16_384
SPARE_FILES: Final = 128  # that are no connections of clients
REQUEST_SECONDS: Final = 30.0  # for a request to arrive
IDLE_SECONDS: Final = 15.0  # the public server keeps its connections shorter
LINE_BYTES: Final = 8 * 1024
FINISH_SECONDS: Final = 1.0
DEAF_TURN_SECONDS: Final = 1.0


class Http(wsgi.HttpProtocol):  # type: ignore[misc] # eventlet is untyped
    """The library's, whose buffers would be half of what an idle WebSocket holds."""

    rbufsize = 1024
    wbufsize = 1024

    def log_message(self, *_words: object) -> None:
        """Nothing: what strangers send that is no HTTP would fill the log."""


def listen(path: str, host: str, port: int) -> Any:
    """The listening socket: a path that only its owner reaches, or an address."""
    if path:
        Path(path).unlink(missing_ok=True)
        former = os.umask(0o177)
        try:
            return eventlet.listen(path, family=socket.AF_UNIX, backlog=BACKLOG, reuse_port=False)
        finally:
            os.umask(former)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return eventlet.listen((host, port), family=family, backlog=BACKLOG, reuse_port=False)


def run(settings: Settings, door: Any) -> None:
    """Serve until told to stop; returns within some seconds of that."""
    node = Node(settings)
    notices = Notices(node)
    chat = Chat(node, settings)
    node.add(notices)
    node.add(chat)
    listener = Listener(
        settings.bus,
        heard=lambda message: node.mailbox.post_unless_full(lambda: notices.heard(message)),
        reconnected=lambda at: node.mailbox.post(lambda: notices.bus_was_away(at)),
    )
    stopped = eventlet.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: node.mailbox.post(lambda: _stop(stopped)))
    node.start()
    notices.start()
    chat.start()
    listener.start()
    doors = Doors(node, settings, is_hearing=lambda: listener.is_hearing)
    eventlet.spawn_n(_count_deafness, listener)
    serving = eventlet.spawn(_serve, door, doors)
    log.info("im_started")
    stopped.wait()
    serving.kill()
    door.close()
    node.drain()
    with eventlet.Timeout(DRAIN_SECONDS + FINISH_SECONDS, False):
        while node.engine.sockets and any(not each.closed for each in node.engine.sockets.values()):
            eventlet.sleep(0.05)
    with eventlet.Timeout(FINISH_SECONDS, False):
        notices.flush()
    log.info("im_stopped", left=len(node.sessions))


def _serve(door: Any, doors: Doors) -> None:
    wsgi.server(
        door,
        doors,
        protocol=Http,
        log_output=False,
        max_size=_most_connections(),
        keepalive=IDLE_SECONDS,
        socket_timeout=REQUEST_SECONDS,
        url_length_limit=LINE_BYTES,
        debug=False,
    )


def _count_deafness(listener: Listener) -> None:
    while True:
        eventlet.sleep(DEAF_TURN_SECONDS)
        if not listener.is_hearing:
            DEAF.inc(DEAF_TURN_SECONDS)


def _stop(stopped: Any) -> None:
    if not stopped.ready():
        stopped.send()


def _most_connections() -> int:
    """As many as we want, or as this process may have files open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + SPARE_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return files - SPARE_FILES


def main() -> None:
    """Entry of the process."""
    parser = argparse.ArgumentParser(prog="python -m im.main", description=__doc__)
    parser.add_argument("--socket", default="", help="path to listen at, instead of the address")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on")
    options = parser.parse_args()
    try:
        settings = load()
        setup_logging(settings, process="im")
        binding.bind(settings, Process.IM)
        chatting.init(settings)
    except SettingsError as error:
        sys.exit(str(error))
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.bind_host)
    heap.freeze()
    run(settings, listen(options.socket, options.host, options.port))
    binding.unbind()
    sys.stdout.flush()
    # Threads that wait for somebody who never answers must not hold the process.
    os._exit(0)


if __name__ == "__main__":
    main()
