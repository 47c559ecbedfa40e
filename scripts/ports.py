"""Addresses a run listens on."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognized, not bound to
LAST_PORT = 65_535
# A name may have an address of a family that this machine does not speak: then it is not ours.
ABSENT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


_Address = tuple[socket.AddressFamily, tuple[Any, ...]]


class PortError(Exception):
    """The address cannot be listened on; the text is one line for people."""


@dataclass(frozen=True)
class Claim:
    """Free addresses of one host, all with one port.

    :param listen: each as ``127.0.0.1:8000`` or ``[::1]:8000``
    """

    port: int
    listen: tuple[str, ...]


def claim(host: str, port: int, *, option: str) -> Claim:
    """Make sure that ``host:port`` is free at all addresses of the host; port 0: any free one.

    :raises PortError: it is no port, in use, forbidden or no address of this machine
    """
    if not 0 <= port <= LAST_PORT:
        raise PortError(f"{option} {port} is no port; choose one up to {LAST_PORT}, or 0 for any")
    listen: list[str] = []
    absent: OSError | None = None
    for family, address in _addresses(host, port):
        try:
            port = _bind(family, (address[0], port, *address[2:]))
            listen.append(f"[{address[0]}]:{port}" if ":" in address[0] else f"{address[0]}:{port}")
        except OSError as error:
            if error.errno not in ABSENT:
                raise PortError(_explain(error, host, port, option)) from error
            absent = error
    if absent is not None and not listen:
        raise PortError(_explain(absent, host, port, option)) from absent
    return Claim(port, tuple(listen))


def _addresses(host: str, port: int) -> list[_Address]:
    """Each address of the host once, as :func:`socket.getaddrinfo` tells them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise PortError(f"unknown host {host}") from error
    addresses: list[_Address] = [(family, address) for family, _, _, _, address in found]
    return list(dict.fromkeys(addresses))


def _bind(family: socket.AddressFamily, address: tuple[Any, ...]) -> int:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        port: int = probe.getsockname()[1]
        return port


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


def is_served(path: Path) -> bool:
    """Whether somebody takes connections at a Unix socket; the file may be a former one's."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
