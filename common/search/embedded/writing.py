"""Bringing changes into an index: all of a batch or none of it, the newer version wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

from common.errors import DependencyUnavailable
from common.search.embedded.graves import Graves
from common.search.embedded.places import DEPENDENCY
from common.search.embedded.schema import SCHEMA, document_of
from common.search.fields import ARTICLE, VERSION
from common.search.interface import Document, Kind, before

HEAP_BYTES: Final = 30_000_000


def write(
    kind: Kind, folder: Path, documents: Sequence[Document], removed: Mapping[int, int]
) -> None:
    """One commit; on disk when this returns. The caller holds the lock of the index.

    Removals are noted first: a process killed between the two brings both again.

    :raises DependencyUnavailable: the disk is full, say
    """
    index = tantivy.Index.open(str(folder))
    graves = Graves(folder)
    known = _versions(index, [*removed, *_ids(documents)])
    if removed:
        graves.bury(removed)
    fresh = [
        each
        for each in documents
        if each.version >= known.get(each.article_id, 0)
        and each.version >= graves.version_of(each.article_id)
    ]
    gone = [id_ for id_, version in removed.items() if version >= known.get(id_, version + 1)]
    _commit(kind, index, fresh, [*gone, *(id_ for id_ in _ids(fresh) if id_ in known)])


def inherit(kind: Kind, folder: Path, former: Path, until: int | None) -> None:
    """Remove what was removed from the index in ``former``, and remember it.

    A document with the version of a removal was read after it: it stays. So does one that has
    come back into the former index since.

    :param until: but for removals of this version and newer ones
    """
    index = tantivy.Index.open(str(folder))
    removed = before(Graves(former).versions(), until)
    known = _versions(index, list(removed))
    back = _versions(tantivy.Index.open(str(former)), list(removed))
    newer = {id_ for id_, version in removed.items() if version > known.get(id_, -1)}
    Graves(folder).inherit(Graves(former), newer)
    _commit(kind, index, (), [id_ for id_ in newer if id_ in known and id_ not in back])


def _commit(
    kind: Kind, index: tantivy.Index, fresh: Sequence[Document], replaced: Sequence[int]
) -> None:
    if not fresh and not replaced:
        return
    with on_disk():
        writer = index.writer(HEAP_BYTES, 1)
    try:
        # What a killed writer left has the names that this commit may give its own files.
        writer.garbage_collect_files()
        if replaced:
            # By query: by term, the binding takes an unsigned number for a signed one.
            writer.delete_documents_by_query(_these(replaced))
        for each in fresh:
            add(writer, kind, each)
        with on_disk():
            writer.commit()
    finally:
        writer.wait_merging_threads()  # and give tantivy's own lock back


def add(writer: tantivy.IndexWriter, kind: Kind, document: Document) -> None:
    """Have an article written with the next commit.

    :raises DependencyUnavailable: the disk is full, say: what was added before has shown that
    """
    made = document_of(kind, document)
    with on_disk():
        writer.add_document(made)


@contextmanager
def on_disk() -> Iterator[None]:
    """Whatever tantivy says of files that it cannot write is no defect: it works again later.

    :raises DependencyUnavailable: it says something
    """
    try:
        yield
    except (ValueError, OSError) as error:  # the binding has no class of its own for it
        raise DependencyUnavailable(DEPENDENCY, because=str(error)) from error


def _ids(documents: Sequence[Document]) -> list[int]:
    return [each.article_id for each in documents]


def _versions(index: tantivy.Index, article_ids: Sequence[int]) -> dict[int, int]:
    searcher = index.searcher()
    result = searcher.search(_these(article_ids), max(1, len(article_ids)))
    found = [address for _, address in result.hits]
    ids, versions = (searcher.fast_field_values(name, found) for name in (ARTICLE, VERSION))
    return {int(id_ or 0): int(version or 0) for id_, version in zip(ids, versions, strict=True)}


def _these(article_ids: Sequence[int]) -> tantivy.Query:
    return tantivy.Query.term_set_query(SCHEMA, ARTICLE, list(dict.fromkeys(article_ids)))
