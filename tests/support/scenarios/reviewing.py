"""What operators decide about articles, over HTTP, and many articles at once."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import func, insert, select

from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleContent, ArticleReview, ArticleRevision, ArticleStatistic
from common.utils import clock
from common.utils.constants import ArticleStatus
from tests.factories import ChannelFactory, UserFactory
from tests.support.scenarios.operators import MIS

ARTICLES = f"{MIS}/articles"
_ids = itertools.count(3 * 10**12)


def put(client: Any, *article_ids: int, status: int = 2, **members: Any) -> Any:
    """The answer to a decision."""
    body = {"article_ids": list(article_ids), "status": status, **members}
    return client.put(ARTICLES, json=body)


def decided(client: Any, *article_ids: int, status: int = 2, **members: Any) -> dict[str, Any]:
    """What a decision came to."""
    answer = put(client, *article_ids, status=status, **members)
    assert answer.status_code == 201, answer.json
    return answer.json["data"]


def undone(client: Any, batch_id: int) -> int:
    """How many were taken back."""
    answer = client.post(f"{ARTICLES}/undo", json={"batch_id": batch_id})
    assert answer.status_code == 201, answer.json
    return answer.json["data"]["count"]


def listed(client: Any, **query: Any) -> dict[str, Any]:
    """A page of articles."""
    answer = client.get(ARTICLES, query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def ids_of(data: dict[str, Any]) -> list[int]:
    """The articles of a page, in order."""
    return [each["article_id"] for each in data["articles"]]


def page_of(client: Any, article_id: int) -> dict[str, Any]:
    """An article as reviewers read it."""
    answer = client.get(f"{ARTICLES}/{article_id}")
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def crowd(number: int, *, authors: int = 7, status: int = ArticleStatus.PENDING) -> list[int]:
    """Articles that wait (or are in another status), written in bulk; their ids in order."""
    user_ids = [UserFactory(verified=True).user_id for _ in range(authors)]
    channel_id = ChannelFactory().channel_id
    ids = [next(_ids) for _ in range(number)]
    now = clock.now()
    base = {
        "channel_id": channel_id,
        "cover": {"type": 0, "images": []},
        "status": status,
        "create_time": now,
        "update_time": now,
        "waiting_since": now if status == ArticleStatus.PENDING else None,
    }
    articles = [
        base | {"article_id": id_, "user_id": user_ids[at % authors], "title": f"第{at}篇文章标题"}
        for at, id_ in enumerate(ids)
    ]
    texts = [{"article_id": id_, "content": "<p>正文</p>", "chars": 2} for id_ in ids]
    kept = [
        {
            "article_id": row["article_id"],
            "version": 1,
            "title": row["title"],
            "content": "<p>正文</p>",
            "cover": row["cover"],
            "channel_id": channel_id,
            "created_at": now,
        }
        for row in articles
    ]
    with transaction() as session:
        for model, rows in (
            (Article, articles),
            (ArticleContent, texts),
            (ArticleStatistic, [{"article_id": id_} for id_ in ids]),
            (ArticleRevision, kept),
        ):
            session.execute(insert(model), rows)
    return ids


def statuses(article_ids: list[int]) -> dict[int, int]:
    """How many of the articles are in which status now."""
    refresh_view()
    query = (
        select(Article.status, func.count())
        .where(Article.article_id.in_(article_ids))
        .group_by(Article.status)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def history_of(article_id: int) -> list[ArticleReview]:
    """The steps of an article, oldest first."""
    refresh_view()
    query = select(ArticleReview).where(ArticleReview.article_id == article_id)
    ordered = query.order_by(ArticleReview.id).execution_options(populate_existing=True)
    return list(db.session.scalars(ordered))
