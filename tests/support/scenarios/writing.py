"""What editors send, and what their articles come to."""

from __future__ import annotations

from typing import Any

from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleContent, ArticleReview, ArticleRevision, Channel
from common.schemas.events.channels import ChannelTableChanged
from common.services import outbox
from common.services.articles.publication import go_live
from common.utils import clock
from common.utils.constants import ArticleStatus
from tests.support.clients.api import ApiClient

PATH = "/mp/v1_0/articles"
COMMENT_STATUS = "/mp/v1_0/comments/status"
TITLE = "老城墙下的早点铺"
CONTENT = "<p>清晨六点，蒸笼刚冒热气。</p>"


def sent(channel_id: int, /, **changes: Any) -> dict[str, Any]:
    """An article as clients send it; ``...`` leaves a member out."""
    whole = {
        "title": TITLE,
        "content": CONTENT,
        "cover": {"type": 0, "images": []},
        "channel_id": channel_id,
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def written(editor: ApiClient, channel_id: int, *, draft: bool = False, **changes: Any) -> int:
    """The id of an article that the editor has just written."""
    answer = editor.post(
        PATH, json=sent(channel_id, **changes), query_string={"draft": "true" if draft else "false"}
    )
    assert (answer.status_code, answer.json["message"]) == (201, "OK"), answer.json
    return answer.json["data"]["id"]


def saved(
    editor: ApiClient, article_id: int, channel_id: int, *, headers: Any = None, **changes: Any
) -> Any:
    """The answer to saving an article anew; ``query`` is that of the call."""
    query = changes.pop("query", {"draft": "false"})
    return editor.put(
        f"{PATH}/{article_id}",
        json=sent(channel_id, **changes),
        query_string=query,
        headers=headers or {},
    )


def form_of(editor: ApiClient, article_id: int) -> dict[str, Any]:
    """An article as the form takes it."""
    answer = editor.get(f"{PATH}/{article_id}")
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def switch(editor: Any, article_id: Any, *, allow: bool = False, **options: Any) -> Any:
    """The answer to opening an article for comments, or closing it."""
    path = f"{COMMENT_STATUS}?article_id={article_id}"
    return editor.put(path, json={"allow_comment": allow}, **options)


def version_of(editor: ApiClient, article_id: int) -> str:
    """The ``ETag`` of an article."""
    return editor.get(f"{PATH}/{article_id}").headers["ETag"]


def row_of(article_id: int) -> Article:
    """An article as SQL has it now."""
    refresh_view()
    return db.session.get(Article, article_id, populate_existing=True)


def body_of(article_id: int) -> ArticleContent:
    """Its body as SQL has it now."""
    refresh_view()
    return db.session.get(ArticleContent, article_id, populate_existing=True)


def revisions_of(article_id: int) -> list[ArticleRevision]:
    """What was kept of it, by version."""
    refresh_view()
    rows = db.session.query(ArticleRevision).filter_by(article_id=article_id)
    return list(rows.order_by(ArticleRevision.version).populate_existing())


def steps_of(article_id: int) -> list[tuple[int, int]]:
    """Its changes of status: from, to."""
    refresh_view()
    rows = db.session.query(ArticleReview).filter_by(article_id=article_id)
    return [(row.former, row.status) for row in rows.order_by(ArticleReview.id)]


def set_article(article_id: int, **values: Any) -> None:
    """Change columns behind the product's back, as operators' code would in a transaction."""
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True)
        for name, value in values.items():
            setattr(row, name, value)


def hide_channel(channel_id: int) -> None:
    """Take a channel from everybody's choice, as operators do."""
    with transaction() as session:
        session.get(Channel, channel_id, populate_existing=True).is_visible = False
        outbox.add(ChannelTableChanged())


def approve(article_id: int) -> None:
    """Let an article appear, as a reviewer does."""
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True)
        row.review_time = clock.now()
        go_live(session, row, at_ms=clock.now_ms())
        session.add(
            ArticleReview(
                article_id=article_id, former=ArticleStatus.PENDING, status=ArticleStatus.APPROVED
            )
        )
