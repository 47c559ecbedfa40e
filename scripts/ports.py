"""Addresses a run listens on."""

from __future__ import annotations

import errno
import socket

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognized, not bound to


class PortError(Exception):
    """The address cannot be listened on; the text is one line for people."""


def claimable(host: str, port: int, *, option: str) -> int:
    """Make sure that ``host:port`` is free; port 0 becomes a free one.

    :raises PortError: it is in use, forbidden or no address of this machine
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            bound: int = probe.getsockname()[1]
            return bound
    except (socket.gaierror, UnicodeError) as error:
        raise PortError(f"unknown host {host}") from error
    except OSError as error:
        raise PortError(_explain(error, host, port, option)) from error


def _explain(error: OSError, host: str, port: int, option: str) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} is in use; stop the other program or choose another {option}"
        case errno.EACCES:
            return f"port {port} needs more rights than you have; choose another {option}"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine"
    return f"cannot listen on {host}:{port}: {error.strerror}"


def url(host: str, port: int) -> str:
    """How a program on this machine reaches a listener of ours."""
    reachable = WILDCARDS.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
