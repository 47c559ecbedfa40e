"""The comments and replies below the demo's articles, and who liked them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from common.models import Comment, CommentLiking
from common.services.ids import identifiers
from common.utils.constants import CommentStatus
from scripts.demo.articles import Plan
from scripts.demo.chance import between, dice, skewed, some
from scripts.demo.remark import Remark

Row = dict[str, Any]

_CONVERSATION: Final = timedelta(days=3)  # how long after its appearance an article is discussed
_LIKES_OF_A_COMMENT: Final = 2.2
_MOST_LIKES: Final = 9


@dataclass
class Said:
    """A comment or reply on its way to the table; the id comes last, in order of time."""

    article_id: int
    user_id: int
    text: Remark
    at: datetime
    parent: Said | None = None
    comment_id: int = 0


def add(
    session: Session, plans: Sequence[Plan], *, user_ids: Mapping[str, int], now: datetime
) -> dict[int, int]:
    """Write the conversations up to now; returns the number of comments by article."""
    said = [one for plan in plans for one in _conversation(plan, user_ids, now)]
    if not said:
        return dict.fromkeys((plan.article_id for plan in plans), 0)
    said.sort(key=lambda one: one.at)
    for one, comment_id in zip(said, identifiers.new_ids(len(said)), strict=True):
        one.comment_id = comment_id
    session.execute(insert(Comment), [_comment(one) for one in said])
    likings = [liking for one in said for liking in _likings(one, user_ids, now)]
    if likings:
        session.execute(insert(CommentLiking), likings)
    counts = dict.fromkeys((plan.article_id for plan in plans), 0)
    for one in said:
        counts[one.article_id] += 1
    return counts


def _conversation(plan: Plan, user_ids: Mapping[str, int], now: datetime) -> Iterator[Said]:
    cup = dice("conversation below", plan.text.title)
    end = min(now, plan.published_at + _CONVERSATION)
    moments = sorted(between(cup, plan.published_at, end) for _ in plan.remarks)
    for remark, at in zip(plan.remarks, moments, strict=True):
        top = Said(plan.article_id, user_ids[remark.author], remark, at)
        yield top
        answered_at = at
        for reply in remark.replies:
            answered_at = between(cup, answered_at, end)
            yield Said(plan.article_id, user_ids[reply.author], reply, answered_at, top)


def _comment(one: Said) -> Row:
    above = one.parent.comment_id if one.parent else None
    return {
        "comment_id": one.comment_id,
        "user_id": one.user_id,
        "article_id": one.article_id,
        "parent_id": above,
        "root_id": above,
        "content": one.text.content,
        "status": CommentStatus.APPROVED,
        "create_time": one.at,
        "update_time": one.at,
    }


def _likings(one: Said, user_ids: Mapping[str, int], now: datetime) -> list[Row]:
    cup = dice("who likes", one.text.content)
    count = skewed(cup, mean=_LIKES_OF_A_COMMENT, most=_MOST_LIKES)
    others = [user_id for user_id in user_ids.values() if user_id != one.user_id]
    return [
        {
            "user_id": user_id,
            "comment_id": one.comment_id,
            "create_time": (at := between(cup, one.at, now)),
            "update_time": at,
        }
        for user_id in some(cup, others, count)
    ]
