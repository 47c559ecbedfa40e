"""Making the search index anew while the old one goes on being searched and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

import structlog
from sqlalchemy import select

from common import search
from common.errors import Conflict
from common.extensions.db import db, reading_primary, refresh_view
from common.models import OutboxEvent
from common.schemas.jobs import Outcome
from common.search import Kind, documents
from common.search.interface import before
from common.services.jobs import leadership
from common.services.outbox.projections import search_index
from common.services.search import putting_back
from common.services.search.refusals import Bring, Refusals
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

    Or that knows of more than SQL does, as after an older file of it was put back.

    :raises Conflict: another process is making one
    """
    missing = [
        kind
        for kind in Kind
        if not search.engine().is_ready(kind) or putting_back.first_unknown(kind) is not None
    ]
    return rebuild(kinds=missing)


def rebuild(*, kinds: list[Kind] | None = None, progress: Progress = lambda *_: None) -> Outcome:
    """Make indexes anew, all of them unless told which; each is switched to when it is whole.

    :param progress: told now and then
    :raises Conflict: another process is making one
    """
    lines = []
    number = 0
    for kind in list(Kind) if kinds is None else kinds:
        refusals = Refusals(kind)
        count = _rebuild(kind, partial(progress, kind), refusals)
        lines += [f"{kind}: {count} articles", *refusals.lines()]
        number += count
    return Outcome(rows_changed=number, lines=tuple(lines))


def _rebuild(kind: Kind, progress: Callable[[int, int], object], refusals: Refusals) -> int:
    outbox = _Outbox(kind)
    until = putting_back.first_unknown(kind)
    total = documents.count(kind)
    done = 0
    with search.engine().rebuild(kind, until=until) as made:
        progress(0, total)
        for chunk in documents.stream(kind):
            leadership.still_in_charge()
            with refusals.noted():
                made.add(chunk)
            done += len(chunk)
            progress(done, max(done, total))
        expected = done - refusals.number
        # What refuses more than it takes is not whole, whatever it says of documents.
        if made.count() != expected or refusals.number > expected:
            raise Conflict(f"{made.count()} of {done} articles are in the new index.")
        apply = refusals.beside(made.apply)
        _look_at_removed(kind, apply, until)
        while outbox.catch_up(apply) > FEW:
            continue
        leadership.still_in_charge()
        made.switch(lambda: outbox.catch_up(apply))
        count = made.count()
    if not search.engine().has_one_writer:
        # What processes of another analyser brought into the old one before it was removed.
        outbox.catch_up(refusals.beside(partial(documents.bring, kind)))
    log.info("search_index_made", kind=str(kind), articles=count)
    return count


def _look_at_removed(kind: Kind, bring: Bring, until: int | None) -> None:
    """What was removed and is there again, as far as SQL knows, is in spite of its removal."""
    removed = iter(before(search.engine().removed(kind), until).items())
    while versions := dict(islice(removed, CHUNK)):
        leadership.still_in_charge()
        found, _ = documents.changes(kind, versions)
        if found:
            bring(found, {})


class _Outbox:
    """What the outbox asks for while an index is made, delivered or not."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._since = _before_all_open()
        self._brought: set[int] = set()  # rows since then

    def catch_up(self, bring: Bring) -> int:
        """Bring what has been committed since the last time; how many articles.

        Rows are not committed in the order of their ids, nor of their times: each time looks
        back as far as a transaction may have been open.
        """
        since = _before_all_open()
        brought: set[int] = set()
        number = 0
        for rows in _rows(self._kind, self._since):
            brought.update(id_ for id_, _ in rows)
            versions = {article_id: id_ for id_, article_id in rows if id_ not in self._brought}
            if versions:
                bring(*documents.changes(self._kind, versions))
                number += len(versions)
        self._since, self._brought = since, brought
        return number


def _before_all_open() -> datetime:
    return clock.now_precise() - LONGEST_TRANSACTION


def _rows(kind: Kind, since: datetime) -> Iterator[list[tuple[int, int]]]:
    """Ids of rows, each with the article that it names."""
    newest = 0
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
        found = [(row.id, row.payload.get("article_id")) for row in rows]
        yield [(id_, article_id) for id_, article_id in found if isinstance(article_id, int)]
