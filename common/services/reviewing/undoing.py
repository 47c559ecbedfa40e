"""Taking a batch of decisions back (contract/admin.md §5.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import insert_alike, transaction
from common.models import Article, ArticleReview, ArticleRevision
from common.schemas.administration.audit import Change, Verb
from common.schemas.administration.operators import BatchCount, Operator
from common.services import outbox
from common.services.articles.publication import wait_no_longer, withdraw
from common.services.audit.batches import require_own
from common.services.audit.recording import record
from common.services.channels.catalogue import held_channels
from common.services.reviewing.deciding import publish
from common.services.reviewing.holding import hold, in_pieces, repeated
from common.services.reviewing.writing_down import entry, told, word_of
from common.services.writing.saves import live_edits
from common.utils import clock
from common.utils.constants import (
    BESIDE_THE_LIVE_TEXT,
    ArticleStatus,
    ReviewAction,
    RevisionStatus,
)

UNKNOWN: Final = {"batch_id": "Invalid batch id."}
TOO_LATE: Final = "Batch is too old."
UNDONE_WITHIN: Final = timedelta(hours=24)

_OF_TEXTS: Final = frozenset({ReviewAction.APPROVE, ReviewAction.REJECT})


class _Taken(NamedTuple):
    """A decision that is taken back, with its article as it is now."""

    review_id: int
    row: Article
    action: int
    former: ArticleStatus
    kept: dict[str, Any]
    was: ArticleStatus

    @property
    def is_beside(self) -> bool:
        """About a text beside a live article, whose status it left alone."""
        return self.action in _OF_TEXTS and self.former == self.was == ArticleStatus.APPROVED

    @property
    def live_version(self) -> int | None:
        """Which version was live before this one was approved beside it."""
        return self.kept["live_version"] if self.action == ReviewAction.APPROVE else None


def undo(operator: Operator, batch_id: int) -> BatchCount:
    """Return what a batch decided to its former state, as far as it still is in the state given.

    What was decided about again, edited, or taken back by its author since stays as it is, and so
    does what would come back into a channel that is gone. Queues show it with the age it had.

    :raises InvalidInput: there is no such batch
    :raises NotAllowed: more than 24 hours have passed, or it is somebody else's
    """
    return repeated(partial(take_back, operator, batch_id))


def take_back(operator: Operator, batch_id: int) -> BatchCount:
    """:func:`undo`, as a part of what its caller repeats."""
    with transaction() as session:
        decisions = _decisions(session, batch_id)
        require_own(operator, [each.reviewer_id for each in decisions])
        rows = hold(session, [each.article_id for each in decisions])
        latest = _latest(session, batch_id)  # after the locks: nobody decides anew
        taken = [
            _Taken(
                each.id,
                row,
                each.action,
                ArticleStatus(each.former),
                kept,
                ArticleStatus(row.status),
            )
            for each in decisions
            if (row := rows.get(each.article_id)) is not None
            and latest[each.article_id] == each.id
            and row.status == each.status
            and row.version == (kept := each.former_state or {}).get("version")
        ]
        taken = _housed(session, taken)
        if taken:
            _restore(session, taken)
            _write_down(session, operator, taken)
    return {"count": len(taken)}


def _decisions(session: Session, batch_id: int) -> Sequence[Any]:
    """Those of a batch that were not taken back yet.

    :raises InvalidInput: there is no such batch
    :raises NotAllowed: it is too old
    """
    query = select(
        ArticleReview.id,
        ArticleReview.article_id,
        ArticleReview.status,
        ArticleReview.former,
        ArticleReview.action,
        ArticleReview.former_state,
        ArticleReview.created_at,
        ArticleReview.undone_at,
        ArticleReview.reviewer_id,
    ).where(ArticleReview.batch_id == batch_id, ArticleReview.action.is_not(None))
    rows = session.execute(query.order_by(ArticleReview.article_id)).all()
    if not rows:
        raise InvalidInput(UNKNOWN)
    if rows[0].created_at < clock.now() - UNDONE_WITHIN:
        raise NotAllowed(TOO_LATE)
    return [row for row in rows if row.undone_at is None]


def _housed(session: Session, taken: Sequence[_Taken]) -> list[_Taken]:
    """Those that come back into channels that are there, and stay there until the commit."""
    returned = [each.row for each in taken if _comes_back(each)]
    newest = [(row.article_id, row.version) for row in returned]
    live = [
        (each.row.article_id, version)
        for each in taken
        if each.is_beside and (version := each.live_version)
    ]
    back = [
        *((row.article_id, row.channel_id) for row in returned),
        *_channels_of(session, newest, BESIDE_THE_LIVE_TEXT),
        *_channels_of(session, live),
    ]
    there = held_channels(session, {channel_id for _, channel_id in back})
    homeless = {article_id for article_id, channel_id in back if channel_id not in there}
    return [each for each in taken if each.row.article_id not in homeless]


def _comes_back(each: _Taken) -> bool:
    return each.was == ArticleStatus.DELETED


def _channels_of(
    session: Session,
    versions: Sequence[tuple[int, int]],
    statuses: Collection[RevisionStatus] | None = None,
) -> Iterator[tuple[int, int]]:
    """Articles with the channels of some of their versions.

    :param statuses: of the versions that matter; None: of all
    """
    for piece in in_pieces(versions):
        query = select(ArticleRevision.article_id, ArticleRevision.channel_id).where(
            tuple_(ArticleRevision.article_id, ArticleRevision.version).in_(piece)
        )
        if statuses is not None:
            query = query.where(ArticleRevision.status.in_(statuses))
        yield from map(tuple, session.execute(query))


def _latest(session: Session, batch_id: int) -> dict[int, int]:
    """The newest step in the history of each article of a batch."""
    concerned = select(ArticleReview.article_id).where(ArticleReview.batch_id == batch_id)
    query = (
        select(ArticleReview.article_id, func.max(ArticleReview.id))
        .where(ArticleReview.article_id.in_(concerned))
        .group_by(ArticleReview.article_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _restore(session: Session, taken: Sequence[_Taken]) -> None:
    beside = [each for each in taken if each.is_beside]
    _restore_texts(session, beside)
    others = [each for each in taken if not each.is_beside]
    appearing = [each.row for each in others if each.former == ArticleStatus.APPROVED]
    vanishing = [each for each in others if each.was == ArticleStatus.APPROVED]
    withdraw(session, [each.row for each in vanishing])
    publish(session, appearing)
    for each in others:
        row = each.row
        row.status, row.delete_time = each.former, None
        if each.former != ArticleStatus.APPROVED:
            wait_no_longer(row)
            row.waiting_since = _moment(each.kept["waiting_since"])
            row.feed_ms = each.kept["feed_ms"]
    for each in taken:
        row = each.row
        row.reviewer_id = each.kept["reviewer_id"]
        row.review_time = _moment(each.kept["review_time"])
        row.reject_reason = each.kept["reject_reason"]
    session.flush()


def _restore_texts(session: Session, beside: Sequence[_Taken]) -> None:
    approved = [each for each in beside if each.action == ReviewAction.APPROVE]
    live_edits.take_back(session, [(each.row, each.live_version) for each in approved])
    rejected = [each.row for each in beside if each.action == ReviewAction.REJECT]
    live_edits.let_wait(session, rejected)
    for each in beside:
        each.row.waiting_since = _moment(each.kept["waiting_since"])


def _write_down(session: Session, operator: Operator, taken: Sequence[_Taken]) -> None:
    now = clock.now()
    for piece in in_pieces(taken):
        session.execute(
            update(ArticleReview)
            .where(ArticleReview.id.in_([each.review_id for each in piece]))
            .values(undone_at=now)
            .execution_options(synchronize_session=False)
        )
        rows = [
            {
                "article_id": each.row.article_id,
                "status": each.row.status,
                "former": each.was,
                "reviewer_id": operator.administrator_id,
                "created_at": now,
                "action": ReviewAction.UNDO,
            }
            for each in piece
        ]
        insert_alike(session, ArticleReview, rows)
    outbox.add_all(
        [told(each.row, each.former, f"{each.review_id}:undone", former=each.was) for each in taken]
    )
    record(operator, *(_entry(each) for each in taken))


def _entry(each: _Taken) -> Any:
    changes = {"status": Change(int(each.was), int(each.former))}
    return entry(each.row.article_id, Verb.CHANGE, f"撤销{word_of(each.action)}", changes)


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
