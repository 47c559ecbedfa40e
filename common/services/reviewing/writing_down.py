"""What is kept of decisions: the article's history, the operators' log, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from common.extensions.db import insert_alike
from common.models import Article, ArticleReview
from common.schemas.administration.audit import Change, Entry
from common.schemas.administration.operators import Operator
from common.schemas.events.articles import ArticleReviewed
from common.services import outbox
from common.services.audit.recording import record
from common.services.reviewing import rules
from common.services.reviewing.holding import in_pieces
from common.utils import clock
from common.utils.constants import ArticleStatus, ReviewAction

_WORDS: Final = {
    ReviewAction.APPROVE: "通过",
    ReviewAction.REJECT: "驳回",
    ReviewAction.DELETE: "删除",
    ReviewAction.BAN: "封禁",
    ReviewAction.UNBAN: "解封",
}


@dataclass(slots=True)
class Step:
    """A held article on its way through a decision.

    :param former: its status before
    :param kept: what it was before, for the undoing
    :param waited: seconds that it had waited
    """

    row: Article
    action: ReviewAction
    former: ArticleStatus
    is_beside: bool
    kept: dict[str, Any]
    waited: int | None

    @classmethod
    def before(cls, row: Article, action: ReviewAction, *, now: datetime) -> Step:
        """The step of an article that nothing has been done to yet."""
        since = row.waiting_since
        waited = None if since is None else int((now - since).total_seconds())
        is_beside = rules.waits_beside(row) and action in (
            ReviewAction.APPROVE,
            ReviewAction.REJECT,
        )
        former = ArticleStatus(row.status)
        kept = rules.kept_state(row)
        return cls(row, action, former, is_beside, kept, None if waited is None else max(0, waited))

    @property
    def outcome(self) -> ArticleStatus:
        """What its author is told."""
        return rules.RULES[self.action].status


def write_down(
    session: Session,
    operator: Operator,
    steps: Sequence[Step],
    *,
    reason: str | None,
    batch_id: int,
) -> None:
    """Keep what was decided: a row of the history and one of the log for each, and tell authors."""
    now = clock.now()
    for piece in in_pieces(steps):
        rows = [
            {
                "article_id": step.row.article_id,
                "status": step.row.status,
                "former": step.former,
                "reason": reason,
                "reviewer_id": operator.administrator_id,
                "batch_id": batch_id,
                "created_at": now,
                "action": step.action,
                "waited": step.waited,
                "former_state": step.kept,
            }
            for step in piece
        ]
        insert_alike(session, ArticleReview, rows)
    outbox.add_all(
        [
            told(step.row, step.outcome, f"{batch_id}", former=step.former, reason=reason)
            for step in steps
        ]
    )
    record(operator, *(_entry(step, reason) for step in steps))


def told(
    row: Article,
    status: ArticleStatus,
    decision: str,
    *,
    former: ArticleStatus,
    reason: str | None = None,
) -> ArticleReviewed:
    """What the author of an article hears of a decision about it.

    :param former: the article's status before
    """
    return ArticleReviewed(
        article_id=row.article_id,
        author_id=row.user_id,
        title=row.title,
        status=status,
        reason=reason,
        decision=decision,
        is_moved=(former == ArticleStatus.APPROVED) != (row.status == ArticleStatus.APPROVED),
    )


def _entry(step: Step, reason: str | None) -> Entry:
    rule = rules.RULES[step.action]
    detail = "通过" if step.action == ReviewAction.APPROVE else reason or ""
    if step.is_beside:
        detail = f"改稿 {detail}"
    changes = {"status": Change(int(step.former), int(step.row.status))}
    if reason is not None:
        changes["reject_reason"] = Change(step.kept["reject_reason"], reason)
    return entry(step.row.article_id, rule.verb, detail, changes)


def entry(
    article_id: int, verb: Any, detail: str, changes: dict[str, Change] | None = None
) -> Entry:
    """What the log says about an article."""
    return Entry(
        verb=verb,
        kind=rules.KIND,
        name=article_id,
        detail=detail,
        target=f"article:{article_id}",
        changes=changes,
    )


def word_of(action: int | None) -> str:
    """How the log calls what is undone."""
    return "" if action is None else _WORDS[ReviewAction(action)]
