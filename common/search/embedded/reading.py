"""The snapshot of an index that a process searches; a newer one as soon as there is one."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from pathlib import Path
from typing import Final, NamedTuple

import tantivy

from common.errors import DependencyUnavailable
from common.search.embedded.places import DEPENDENCY, Place

PATIENCE_SECONDS: Final = 0.2  # then the former snapshot has to do, or the engine is away
LOOKS: Final = 2  # between two system calls the index may be replaced by another one


class _Stamp(NamedTuple):
    """What tells one commit from another."""

    folder: Path
    inode: int
    changed_ns: int


class _Snapshot(NamedTuple):
    stamp: _Stamp
    searcher: tantivy.Searcher


class Reader:
    """Looks at each search whether there was a commit: two system calls.

    A new snapshot is opened by a thread: tantivy takes a lock for it, which a writer that was
    stopped may hold, and no search may wait for that.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._snapshot: _Snapshot | None = None
        self._opening: Future[_Snapshot] | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def searcher(self) -> tantivy.Searcher:
        """The newest snapshot.

        :raises DependencyUnavailable: there is no index of this analyser, or it cannot be read
        """
        snapshot = self._snapshot
        for _ in range(LOOKS):
            stamp = self._stamp()
            if stamp is None:
                continue
            if snapshot is not None and snapshot.stamp == stamp:
                return snapshot.searcher
            fresh = self._opened(stamp)
            if fresh is not None:
                self._snapshot = fresh
                return fresh.searcher
        if snapshot is None or not self._place.current():
            raise DependencyUnavailable(DEPENDENCY)
        return snapshot.searcher

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            threads, self._threads = self._threads, None
            self._snapshot, self._opening = None, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)

    def _stamp(self) -> _Stamp | None:
        """None if there is nothing to be searched, or it was replaced at this moment."""
        folder = self._place.current()
        if folder is None:
            return None
        try:
            found = os.stat(folder / "meta.json")
        except OSError:
            return None
        return _Stamp(folder, found.st_ino, found.st_mtime_ns)

    def _opened(self, stamp: _Stamp) -> _Snapshot | None:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(1, thread_name_prefix="search-reader")
            is_new = self._opening is None or self._opening.done()
            if self._opening is None or is_new:
                self._opening = self._threads.submit(_open, stamp)
            opening = self._opening
        # One search waits for a new snapshot; the others have the former one, if there is one.
        is_worth_waiting = is_new or self._snapshot is None
        try:
            return opening.result(PATIENCE_SECONDS if is_worth_waiting else 0)
        except (TooSlow, ValueError, OSError):
            return None


def _open(stamp: _Stamp) -> _Snapshot:
    index = tantivy.Index.open(str(stamp.folder))
    index.config_reader("manual")
    return _Snapshot(stamp, index.searcher())
