"""A new index beside the one that is searched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

from common.errors import Conflict, DependencyUnavailable
from common.search.embedded.places import Place
from common.search.embedded.schema import SCHEMA
from common.search.embedded.writing import add, inherit, on_disk, write
from common.search.interface import Document

HEAP_BYTES: Final = 100_000_000


class EmbeddedRebuild:
    """An index in the making, in a folder of its own."""

    def __init__(self, place: Place, folder: Path, until: int | None) -> None:
        self._place, self._folder, self._until = place, folder, until
        with on_disk():
            self._index = tantivy.Index(SCHEMA, str(folder))
            self._writer: tantivy.IndexWriter | None = self._index.writer(HEAP_BYTES, 1)

    def add(self, documents: Sequence[Document]) -> None:
        """Put articles in that it does not have."""
        if self._writer is None:
            raise RuntimeError("changes have been applied already")
        for document in documents:
            add(self._writer, self._place.kind, document)

    def apply(self, documents: Sequence[Document], removed: Mapping[int, int]) -> None:
        """Bring it up to date with changes; nothing can be added afterwards."""
        self._finish()
        write(self._place.kind, self._folder, documents, removed)

    def count(self) -> int:
        """How many articles it has."""
        self._finish()
        self._index.reload()
        number: int = self._index.searcher().num_docs
        return number

    def switch(self, last: Callable[[], object]) -> None:
        """Search it from now on; what was removed from the old index stays removed."""
        self._finish()
        with self._place.writing():
            last()
            former = self._place.current()
            if former is not None:
                inherit(self._place.kind, self._folder, former, self._until)
            self._place.switch(self._folder)

    def abandon(self) -> None:
        """Let the files go, whatever was not written."""
        if self._writer is not None:
            self._writer.rollback()
            self._finish()

    def _finish(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                with on_disk():
                    writer.commit()
            finally:
                writer.wait_merging_threads()


@contextmanager
def rebuild(place: Place, until: int | None) -> Iterator[EmbeddedRebuild]:
    """A new index; thrown away unless it is switched to.

    :param until: removals of this version and newer ones are not inherited
    :raises Conflict: another process is making one
    """
    try:
        held = place.rebuilding()
        held.__enter__()
    except DependencyUnavailable as error:
        raise Conflict("The search index is being made anew already.") from error
    try:
        place.discard_others()
        folder = place.new()
        made = EmbeddedRebuild(place, folder, until)
        try:
            yield made
        finally:
            made.abandon()
            if place.current() != folder:
                shutil.rmtree(folder, ignore_errors=True)
            place.discard_others()
    finally:
        held.__exit__(None, None, None)
