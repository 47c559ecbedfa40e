"""Operators let comments through, refuse and delete them; many at once, and back again.

Contract: admin.md §5.5. A reply is never seen below a comment that is not: what vanishes takes
along what answers it, and nothing appears before what it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session, aliased

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import transaction
from common.models import Administrator, CommentReview
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.comments import CommentDecision, CommentUndo
from common.services.audit.batches import require_own
from common.services.audit.recording import record
from common.services.comments.fates import Fates
from common.services.ids import identifiers
from common.utils import clock
from common.utils.constants import CommentStatus

KIND: Final = "评论"
UNKNOWN: Final = "Invalid comment id."
UNKNOWN_BATCH: Final = "Invalid batch id."
DECIDED: Final = "Comment is decided by {name} at {time}."
DECIDED_BY_NOBODY: Final = "Comment is decided."
NOTHING_LEFT: Final = "Nothing of this batch can be undone."
UNDO_TIME: Final = timedelta(hours=24)

_VERBS: Final = {
    CommentStatus.APPROVED: Verb.APPROVE,
    CommentStatus.REJECTED: Verb.REJECT,
    CommentStatus.DELETED: Verb.DELETE,
}


def decide(
    operator: Operator, comment_ids: Sequence[int], *, status: CommentStatus
) -> CommentDecision:
    """Give comments and replies a status; those that have it, or cannot get it, are skipped.

    Readers see it with the answer, in every list and figure.

    :raises InvalidInput: there are none with these ids
    :raises NotAllowed: all of them are decided; who did so last, and when
    """
    with transaction() as session:
        fates = Fates(session, dict.fromkeys(comment_ids, status))
        if not fates.found:
            raise InvalidInput({"comment_ids": UNKNOWN})
        if not fates.decided:
            raise _all_decided(session, [each.comment_id for each in fates.found])
        batch_id = carry_out(session, operator, fates, _VERBS[status])
    return {"count": len(fates.decided), "batch_id": batch_id, "skipped": fates.skipped}


def undo(operator: Operator, batch_id: int) -> CommentUndo:
    """Take a batch back within a day: what is as it left it, and was not decided since.

    :raises InvalidInput: there was none, or not within a day
    :raises NotAllowed: all of it has changed since, or it is somebody else's
    """
    with transaction() as session:
        found = session.scalar(select(CommentReview.id).where(*_recent(batch_id)).limit(1))
        if found is None:
            raise InvalidInput({"batch_id": UNKNOWN_BATCH})
        count = take_back(session, operator, batch_id)
        if not count:
            raise NotAllowed(NOTHING_LEFT)
    return {"count": count}


def take_back(session: Session, operator: Operator, batch_id: int) -> int:
    """How many comments of a batch are as they were before it; part of a transaction.

    :raises NotAllowed: somebody else decided it
    """
    later = aliased(CommentReview)
    rows = session.execute(
        select(
            CommentReview.comment_id,
            CommentReview.status,
            CommentReview.former,
            CommentReview.reviewer_id,
        ).where(
            *_recent(batch_id),
            ~exists().where(
                later.comment_id == CommentReview.comment_id, later.id > CommentReview.id
            ),
        )
    ).all()
    require_own(operator, [row.reviewer_id for row in rows])
    given = {row.comment_id: row.status for row in rows}
    wanted = {row.comment_id: CommentStatus(row.former) for row in rows}
    fates = Fates(session, wanted, given=given)
    if fates.decided:
        carry_out(session, operator, fates, Verb.CHANGE, detail=f"撤销 {batch_id}")
    return len(fates.decided)


def carry_out(
    session: Session,
    operator: Operator,
    fates: Fates,
    verb: Verb,
    *,
    detail: str = "",
    batch_id: int | None = None,
) -> int:
    """Change what is to be changed and write down who did so; the id of the batch.

    :param batch_id: of what this is a part of
    """
    number = identifiers.new_id() if batch_id is None else batch_id
    fates.carry_out()
    now = clock.now()
    rows = [
        {
            "comment_id": each.comment_id,
            "status": int(status),
            "former": each.status,
            "reviewer_id": operator.administrator_id,
            "batch_id": number,
            "created_at": now,
        }
        for each, status in fates.moves.items()
    ]
    session.execute(insert(CommentReview), rows)
    record(
        operator,
        *(
            Entry(
                verb=verb,
                kind=KIND,
                name=each.comment_id,
                detail=detail,
                target=f"comment:{each.comment_id}",
                changes={"status": Change(each.status, int(fates.moves[each]))},
            )
            for each in fates.decided
        ),
    )
    return number


def _recent(batch_id: int) -> tuple[ColumnElement[bool], ...]:
    since = clock.now() - UNDO_TIME
    return CommentReview.batch_id == batch_id, CommentReview.created_at >= since


def _all_decided(session: Session, comment_ids: Sequence[int]) -> NotAllowed:
    last: Any = session.execute(
        select(CommentReview.created_at, Administrator.name)
        .outerjoin(Administrator, Administrator.administrator_id == CommentReview.reviewer_id)
        .where(CommentReview.comment_id.in_(comment_ids))
        .order_by(CommentReview.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return NotAllowed(DECIDED_BY_NOBODY)
    time = last.created_at.isoformat(timespec="seconds")
    return NotAllowed(DECIDED.format(name=last.name or "", time=time))
