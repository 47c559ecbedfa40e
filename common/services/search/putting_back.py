"""Whether SQL was put back behind the search index: a restored file gives ids away again.

Versions are ids of outbox rows. An index that has greater ones than are to come refuses whatever
happens now, bans too, until the outbox has come as far again.
"""

from __future__ import annotations

from contextlib import suppress

import structlog
from sqlalchemy import func, select

from common import search
from common.errors import DependencyUnavailable
from common.extensions.db import db, reading_primary, refresh_view, transaction
from common.models import OutboxEvent
from common.search import Kind
from common.services.outbox.effects import Effect, new_row
from common.services.outbox.projections import search_index
from common.utils import clock

log = structlog.get_logger(__name__)


class _TakenBack(Exception):
    """Nothing is to remain of a row."""


def first_unknown(kind: Kind) -> int | None:
    """The id that the outbox gives next, if the index knows it already; None: all is well.

    :raises DependencyUnavailable: SQL is away
    """
    known = _newest(kind)
    # Asked for after the index was: whatever is in it was in the outbox before.
    if known <= _last_id():
        return None
    upcoming = _next_id()  # rows that were delivered long ago are gone
    if known < upcoming:
        return None
    log.warning("search_index_ahead", kind=str(kind), version=known, outbox_id=upcoming)
    return upcoming


def _newest(kind: Kind) -> int:
    try:
        return search.engine().newest(kind)
    except DependencyUnavailable as error:
        if error.dependency != "search":
            raise
        return 0  # no index, or a broken one: it has nothing to say


def _last_id() -> int:
    refresh_view()
    with reading_primary():
        return db.session.scalar(select(func.max(OutboxEvent.id))) or 0


def _next_id() -> int:
    """No database says it but by giving it."""
    effect = Effect("article:0", {"article_id": 0})
    row = new_row(search_index.INDEX, effect, at=clock.now_precise())
    with suppress(_TakenBack), transaction() as session:
        session.add(row)
        session.flush()
        found = row.id
        raise _TakenBack
    return found
