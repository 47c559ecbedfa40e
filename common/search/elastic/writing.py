"""Bringing changes into indexes: the newer version wins, whoever comes last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from elasticsearch import ApiError, Elasticsearch, helpers

from common.errors import DependencyUnavailable
from common.search.elastic.graves import grave_of
from common.search.elastic.link import DEPENDENCY, Link, NoIndex
from common.search.elastic.mapping import alias_of, document_of, next_of
from common.search.elastic.querying import Json
from common.search.interface import Document, DocumentsRefused, Kind

log = structlog.get_logger(__name__)

BULK_DOCUMENTS: Final = 500
BULK_BYTES: Final = 5_000_000
RETRIES: Final = 3
_BACKOFF_SECONDS: Final = 0.2
_LATER: Final = (429, 503)  # of an item: not now
# Of an item: a newer version is there; the index has gone, which :func:`write` looks at itself.
_NO_MATTER: Final = (404, 409)
# Of an item: it is to blame. Whatever else is said, the server says of itself.
_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def write(
    link: Link, kind: Kind, documents: Sequence[Document], removed: Mapping[int, int]
) -> None:
    """Into the index that is searched and into the one in the making; found when this returns.

    Both are named by aliases. Whoever is overtaken by a change of these writes once more: no
    index is ever searched that missed what was written while it was about to be.

    :raises NoIndex: none is searched by this analyser, so that it is not for us to say that the
        change has been brought: another process may have an index that others search
    :raises DocumentsRefused: some of them; the others are there
    """
    if not documents and not removed:
        return
    actions = list(actions_of(kind, documents, removed))
    written: set[str] = set()
    while True:
        told = dict(_told(link, kind))
        if alias_of(kind) not in told.values():
            raise NoIndex
        fresh = {index: alias for index, alias in told.items() if index not in written}
        if not fresh:
            return
        written.update(fresh)
        # The one in the making first: if it was replaced meanwhile, it is behind the other name.
        for alias in sorted(set(fresh.values()), reverse=True):
            bulk(link, alias, actions, require_alias=True, refresh=True)


def forget(link: Link, index: str, removed: Mapping[int, int]) -> None:
    """Let nothing remain of removed articles, unless a newer version came."""
    actions = [{"_op_type": "delete", **_name(*each)} for each in removed.items()]
    bulk(link, index, actions, refresh=True)


def actions_of(
    kind: Kind, documents: Sequence[Document], removed: Mapping[int, int]
) -> Iterator[Json]:
    """What a bulk request does with articles; removed ones by the version that removes each."""
    for each in documents:
        yield _versioned(each.article_id, each.version, document_of(kind, each))
    for article_id, version in removed.items():
        yield _versioned(article_id, version, grave_of(article_id, version))


def bulk(link: Link, index: str, actions: Iterable[Json], **options: Any) -> None:
    """Do all of it, a part at a time; what is not possible now is tried again a little later.

    :raises DocumentsRefused: some documents; the others are there
    :raises DependencyUnavailable: some could not be taken, or the server is away
    """
    failed = _halving(link, index, list(actions), options)
    others = sorted({item["status"] for item in failed if item["status"] not in _REFUSED})
    if others:
        raise DependencyUnavailable(DEPENDENCY, because=f"{others} for documents")
    if failed:
        for item in failed:
            log.error("search_document_refused", article_id=item["_id"], reason=item["error"])
        raise DocumentsRefused([int(item["_id"]) for item in failed])


def _halving(
    link: Link, index: str, actions: Sequence[Json], options: Mapping[str, Any]
) -> list[Json]:
    """The items that failed; what is too much for the server at once goes in halves."""
    try:
        return link.work(lambda client: list(_failures(client, index, actions, options)))
    except ApiError as error:
        if error.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        if len(actions) == 1:
            return [{"_id": actions[0]["_id"], "status": error.status_code, "error": error.message}]
    middle = len(actions) // 2
    halves = (actions[:middle], actions[middle:])
    return [item for half in halves for item in _halving(link, index, half, options)]


def _failures(
    client: Elasticsearch, index: str, actions: Iterable[Json], options: Mapping[str, Any]
) -> Iterator[Json]:
    outcomes = helpers.streaming_bulk(
        client,
        actions,
        chunk_size=BULK_DOCUMENTS,
        max_chunk_bytes=BULK_BYTES,
        raise_on_error=False,
        yield_ok=False,
        max_retries=RETRIES,
        initial_backoff=_BACKOFF_SECONDS,
        retry_on_status=_LATER,
        index=index,
        **options,
    )
    for _, outcome in outcomes:
        (item,) = outcome.values()
        if item["status"] not in _NO_MATTER:
            yield item


def _versioned(article_id: int, version: int, document: Json) -> Json:
    return {**_name(article_id, version), "_source": document}


def _name(article_id: int, version: int) -> Json:
    return {"_id": str(article_id), "version": version, "version_type": "external_gte"}


def _told(link: Link, kind: Kind) -> Iterator[tuple[str, str]]:
    """Indexes that want to know of changes, with their aliases; none of another analyser."""
    names = f"{alias_of(kind)},{next_of(kind)}"
    found = link.work(
        lambda client: client.options(ignore_status=404).indices.get_alias(name=names)
    )
    for index, each in found.body.items():
        if isinstance(each, dict):  # of a name that is not there it says so, beside the other one
            yield from ((index, alias) for alias in each["aliases"])
