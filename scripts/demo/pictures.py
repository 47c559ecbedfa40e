"""Drawing the demo's pictures, on all cores, and storing them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, Self

from common.utils.storage import Storage, object_key
from scripts.demo.drawing import Drawing, draw
from scripts.demo.progress import Progress, Stage

_CONTENT_TYPE: Final = "image/jpeg"
_MOST_PROCESSES: Final = 4
_FEWEST_FOR_PROCESSES: Final = 24  # below that starting them takes longer than drawing
_AT_ONCE: Final = 8


class Painter:
    """Draws and stores pictures; uses all cores if there is much to do, until it is closed."""

    def __init__(self, storage: Storage, report: Progress | None) -> None:
        self._storage = storage
        self._report = report
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

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
        if self._pool is None:
            # Fresh processes: forking one that holds connections and threads would copy both.
            self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        return self._pool.map(draw, drawings, chunksize=_AT_ONCE)
