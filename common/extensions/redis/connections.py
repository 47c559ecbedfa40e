"""Our own connection to a Redis server: one piece out, replies in, and nothing in between.

The driver's pool takes a lock, polls the socket and keeps statistics at every use, and its parser
is asked through three layers for every reply (docs/adr/0007-own-redis-connection.md). Ours speaks
RESP2.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

import hiredis
import redis as driver

from common.extensions.redis.servers import Server

Work = Callable[[], None]

READ_BYTES: Final = 65_536
MOST_OWED: Final = 256  # replies that nobody waits for; they lie in the socket until the next use
CLOSED: Final = "Connection closed by server."
_PEEK_NOW: Final = socket.MSG_PEEK | socket.MSG_DONTWAIT
_FULL: Final = "ERR max number of clients reached"
# First words of refusals that callers tell apart by class, as in the driver. ConnectionErrors among
# them say that the server serves nobody.
_REFUSALS: Final[dict[str, type[driver.RedisError]]] = {
    "CLUSTERDOWN": driver.exceptions.ClusterDownError,
    "LOADING": driver.exceptions.BusyLoadingError,
    "MASTERDOWN": driver.exceptions.MasterDownError,
    "NOAUTH": driver.exceptions.AuthenticationError,
    "OOM": driver.exceptions.OutOfMemoryError,
    "READONLY": driver.exceptions.ReadOnlyError,
    "TRYAGAIN": driver.exceptions.TryAgainError,
    "WRONGPASS": driver.exceptions.AuthenticationError,
}


class Connection:
    """A connected socket and what reads replies from it. Not for two threads at once.

    :raises redis.ConnectionError: the server cannot be reached, or does not let us in
    :raises redis.TimeoutError: it does not answer in time
    """

    def __init__(self, server: Server) -> None:
        self._link: socket.socket | None = None
        self._reader: Any = hiredis.Reader(  # its stub knows fewer types than it takes
            protocolError=driver.InvalidResponse, replyError=_refusal
        )
        self._buffer = bytearray(READ_BYTES)
        self._seconds = server.reply_seconds
        self._owed = 0
        try:
            self._link = link = server.dial()
        except TimeoutError as error:
            raise driver.TimeoutError("Timeout connecting to server") from error
        except OSError as error:
            raise _broken(error) from error
        self._is_of_the_kernel = _is_of_the_kernel(link)
        if self._is_of_the_kernel:
            _let_the_kernel_time_out(link, self._seconds)
        else:
            link.settimeout(self._seconds)
        self._greet(server.greeting)

    def swap(self, packed: bytes, count: int, meanwhile: Work | None = None) -> list[Any]:
        """Send commands and receive their ``count`` replies, refusals among them as errors.

        After an error the connection is of no use: unread replies would be taken for the next.

        :param meanwhile: called while the server works
        :raises redis.ConnectionError: the connection broke
        :raises redis.TimeoutError: the server did not answer in time
        """
        link = self._link
        if link is None:
            raise driver.ConnectionError(CLOSED)
        try:
            link.sendall(packed)
            if meanwhile is not None:
                meanwhile()
            if not self._owed:
                return self._receive(link, count)
            owed, self._owed = self._owed, 0
            return self._receive(link, owed + count)[owed:]
        except (BlockingIOError, TimeoutError) as error:
            raise driver.TimeoutError("Timeout while waiting for the server") from error
        except OSError as error:
            raise _broken(error) from error

    def tell(self, packed: bytes, count: int) -> bool:
        """Send commands whose ``count`` replies nobody waits for: the next use drops them.

        :returns: False if they have to be swapped instead: too many replies are owed, or this is
            no socket of the kernel's
        :raises redis.RedisError: as :meth:`swap`
        """
        link = self._link
        if link is None:
            raise driver.ConnectionError(CLOSED)
        if not self._is_of_the_kernel or self._owed + count > MOST_OWED:
            return False
        try:
            link.sendall(packed)
        except BlockingIOError as error:
            raise driver.TimeoutError("Timeout while waiting for the server") from error
        except OSError as error:
            raise _broken(error) from error
        self._owed += count
        return True

    def ask(self, *command: Any) -> Any:
        """The reply to one command.

        :raises redis.ResponseError: it is refused; else as :meth:`swap`
        """
        (reply,) = self.swap(hiredis.pack_command(command), 1)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def is_stale(self) -> bool:
        """Whether the server has hung up: an idle connection has nothing else to be read from."""
        link = self._link
        if link is None:
            return True
        try:
            if self._owed:
                self._drop_owed(link)
            if self._is_of_the_kernel:
                link.recv(1, _PEEK_NOW)
            else:
                self._look(link)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            pass
        return True

    def hand_over(self) -> tuple[socket.socket, Any] | None:
        """The socket and what reads from it, for a use of their own: the connection ends here.

        None unless the socket is one of the kernel's, which says whether it has something to read.
        """
        link = self._link
        if link is None or not self._is_of_the_kernel or self._owed:
            return None
        self._link = None
        return link, self._reader

    def close(self) -> None:
        """Hang up, without a word: a forked child closes its copy of its parent's socket."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    __del__ = close

    def _greet(self, greeting: Sequence[bytes]) -> None:
        *answers, last = self.swap(b"".join(greeting), len(greeting))
        for answer in answers:
            if isinstance(answer, Exception):
                raise driver.ConnectionError(str(answer)) from answer
        if isinstance(last, driver.ConnectionError):
            raise last

    def _receive(self, link: socket.socket, count: int) -> list[Any]:
        """The next replies.

        :raises OSError: the connection broke
        """
        feed, gets, buffer = self._reader.feed, self._reader.gets, self._buffer
        replies: list[Any] = []
        while len(replies) < count:
            received = link.recv_into(buffer)
            if not received:
                raise driver.ConnectionError(CLOSED)
            feed(buffer, 0, received)
            while len(replies) < count and (reply := gets()) is not False:
                replies.append(reply)
        return replies

    def _drop_owed(self, link: socket.socket) -> None:
        """Take the replies that nobody waits for, as far as they have come.

        :raises OSError: the connection broke, or not all of them have come
        """
        while self._owed:
            received = link.recv(READ_BYTES, socket.MSG_DONTWAIT)
            if not received:
                raise ConnectionResetError(CLOSED)
            self._reader.feed(received)
            while self._owed and self._reader.gets() is not False:
                self._owed -= 1

    def _look(self, link: socket.socket) -> None:
        link.settimeout(0)
        try:
            link.recv(1)
        finally:
            link.settimeout(self._seconds)


def _refusal(text: str) -> driver.RedisError:
    """The error that an error reply means."""
    if text == _FULL:
        return driver.ConnectionError(text)
    return _REFUSALS.get(text.partition(" ")[0], driver.ResponseError)(text)


def _broken(error: OSError) -> driver.ConnectionError:
    return driver.ConnectionError(f"{type(error).__name__}: {error}")


def _is_of_the_kernel(link: Any) -> bool:
    """Whether this is a plain socket, and not TLS or what green threads use instead of one."""
    return type(link) is socket.socket and issubclass(type(link), socket.SocketType)


def _let_the_kernel_time_out(link: socket.socket, seconds: float) -> None:
    """Leave the time-out of each call to the kernel: Python's own costs another system call."""
    whole = int(seconds)
    limit = struct.pack("@ll", whole, int((seconds - whole) * 1_000_000))
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
    link.settimeout(None)
