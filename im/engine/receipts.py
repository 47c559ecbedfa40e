"""Which notifications have reached a client: those that were written before a ping it answered."""

from __future__ import annotations


class Receipts:
    """Notifications of one client, from being written to being confirmed.

    The answer to a ping proves what was written before that ping, and nothing else does: any other
    packet may have been on its way already. Answers come in the order of the pings.
    """

    __slots__ = ("_asked", "_pings", "_pongs", "_proof", "_written")

    def __init__(self) -> None:
        self._written: tuple[int, ...] = ()  # behind the last ping that asks about any
        self._asked: tuple[int, ...] = ()  # before it
        self._pings = self._pongs = self._proof = 0

    @property
    def are_due(self) -> bool:
        """Whether a ping is wanted: something was written, and no answer is waited for."""
        return bool(self._written) and not self._asked

    def write(self, notice_ids: list[int]) -> None:
        """These are on their way."""
        self._written += tuple(notice_ids)

    def ping(self) -> None:
        """A ping goes behind what was written so far."""
        self._pings += 1
        if self.are_due:
            self._asked, self._written, self._proof = self._written, (), self._pings

    def pong(self) -> list[int]:
        """One was answered: which notifications that proves."""
        self._pongs = min(self._pongs + 1, self._pings)
        if self._pongs < self._proof:
            return []
        arrived, self._asked = self._asked, ()
        return list(arrived)

    def all(self) -> list[int]:
        """Everything that was written has arrived: a polling client has come for more."""
        arrived, self._asked, self._written = self._asked + self._written, (), ()
        return list(arrived)
