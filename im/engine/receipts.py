"""Which notifications have reached a client: those that were written before what it answers."""

from __future__ import annotations

from typing import Final

MOST: Final = 200  # that wait to be confirmed: a user keeps no more


class Receipts:
    """Notifications of one client, from being written to being confirmed.

    The answer to a ping proves what was written before that ping, and nothing else does: any other
    packet may have been on its way already. One question is open at a time; of more than
    :data:`MOST` notifications the oldest are forgotten.
    """

    __slots__ = ("_answered", "_asked", "_pings", "_pongs", "_proof", "_written")

    def __init__(self) -> None:
        self._written: tuple[int, ...] = ()  # and not confirmed
        self._asked = 0  # so many of them before the ping that asks about any
        self._answered = 0  # so many before our last answer to a ping of the client
        self._pings = self._pongs = self._proof = 0

    @property
    def are_due(self) -> bool:
        """Whether a ping is wanted: something was written, and no answer is waited for."""
        return bool(self._written) and not self._asked

    def write(self, notice_ids: list[int]) -> None:
        """These are on their way."""
        self._written += tuple(notice_ids)
        self._taken(max(0, len(self._written) - MOST))

    def ping(self) -> bytes:
        """A ping goes behind what was written so far; what tells its answer from others."""
        self._pings += 1
        if self.are_due:
            self._asked, self._proof = len(self._written), self._pings
        return _mark(self._pings)

    def pong(self) -> list[int]:
        """One was answered, in their order: which notifications that proves."""
        self._pongs = min(self._pongs + 1, self._pings)
        return self._taken(self._asked) if self._pongs >= self._proof else []

    def echo(self, mark: bytes) -> list[int]:
        """An answer came that repeats what its ping said, or one to no ping at all, which clients
        may send as well (RFC 6455 5.5.3): which notifications it proves."""
        return self._taken(self._asked) if mark == _mark(self._proof) else []

    def client_pinged(self) -> list[int]:
        """The client pings, and will be answered at once: which notifications its ping proves.

        Clients of revision 3 ping anew once they have read the answer to their last ping, and with
        it all that was written before.
        """
        arrived = self._taken(self._answered)
        self._answered = len(self._written)
        return arrived

    def all(self) -> list[int]:
        """Everything that was written has arrived: a polling client has come for more."""
        return self._taken(len(self._written))

    def _taken(self, count: int) -> list[int]:
        """The oldest, which are none of ours any more."""
        taken, self._written = self._written[:count], self._written[count:]
        self._asked = max(0, self._asked - count)
        self._answered = max(0, self._answered - count)
        return list(taken)


def _mark(number: int) -> bytes:
    return b"%d" % number
