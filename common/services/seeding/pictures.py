"""Drawing the demo's pictures, on all cores, and storing them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from common.services.seeding.artwork import draw_avatar, draw_cover
from common.services.seeding.progress import Steps
from common.utils.storage import Storage, object_key

_AVATAR: Final = "avatar"
_COVER: Final = "cover"
_CONTENT_TYPE: Final = "image/jpeg"
_MOST_PROCESSES: Final = 4
_FEWEST_FOR_PROCESSES: Final = 24  # below that starting them takes longer than drawing
_AT_ONCE: Final = 8


class Drawing(NamedTuple):
    """A picture to be drawn; ``theme`` is a channel's slug, or empty for an avatar."""

    seed: str
    theme: str = ""

    @property
    def kind(self) -> str:
        """What the object is for."""
        return _COVER if self.theme else _AVATAR


def draw(drawing: Drawing) -> bytes:
    """The picture, a JPEG."""
    if drawing.theme:
        return draw_cover(drawing.seed, theme=drawing.theme)
    return draw_avatar(drawing.seed)


def draw_and_store(
    drawings: Mapping[Drawing, int], storage: Storage, steps: Steps
) -> dict[Drawing, str]:
    """Key of each stored picture.

    :param drawings: with the owner of each
    :raises DependencyUnavailable: the storage is down
    """
    if len(drawings) < _FEWEST_FOR_PROCESSES or _cores() == 1:
        return _store(drawings, map(draw, drawings), storage, steps)
    # Fresh processes: forking one that holds connections and threads would copy both.
    with ProcessPoolExecutor(_cores(), mp_context=get_context("spawn")) as pool:
        drawn = pool.map(draw, drawings, chunksize=_AT_ONCE)
        return _store(drawings, drawn, storage, steps)


def _cores() -> int:
    return min(_MOST_PROCESSES, os.cpu_count() or 1)


def _store(
    drawings: Mapping[Drawing, int],
    drawn: Iterable[bytes],
    storage: Storage,
    steps: Steps,
) -> dict[Drawing, str]:
    keys = {}
    for (drawing, owner), data in zip(drawings.items(), drawn, strict=True):
        key = object_key(drawing.kind, data, extension="jpg", owner=owner)
        storage.put(key, data, _CONTENT_TYPE)
        keys[drawing] = key
        steps.done("Drawing pictures")
    return keys
