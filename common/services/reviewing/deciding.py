"""Deciding about articles, one or ten thousand at once (contract/admin.md §2.37, §3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.models import Article
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.articles import Decided, Decision, Skipped
from common.services.articles.publication import go_live_together, wait_no_longer, withdraw
from common.services.ids import identifiers
from common.services.reviewing import rules
from common.services.reviewing.holding import hold, name_of, repeated
from common.services.reviewing.writing_down import Step, write_down
from common.services.writing.saves import live_edits
from common.utils import clock
from common.utils.constants import ArticleStatus, ReviewAction

DEFAULT_REASON: Final = "系统审核"
_TELL_WHY: Final = frozenset({ReviewAction.REJECT, ReviewAction.BAN, ReviewAction.DELETE})


def decide(operator: Operator, decision: Decision) -> Decided:
    """Do the same to all of these articles; all or nothing, but for what is skipped.

    What an author edited or took back since the reviewer saw it is left alone and named
    (:func:`~common.services.reviewing.rules.skipped`). Ids that do not exist are ignored. About 20
    statements for each 1,000 articles.

    :raises InvalidInput: none of the ids exists
    :raises WrongState: the first of them whose state does not admit the action
    :raises ClaimedByAnother: somebody else has claimed one of them
    """
    batch_id = identifiers.new_id()  # a first one takes a lease: not within the transaction
    return repeated(partial(_decide, operator, decision, batch_id))


def _decide(operator: Operator, decision: Decision, batch_id: int) -> Decided:
    with transaction() as session:
        rows, skipped = _sift(session, operator, decision)
        if not rows:
            return {"count": 0, "batch_id": None, "skipped": skipped}
        act(session, operator, decision, rows, batch_id=batch_id)
        return {"count": len(rows), "batch_id": batch_id, "skipped": skipped}


def _sift(
    session: Session, operator: Operator, decision: Decision
) -> tuple[list[Article], list[Skipped]]:
    """What the decision is about, in the order given, and what it is about no more."""
    found = hold(session, decision.article_ids)
    if not found:
        raise InvalidInput(rules.UNKNOWN)
    rows, skipped = [], []
    for row in [found[id_] for id_ in dict.fromkeys(decision.article_ids) if id_ in found]:
        if (why := rules.skipped(decision, row, operator.administrator_id)) is not None:
            skipped.append(why)
            continue
        refuse_unless_ready(session, operator, decision.action, row)
        rows.append(row)
    return rows, skipped


def refuse_unless_ready(
    session: Session, operator: Operator, action: ReviewAction, row: Article
) -> None:
    """Nothing, if the operator may do this to a held article now.

    :raises WrongState: its state does not admit the action
    :raises ClaimedByAnother: somebody else has claimed it
    """
    if not rules.is_ready(action, row):
        name = name_of(session, row.reviewer_id)
        raise rules.WrongState(action, row, reviewer_name=name)
    if rules.is_hindered(action, row, operator.administrator_id):
        raise rules.ClaimedByAnother(row, name=name_of(session, row.claimed_by))


def act(
    session: Session,
    operator: Operator,
    decision: Decision,
    rows: Sequence[Article],
    *,
    batch_id: int,
) -> None:
    """Do to held articles, whose states admit it, what was decided, and all that follows."""
    action = decision.action
    reason = (decision.reason or DEFAULT_REASON) if action in _TELL_WHY else None
    now = clock.now()
    steps = [Step.before(row, action, now=now) for row in rows]
    for row in rows:
        row.reviewer_id, row.review_time = operator.administrator_id, now
        row.reject_reason = reason
    _DO[action](session, steps, reason)
    session.flush()
    write_down(session, operator, steps, reason=reason, batch_id=batch_id)


def _approve(session: Session, steps: Sequence[Step], _reason: str | None) -> None:
    beside = [step for step in steps if step.is_beside]
    former = live_edits.approve(session, [step.row for step in beside])
    for step in beside:
        step.kept["live_version"] = former[step.row.article_id]
    now = clock.now()
    due = []
    for step in steps:
        if step.is_beside:
            continue
        if step.row.publish_at is not None and step.row.publish_at > now:
            # The clock publishes what is pending; by an appeal it may come out of a rejection.
            wait_no_longer(step.row)
            step.row.status = ArticleStatus.PENDING
        else:
            due.append(step.row)
    publish(session, due)


def publish(session: Session, rows: Sequence[Article]) -> None:
    """Let articles appear, in this order, the last of them now: no time is yet to come."""
    last = clock.now_ms()
    go_live_together(session, [(row, last - len(rows) + at) for at, row in enumerate(rows, 1)])
    live_edits.wait_again(session, rows)


def _reject(session: Session, steps: Sequence[Step], reason: str | None) -> None:
    live_edits.reject(session, [step.row for step in steps if step.is_beside])
    _set(steps, ArticleStatus.REJECTED, but_beside=True)


def _unban(session: Session, steps: Sequence[Step], _reason: str | None) -> None:
    publish(session, [step.row for step in steps])


def _ban(session: Session, steps: Sequence[Step], _reason: str | None) -> None:
    withdraw(session, [step.row for step in steps])
    _set(steps, ArticleStatus.BANNED)


def _delete(session: Session, steps: Sequence[Step], _reason: str | None) -> None:
    # Its figures are kept: the deletion may be undone.
    withdraw(session, [each.row for each in steps if each.former == ArticleStatus.APPROVED])
    _set(steps, ArticleStatus.DELETED)
    now = clock.now()
    for step in steps:
        step.row.delete_time = now


def _set(steps: Sequence[Step], status: ArticleStatus, *, but_beside: bool = False) -> None:
    for step in steps:
        wait_no_longer(step.row)
        if not (but_beside and step.is_beside):
            step.row.status = status


_DO: Final = {
    ReviewAction.APPROVE: _approve,
    ReviewAction.REJECT: _reject,
    ReviewAction.DELETE: _delete,
    ReviewAction.BAN: _ban,
    ReviewAction.UNBAN: _unban,
}
