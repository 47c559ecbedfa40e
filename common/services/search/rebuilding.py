"""Making the search index anew while the old one goes on being searched and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy import select

from common import search
from common.errors import Conflict
from common.extensions.db import db, reading_primary, refresh_view
from common.models import OutboxEvent
from common.schemas.jobs import Outcome
from common.search import Kind, documents
from common.search.interface import Rebuild
from common.services.jobs import leadership
from common.services.outbox.projections import search_index
from common.utils import clock

log = structlog.get_logger(__name__)

# Of a change whose transaction is still open when we begin to read, the row is older than that.
LONGEST_TRANSACTION: Final = timedelta(minutes=1)
CHUNK: Final = 500
FEW: Final = 50  # changes that may be left for the moment in which nobody else writes

_TOPICS: Final = {
    Kind.PUBLIC: (search_index.INDEX.topic, search_index.DELETE.topic),
    Kind.OWN: (search_index.OWN.topic,),
}

Progress = Callable[[Kind, int, int], object]  # of which index how many articles, of how many


def prepare() -> Outcome:
    """Make every index that there is none of, as after the analyser has changed.

    :raises Conflict: another process is making one
    """
    missing = [kind for kind in Kind if not search.engine().is_ready(kind)]
    return rebuild(kinds=missing)


def rebuild(*, kinds: list[Kind] | None = None, progress: Progress = lambda *_: None) -> Outcome:
    """Make indexes anew, all of them unless told which; each is switched to when it is whole.

    :param progress: told now and then
    :raises Conflict: another process is making one
    """
    lines = []
    number = 0
    for kind in list(Kind) if kinds is None else kinds:
        count = _rebuild(kind, partial(progress, kind))
        lines.append(f"{kind}: {count} articles")
        number += count
    return Outcome(rows_changed=number, lines=tuple(lines))


def _rebuild(kind: Kind, progress: Callable[[int, int], object]) -> int:
    since = clock.now_precise() - LONGEST_TRANSACTION
    total = documents.count(kind)
    done = 0
    with search.engine().rebuild(kind) as made:
        progress(0, total)
        for chunk in documents.stream(kind):
            leadership.still_in_charge()
            made.add(chunk)
            done += len(chunk)
            progress(done, max(done, total))
        if made.count() != done:
            raise Conflict(f"{made.count()} of {done} articles are in the new index.")
        newest = 0
        while (caught_up := _catch_up(kind, made, since, newest))[0] > FEW:
            newest = caught_up[1]
        leadership.still_in_charge()
        made.switch(partial(_catch_up, kind, made, since, newest))
        count = made.count()
    log.info("search_index_made", kind=str(kind), articles=count)
    return count


def _catch_up(kind: Kind, made: Rebuild, since: datetime, newest: int) -> tuple[int, int]:
    """What the outbox asked for meanwhile; how many articles, and the newest row of them."""
    number = 0
    for versions in _changed(kind, since, newest):
        made.apply(*documents.changes(kind, versions))
        number += len(versions)
        newest = max(newest, *versions.values())
    return number, newest


def _changed(kind: Kind, since: datetime, newest: int) -> Iterator[dict[int, int]]:
    """Articles that rows of the outbox name, delivered or not, with the ids of the rows."""
    while True:
        query = (
            select(OutboxEvent.id, OutboxEvent.payload)
            .where(
                OutboxEvent.topic.in_(_TOPICS[kind]),
                OutboxEvent.created_at >= since,
                OutboxEvent.id > newest,
            )
            .order_by(OutboxEvent.id)
            .limit(CHUNK)
        )
        refresh_view()
        with reading_primary():
            rows = db.session.execute(query).all()
        if not rows:
            return
        newest = rows[-1].id
        found = {row.payload.get("article_id"): row.id for row in rows}
        yield {id_: row_id for id_, row_id in found.items() if isinstance(id_, int)}
