"""Paths of listening sockets, put back when somebody removes them under a running server.

A server listens on until it ends, but nobody finds it any more once its path is gone. A second name
of the same socket costs nothing, and the first one can be made from it again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


class KeptSocket:
    """The path at which one server listens.

    :param path: where clients look for it
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spare = spare_of(path)
        self._number: int | None = None  # the socket itself, as the file system knows it

    def forget(self) -> None:
        """Another server is about to listen there."""
        self._number = None
        self._spare.unlink(missing_ok=True)

    def keep(self) -> str:
        """See to it that the path leads to the server; what had to be done, or nothing.

        :raises FileNotFoundError: it does not, and only a new server can change that
        """
        number = _number_of(self._path)
        if self._number is None:
            if number is not None:
                self._number = number
                self._link(self._path, self._spare)
            return ""
        if number == self._number:
            if _number_of(self._spare) != number:
                self._link(self._path, self._spare)
            return ""
        if _number_of(self._spare) != self._number:
            raise FileNotFoundError(self._path)
        self._link(self._spare, self._path)
        return f"{self._path.name} was removed; it is there again"

    @staticmethod
    def _link(source: Path, target: Path) -> None:
        draft = target.with_name(f"{target.name}~")
        with suppress(OSError):  # no such links here: then only a new server helps
            draft.unlink(missing_ok=True)
            os.link(source, draft)
            draft.replace(target)


def spare_of(path: Path) -> Path:
    """The second name of a socket."""
    return path.with_name(f".{path.name}")


def _number_of(path: Path) -> int | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino
