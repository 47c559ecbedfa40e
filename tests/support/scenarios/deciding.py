"""Comments that operators decide about, and what readers see of them then."""

from __future__ import annotations

from typing import Any

from redis import Redis
from sqlalchemy import select

from common.cache import counters
from common.extensions.db import db, refresh_view
from common.models import Comment
from common.services.counters import rebuilding
from common.utils.constants import CommentStatus
from tests.factories import CommentFactory
from tests.support.clients.api import ApiClient
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.discussing import ask, ids
from tests.support.scenarios.operators import MIS
from tests.support.scenarios.storms import assert_figures, by

COMMENTS = f"{MIS}/comments"


def decide(client: ApiClient, *comment_ids: int, status: int = 1) -> Any:
    """The answer to a decision."""
    return client.put(COMMENTS, json={"comment_ids": list(comment_ids), "status": int(status)})


def undo(client: ApiClient, batch_id: int) -> Any:
    """The answer to its taking back."""
    return client.post(f"{COMMENTS}/undo", json={"batch_id": batch_id})


def write(
    article_id: int, *, to: int | None = None, status: int = CommentStatus.PENDING, **values: Any
) -> int:
    """A comment, or a reply; its id."""
    parent = None
    if to is not None:
        refresh_view()
        parent = db.session.get(Comment, to)
    made = CommentFactory(article_id=article_id, to=parent, status=status, **values)
    return int(made.comment_id)


def statuses(*comment_ids: int) -> list[int]:
    """As they are in SQL."""
    refresh_view()
    query = select(Comment.comment_id, Comment.status).where(Comment.comment_id.in_(comment_ids))
    found = dict(db.session.execute(query).all())
    return [found[id_] for id_ in comment_ids]


def shown(client: ApiClient, article_id: int) -> tuple[list[int], int]:
    """What readers find below an article, and how many they are told there are."""
    page = ask(client, "a", article_id)
    article = client.get(f"/v1_0/articles/{article_id}").json["data"]
    assert page["total_count"] == len(page["results"])
    return ids(page), article["comm_count"]


def count_anew() -> None:
    """Figures begin with what factories wrote."""
    rebuilding.rebuild()


def assert_exact(redis: Redis) -> None:
    """Figures say what SQL says."""
    relay_everything()
    approved = Comment.status == CommentStatus.APPROVED
    refresh_view()
    assert_figures(redis, counters.article_comments, by(Comment.article_id, approved))
