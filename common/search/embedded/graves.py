"""Which articles were removed lately, by which outbox row: who comes late must not revive them."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import orjson

FILE: Final = "removed.json"
# Longer than any relay may sleep between reading an article and bringing it here.
KEPT_SECONDS: Final = 24 * 3600
MOST: Final = 100_000


class Graves:
    """The versions of removed articles, in a file beside the index."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._found: dict[str, tuple[int, int]] = {}
        if self._path.is_file():
            self._found = orjson.loads(self._path.read_bytes())

    def version_of(self, article_id: int) -> int:
        """The version that removed it; -1 if nothing did, or long ago."""
        return self._found.get(str(article_id), (-1, 0))[0]

    def versions(self) -> dict[int, int]:
        """All that is remembered."""
        return {int(id_): version for id_, (version, _) in self._found.items()}

    def bury(self, versions: Mapping[int, int]) -> None:
        """Remember removals, on disk before this returns."""
        now = int(time.time())
        for article_id, version in versions.items():
            if version >= self.version_of(article_id):
                self._found.pop(str(article_id), None)  # the newest are last
                self._found[str(article_id)] = (version, now)
        kept = [each for each in self._found.items() if each[1][1] > now - KEPT_SECONDS]
        self._found = dict(kept[-MOST:])
        self._write()

    def inherit(self, former: Graves, article_ids: Collection[int]) -> None:
        """Remember what another index does of these articles, for as long as it would."""
        newer = {
            str(id_): former._found[str(id_)]
            for id_ in article_ids
            if former.version_of(id_) > self.version_of(id_)
        }
        if newer:
            both = self._found | newer
            self._found = dict(sorted(both.items(), key=lambda each: each[1][1]))
            self._write()

    def _write(self) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(orjson.dumps(self._found))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
