"""Where a Redis server is and how it lets us in, as the driver has read it from a URL."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hiredis import pack_command
from redis.connection import ConnectionPool, SSLConnection, UnixDomainSocketConnection

LIBRARY: Final = "toutiao"  # what CLIENT LIST shows to operators
PORT: Final = 6379
DEFAULT_SECONDS: Final = 5.0  # for clients that were made without time-outs, as in the driver

# Seconds until an idle connection is looked after, seconds between two tries, and their number.
KEEP_ALIVE: Final = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Server:
    """One server, the same for ever.

    :param address: host and port, or the path of a Unix socket
    :param tls: how to encrypt; None: not
    :param connect_seconds: how long connecting may take, in each of its steps
    :param reply_seconds: how long the server may be silent when it was asked something
    :param greeting: packed commands that a connection begins with; only the last may be refused
    """

    address: tuple[str, int] | str
    tls: ssl.SSLContext | None
    connect_seconds: float
    reply_seconds: float
    greeting: tuple[bytes, ...]

    def dial(self) -> socket.socket:
        """A socket to the server, encrypted if it shall be; its time-out is that of connecting.

        :raises OSError: the server cannot be reached, or is not who it should be
        """
        if isinstance(self.address, str):
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(self.connect_seconds)
        else:
            link = socket.create_connection(self.address, self.connect_seconds)
        try:
            if isinstance(self.address, str):
                link.connect(self.address)
            else:
                _prepare(link)
                if self.tls is not None:
                    return self.tls.wrap_socket(link, server_hostname=self.address[0])
        except BaseException:
            link.close()
            raise
        return link


def _prepare(link: socket.socket) -> None:
    """Send at once, and find out in 45 seconds when the network has forgotten the connection."""
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEP_ALIVE.items():
        if hasattr(socket, name):  # not on every system
            link.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def server_of(pool: Any) -> Server | None:
    """The server of a pool of the driver; None for a pool that finds its server anew each time.

    :raises OSError: a file of certificates cannot be read
    """
    if type(pool) is not ConnectionPool:
        return None
    options: Options = pool.connection_kwargs
    address: tuple[str, int] | str = options.get("host", "localhost"), options.get("port", PORT)
    if issubclass(pool.connection_class, UnixDomainSocketConnection):
        address = options["path"]
    return Server(
        address,
        _tls(options) if issubclass(pool.connection_class, SSLConnection) else None,
        options.get("socket_connect_timeout") or DEFAULT_SECONDS,
        options.get("socket_timeout") or DEFAULT_SECONDS,
        tuple(pack_command(command) for command in _greeting(options)),
    )


def _greeting(options: Options) -> Iterator[tuple[Any, ...]]:
    username, password = options.get("username"), options.get("password")
    if username:
        yield "AUTH", username, password or ""
    elif password:
        yield "AUTH", password
    if options.get("db"):
        yield "SELECT", options["db"]
    if options.get("client_name"):
        yield "CLIENT", "SETNAME", options["client_name"]
    yield "CLIENT", "SETINFO", "LIB-NAME", LIBRARY  # servers before Redis 7.2 do not know it


def _tls(options: Options) -> ssl.SSLContext:
    """The driver's ``ssl_`` options, with the driver's defaults.

    :raises OSError: a file cannot be read
    """
    context = ssl.create_default_context()
    mode = options.get("ssl_cert_reqs", "required")
    if not isinstance(mode, ssl.VerifyMode):
        mode = ssl.VerifyMode[f"CERT_{mode or 'none'}".upper()]
    is_checked = mode is not ssl.CERT_NONE
    context.check_hostname = is_checked and options.get("ssl_check_hostname", True)
    context.verify_mode = mode
    for flag in options.get("ssl_include_verify_flags") or ():
        context.verify_flags |= flag
    for flag in options.get("ssl_exclude_verify_flags") or ():
        context.verify_flags &= ~flag
    if options.get("ssl_min_version"):
        context.minimum_version = options["ssl_min_version"]
    if options.get("ssl_ciphers"):
        context.set_ciphers(options["ssl_ciphers"])
    _load_certificates(context, options)
    return context


def _load_certificates(context: ssl.SSLContext, options: Options) -> None:
    own, key = options.get("ssl_certfile"), options.get("ssl_keyfile")
    if own:
        context.load_cert_chain(own, key, options.get("ssl_password"))
    trusted = [options.get(f"ssl_ca_{name}") for name in ("certs", "path", "data")]
    if any(trusted):
        context.load_verify_locations(*trusted)
