"""Drawing the demo's pictures, on all cores, and storing them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Final, Self

from common.utils.storage import Storage, object_key
from scripts.demo.drawing import LENGTH_BYTES, Drawing, draw
from scripts.demo.progress import Progress, Stage
from scripts.supervisor import ROOT

_CONTENT_TYPE: Final = "image/jpeg"
_MOST_PROCESSES: Final = 4
_FEWEST_FOR_PROCESSES: Final = 24  # below that starting them takes longer than drawing


class _Artist:
    """A process that draws. It has nothing of ours but two pipes, and ends when they do: those of
    multiprocessing outlive an owner that was killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.demo.drawing"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def draw(self, drawing: Drawing) -> bytes:
        """The picture.

        :raises ChildProcessError: the process has ended
        """
        asked, given = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101 - what PIPE promises
        assert given is not None  # noqa: S101
        try:
            asked.write(json.dumps(drawing).encode() + b"\n")
            asked.flush()
        except BrokenPipeError as error:
            raise self._gone() from error
        size = int.from_bytes(given.read(LENGTH_BYTES), "big")
        picture = given.read(size)
        if not picture or len(picture) < size:
            raise self._gone()
        return picture

    def close(self) -> None:
        """Let it end, and wait for that."""
        self._process.communicate()

    def _gone(self) -> ChildProcessError:
        return ChildProcessError(f"a process that draws ended: exit code {self._process.wait()}")


class _Studio:
    """Artists who draw side by side."""

    def __init__(self, size: int) -> None:
        self._idle: SimpleQueue[_Artist] = SimpleQueue()
        self._artists = [_Artist() for _ in range(size)]
        for artist in self._artists:
            self._idle.put(artist)
        self._asking = ThreadPoolExecutor(size)

    def draw(self, drawings: Collection[Drawing]) -> Iterator[bytes]:
        """The pictures, in the same order."""
        return self._asking.map(self._draw, drawings)

    def close(self) -> None:
        """Drop what has not been begun; end when the rest is done."""
        self._asking.shutdown(cancel_futures=True)
        for artist in self._artists:
            artist.close()

    def _draw(self, drawing: Drawing) -> bytes:
        artist = self._idle.get()
        try:
            return artist.draw(drawing)
        finally:
            self._idle.put(artist)


class Painter:
    """Draws and stores pictures; uses all cores if there is much to do, until it is closed."""

    def __init__(self, storage: Storage, report: Progress | None) -> None:
        self._storage = storage
        self._report = report
        self._studio: _Studio | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._studio is not None:
            self._studio.close()

    def paint(self, what: str, drawings: Mapping[Drawing, int]) -> dict[Drawing, str]:
        """Key of each picture, stored.

        :param what: for the report
        :param drawings: with the owner of each
        :raises DependencyUnavailable: the storage is down
        """
        stage = Stage(self._report, what, len(drawings))
        keys = {}
        for (drawing, owner), data in zip(drawings.items(), self._draw(drawings), strict=True):
            key = object_key(drawing.kind, data, extension="jpg", owner=owner)
            self._storage.put(key, data, _CONTENT_TYPE)
            keys[drawing] = key
            stage.advance()
        return keys

    def _draw(self, drawings: Collection[Drawing]) -> Iterator[bytes]:
        processes = min(_MOST_PROCESSES, os.cpu_count() or 1)
        if processes == 1 or len(drawings) < _FEWEST_FOR_PROCESSES:
            return map(draw, drawings)
        if self._studio is None:
            self._studio = _Studio(processes)
        return self._studio.draw(drawings)
