"""An SQLite database as files: which ones they are, and whether there is all of it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from common.errors import DependencyUnavailable

MAGIC: Final = b"SQLite format 3\x00"
HEADER: Final = struct.Struct(">16sH10xI")  # magic, bytes of a page (1: 65536), pages
LARGEST_PAGE: Final = 65_536

Number = tuple[int, int]  # of a file: its device, and which one there


class Files(NamedTuple):
    """The database and its write-ahead log, as the file system knows them."""

    database: Number | None
    log: Number | None


def number_of(path: Path) -> Number | None:
    """Which file is at this path; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def opened(path: Path) -> sqlite3.Connection:
    """A connection that makes no file and waits for nobody."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)


def revision_of(path: Path) -> str | None:
    """Which schema the database at this path has; None if that is not noted.

    :raises DependencyUnavailable: it cannot be read
    """
    try:
        with closing(opened(path)) as connection:
            return revision_in(connection)
    except sqlite3.Error as error:
        raise DependencyUnavailable("sql", because=f"{path.name}: {error}") from error


def revision_in(connection: sqlite3.Connection) -> str | None:
    """Which schema there is; None if that is not noted."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else row[0]


def refuse_torn(path: Path) -> None:
    """Somebody may still be copying it.

    :raises DependencyUnavailable: it is no database, or not all of one
    """
    with path.open("rb") as file:
        head = file.read(HEADER.size)
        size = os.fstat(file.fileno()).st_size
    magic, page, pages = HEADER.unpack(head) if len(head) == HEADER.size else (b"", 0, 0)
    if magic != MAGIC or size < (LARGEST_PAGE if page == 1 else page) * pages:
        raise DependencyUnavailable("sql", because=f"{path.name} is not whole")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Inside, no other process of ours does the like."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
