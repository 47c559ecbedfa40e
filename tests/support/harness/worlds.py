"""Worlds that many tests begin with: made once, then laid out again as they were.

A world is what rows, objects and keys it has, and the values for calls in it. Making one takes as
long as ten tests; the copy is a file, a folder and some keys.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.settings import Settings
from common.utils import clock
from tests.support.clients.api import ApiClient
from tests.support.harness.stores import DATABASE, Stores

World = dict[str, Any]

# Nobody holds its maker's leases, and whoever takes them goes on behind the ids in the rows: a
# world may be laid out again within the second in which it was made.
WITHOUT_ITS_MAKER = "UPDATE worker_lease SET owner = NULL, last_ms = ?"
ALREADY_THERE = shutil.ignore_patterns(f"{DATABASE}*")


@dataclass(frozen=True, slots=True)
class Kept:
    """A world as it was when it had just been made.

    :param keys: a key, its value as the server dumps it, how long it has to live in ms
    """

    folder: Path
    keys: list[tuple[bytes, bytes, int]]
    values: World


class Worlds:
    """Worlds of this xdist worker, by name and settings."""

    def __init__(self, stores: Stores, directory: Path) -> None:
        self._stores = stores
        self._directory = directory
        self._kept: list[tuple[str, Settings, Kept]] = []

    def lay_out(self, name: str, settings: Settings) -> World | None:
        """Put a world into the empty stores, before the product is bound to them; its values, or
        None: nobody has made it yet."""
        kept = self._find(name, settings)
        if kept is None:
            return None
        shutil.copytree(kept.folder, self._stores.data, dirs_exist_ok=True)
        with self._stores.valkey.client() as client:
            for key, value, life_ms in kept.keys:
                client.restore(key, max(0, life_ms), value)
        return kept.values

    def keep(self, name: str, settings: Settings, values: World) -> None:
        """Keep what the stores hold now as that world."""
        folder = self._directory / str(len(self._kept))
        shutil.copytree(self._stores.data, folder, ignore=ALREADY_THERE)
        with (
            closing(sqlite3.connect(self._stores.data / DATABASE)) as source,
            closing(sqlite3.connect(folder / DATABASE)) as copy,
        ):
            source.backup(copy)
            copy.execute(WITHOUT_ITS_MAKER, [clock.now_ms()])
            copy.commit()
        self._kept.append((name, settings, Kept(folder, self._keys(), values)))

    def _find(self, name: str, settings: Settings) -> Kept | None:
        found = (kept for is_named, has, kept in self._kept if (is_named, has) == (name, settings))
        return next(found, None)

    def _keys(self) -> list[tuple[bytes, bytes, int]]:
        with self._stores.valkey.client() as client:
            return [(key, client.dump(key), client.pttl(key)) for key in client.scan_iter()]


def again(world: World, gateway: Any) -> World:
    """A world's values, with clients that have no cookies yet."""
    return {
        name: ApiClient(gateway, user=value.user, token=value.token)
        if isinstance(value, ApiClient)
        else value
        for name, value in world.items()
    }
