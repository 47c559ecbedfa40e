"""Comparing the search index with SQL, and mending what differs (contract/search.md §3, sync)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import select

from common import search
from common.extensions.db import db, reading_primary, refresh_view
from common.models import OutboxEvent
from common.schemas.jobs import Outcome
from common.search import Document, Kind, documents
from common.search.interface import Stored
from common.services.jobs import leadership
from common.services.outbox.projections import search_index
from common.services.search.refusals import Refusals, shown
from common.utils.observing.figures import Gauge

log = structlog.get_logger(__name__)

MENDED_AT_ONCE: Final = 200

DRIFT = Gauge("toutiao_search_drift", "Articles that the last comparison found wrong", ["index"])


@dataclass(frozen=True)
class Difference:
    """An article whose document is not what SQL says.

    :param version: of the document, else of what removed it, or nothing could bring it back
    :param is_drift: anything else than how much it is read, which nothing follows but this
    """

    article_id: int
    version: int
    is_drift: bool


def compare(*, dry_run: bool = False) -> Outcome:
    """Mend what differs in both indexes; ``dry_run`` only says what does.

    What waits in the outbox differs rightly and is left to it.

    :raises DependencyUnavailable: the engine is away
    """
    lines = []
    number = 0
    for kind in Kind:
        found = list(_differences(kind))
        drift = [each.article_id for each in found if each.is_drift]
        DRIFT.labels(str(kind)).set(len(drift))
        if drift:
            lines.append(f"{kind}: {len(drift)} articles differ: {shown(drift)}")
            log.warning("search_index_differs", kind=str(kind), articles=len(drift))
        if len(found) > len(drift):
            lines.append(f"{kind}: {len(found) - len(drift)} articles are read more by now")
        number += len(found)
        if not dry_run:
            lines += _mend(kind, found).lines()
    return Outcome(rows_changed=number, lines=tuple(lines))


def _differences(kind: Kind) -> Iterator[Difference]:
    removed = search.engine().removed(kind)
    after = 0
    for chunk in documents.stream(kind):
        leadership.still_in_charge()
        upto = chunk[-1].article_id
        yield from _unexpected(kind, chunk, after, upto, removed)
        after = upto
    yield from _unexpected(kind, [], after, None, removed)


def _unexpected(
    kind: Kind,
    expected: list[Document],
    after: int,
    upto: int | None,
    removed: Mapping[int, int],
) -> list[Difference]:
    stored = {
        each.article_id: each for each in search.engine().stored(kind, after=after, upto=upto)
    }
    wanted = {each.article_id: each for each in expected}
    found = [
        Difference(
            id_,
            stored[id_].version if id_ in stored else removed.get(id_, 0),
            is_drift=_is_other(stored.get(id_), wanted.get(id_)),
        )
        for id_ in sorted(stored.keys() | wanted.keys())
        if _is_to_be_mended(stored.get(id_), wanted.get(id_))
    ]
    if not found:
        return []
    waiting = _waiting([each.article_id for each in found])
    return [each for each in found if each.article_id not in waiting]


def _is_other(stored: Stored | None, wanted: Document | None) -> bool:
    return stored is None or wanted is None or stored.digest != wanted.digest


def _is_to_be_mended(stored: Stored | None, wanted: Document | None) -> bool:
    if stored is None or wanted is None:
        return True
    return _is_other(stored, wanted) or stored.weight != wanted.weight


def _waiting(article_ids: Collection[int]) -> set[int]:
    """Those that the outbox has not brought yet."""
    waiting: set[int] = set()
    ids = list(article_ids)
    refresh_view()
    for first in range(0, len(ids), MENDED_AT_ONCE):
        keys = [f"article:{id_}" for id_ in ids[first : first + MENDED_AT_ONCE]]
        query = select(OutboxEvent.agg_key).where(
            OutboxEvent.topic.in_([each.topic for each in search_index.OF_ARTICLES]),
            OutboxEvent.agg_key.in_(keys),
            OutboxEvent.done_at.is_(None),
            OutboxEvent.dead_at.is_(None),
        )
        with reading_primary():
            waiting.update(int(key.rpartition(":")[2]) for key in db.session.scalars(query))
    return waiting


def _mend(kind: Kind, found: list[Difference]) -> Refusals:
    """With the versions that are there: whatever the outbox brings meanwhile is newer."""
    refusals = Refusals(kind)
    follow = documents.follow if kind is Kind.PUBLIC else documents.follow_own
    for first in range(0, len(found), MENDED_AT_ONCE):
        leadership.still_in_charge()
        with refusals.noted():
            follow(
                {each.article_id: each.version for each in found[first : first + MENDED_AT_ONCE]}
            )
    return refusals
