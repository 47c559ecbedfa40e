"""Which decision is allowed when, and what its refusal says (contract/admin.md §2.37)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from common.errors import NotAllowed
from common.models import Article
from common.schemas.administration.audit import Verb
from common.schemas.overseeing.articles import Decision, Skipped
from common.utils import clock
from common.utils.constants import ArticleStatus, ReviewAction

UNKNOWN: Final = "Invalid article id."
CLAIMED: Final = "Article is claimed."
WRONG_ACTION: Final = "错误的状态操作"
KIND: Final = "文章"


class Rule(NamedTuple):
    """An action: how the log calls it, what status it gives, and what its refusal says."""

    verb: Verb
    status: ArticleStatus
    refusal: str


RULES: Final[dict[ReviewAction, Rule]] = {
    ReviewAction.APPROVE: Rule(
        Verb.APPROVE, ArticleStatus.APPROVED, '"{title}" 文章不是待审核状态, 不能通过审核'
    ),
    ReviewAction.REJECT: Rule(
        Verb.REJECT, ArticleStatus.REJECTED, '"{title}" 文章不是待审核状态, 不能驳回'
    ),
    ReviewAction.BAN: Rule(Verb.BAN, ArticleStatus.BANNED, '"{title}" 文章不是审核状态, 不能封禁'),
    ReviewAction.UNBAN: Rule(
        Verb.UNBAN, ArticleStatus.APPROVED, '"{title}" 文章不是封禁状态, 不能解封'
    ),
    ReviewAction.DELETE: Rule(
        Verb.DELETE, ArticleStatus.DELETED, '"{title}" 文章已经删除, 不能删除'
    ),
}

_OF_WHAT_WAITS: Final = frozenset({ReviewAction.APPROVE, ReviewAction.REJECT})
# A ban is urgent: nobody's claim stands in its way.
_HINDERED_BY_CLAIMS: Final = _OF_WHAT_WAITS | {ReviewAction.DELETE}
_TAKEN_BACK: Final = frozenset({ArticleStatus.DRAFT, ArticleStatus.DELETED})


class WrongState(NotAllowed):
    """An article is in a state that does not admit the decision; ``data`` says who made it so."""

    def __init__(self, action: ReviewAction, row: Article, *, reviewer_name: str | None) -> None:
        super().__init__(RULES[action].refusal.format(title=row.title))
        self.data = {
            "article_id": row.article_id,
            "status": row.status,
            "reviewer_id": row.reviewer_id,
            "reviewer_name": reviewer_name,
            "review_time": written(row.review_time),
        }


class ClaimedByAnother(NotAllowed):
    """Another operator is at work on it; ``data`` says who, and until when."""

    def __init__(self, row: Article, *, name: str | None) -> None:
        super().__init__(CLAIMED)
        self.data = {
            "article_id": row.article_id,
            "claimed_by": row.claimed_by,
            "claimed_by_name": name,
            "claimed_until": written(row.claimed_until),
        }


def is_scheduled(row: Article) -> bool:
    """Approved for a time that has not come yet: decided, though its status says it waits."""
    return (
        row.status == ArticleStatus.PENDING
        and row.review_time is not None
        and row.publish_at is not None
    )


def waits_beside(row: Article) -> bool:
    """Live, with a text beside it that waits for a decision."""
    return row.status == ArticleStatus.APPROVED and row.waiting_since is not None


def is_ready(action: ReviewAction, row: Article) -> bool:
    """Whether the article's state admits the action."""
    if action in _OF_WHAT_WAITS:
        is_undecided = row.status == ArticleStatus.PENDING and not is_scheduled(row)
        return is_undecided or waits_beside(row)
    if action == ReviewAction.BAN:
        return row.status == ArticleStatus.APPROVED
    if action == ReviewAction.UNBAN:
        return row.status == ArticleStatus.BANNED
    return row.status != ArticleStatus.DELETED


def is_claimed(row: Any, now: datetime) -> bool:
    """Whether somebody's claim still stands."""
    return row.claimed_by is not None and (row.claimed_until or now) > now


def is_hindered(action: ReviewAction, row: Article, administrator_id: int) -> bool:
    """Whether somebody else has claimed what the action decides about."""
    return (
        action in _HINDERED_BY_CLAIMS
        and row.claimed_by not in (None, administrator_id)
        and is_claimed(row, clock.now())
    )


def skipped(decision: Decision, row: Article, administrator_id: int) -> Skipped | None:
    """Why the decision does not concern the article any more; None: it does.

    Its author edited it or took it back since the reviewer saw it, as far as we know what he saw:
    he says so, or has claimed it.
    """
    seen = decision.versions.get(row.article_id)
    if seen is None and row.claimed_by == administrator_id and is_claimed(row, clock.now()):
        seen = row.claimed_version
    if seen is None or decision.action == ReviewAction.UNBAN:
        return None
    if row.version != seen:
        reason = "edited"
    elif row.status in _TAKEN_BACK:
        reason = "withdrawn"
    else:
        return None
    return {"article_id": row.article_id, "reason": reason, "version": row.version}


def written(moment: datetime | None) -> str | None:
    """A time as this door tells it (contract/admin.md §1.5)."""
    return moment.isoformat(timespec="seconds") if moment else None


def kept_state(row: Article) -> dict[str, Any]:
    """What the undoing of a decision needs to know of the article before it."""
    return {
        "version": row.version,
        "reviewer_id": row.reviewer_id,
        "review_time": written(row.review_time),
        "reject_reason": row.reject_reason,
        "waiting_since": written(row.waiting_since),
        "feed_ms": row.feed_ms,
        "live_version": None,
    }
