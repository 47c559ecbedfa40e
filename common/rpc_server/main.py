"""The rpc process (``python -m common.rpc_server.main``): services for others, by gRPC."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from prometheus_client import start_http_server

from common.rpc_server.serving import Server
from common.services import binding
from common.services.binding import Process
from common.settings import Settings, SettingsError, load
from common.utils.logging import setup_logging


def run(settings: Settings, stop: threading.Event, *, socket: Path | None) -> None:
    """Serve until told to stop.

    :param socket: where to listen instead of at ``RPC_PORT``
    :raises OSError: nobody can listen there
    """
    server = Server(reflects=settings.docs_are_open)
    if socket is None:
        host = f"[{settings.bind_host}]" if ":" in settings.bind_host else settings.bind_host
        server.listen(f"{host}:{settings.rpc_port}")
    else:
        server.listen_at(socket)
    stop.wait()
    server.stop()


def main() -> None:
    """Entry of the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, help="listen there, for this user alone")
    socket: Path | None = parser.parse_args().socket
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = load()
        setup_logging(settings, process="rpc")
        binding.bind(settings, Process.RPC)
    except SettingsError as error:
        sys.exit(str(error))
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.bind_host)
    try:
        run(settings, stop, socket=socket)
    except OSError as error:
        sys.exit(str(error))
    finally:
        binding.unbind()
    sys.stdout.flush()
    # A call that does not end must not hold the process: whoever made it has given up already.
    os._exit(0)


if __name__ == "__main__":
    main()
