"""Feeds to read, and the ways existing clients page through them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from common.extensions.db import db, refresh_view, transaction
from common.models import Article, ArticleContent, ChannelTop
from common.schemas.events.articles import ArticlePublished
from common.schemas.events.channels import PinsChanged
from common.schemas.overseeing.articles import Decision
from common.schemas.writing.articles import ArticleText, SaveOptions
from common.services import outbox
from common.services.feed import timeline
from common.services.recommending import candidates
from common.services.reviewing import deciding
from common.services.writing.saves import editing
from common.services.writing.saves.deleting import delete_article
from common.utils.constants import ArticleStatus, ReviewAction
from tests.factories import ArticleFactory, ChannelTopFactory, UserFactory, together
from tests.support.clients.api import ApiClient
from tests.support.scenarios.operators import ON_DUTY

Page = dict[str, Any]

ENOUGH = 150  # pages: a walk that needs more does not end


def publish(count: int, channel_id: int, **values: Any) -> list[int]:
    """Approved articles of one author, oldest first; their ids."""
    with together():
        author_id = values.pop("user_id", None) or UserFactory(verified=True).user_id
        articles = [
            ArticleFactory(published=True, channel_id=channel_id, user_id=author_id, **values)
            for _ in range(count)
        ]
    return [article.article_id for article in articles]


def publish_now(channel_id: int) -> int:
    """An article that is approved at this moment; its id."""
    with transaction():
        article = ArticleFactory(published=True, channel_id=channel_id, feed_ms=now_ms())
        outbox.add(
            ArticlePublished(
                article_id=article.article_id, author_id=article.user_id, channel_id=channel_id
            )
        )
    return int(article.article_id)


def withdraw(article_id: int, status: ArticleStatus = ArticleStatus.BANNED) -> None:
    """Take a published article from readers, as operators and its author do.

    Operators ban it. Its author saves it anew; then an operator rejects it, or its author deletes
    it, where that is what shall become of it.
    """
    if status == ArticleStatus.BANNED:
        ban(article_id)
        return
    is_draft = status in (ArticleStatus.DRAFT, ArticleStatus.DELETED)
    author_id = _save(article_id, is_draft=is_draft)
    if status == ArticleStatus.REJECTED:
        _decide(ReviewAction.REJECT, article_id)
    if status == ArticleStatus.DELETED:
        delete_article(article_id, author_id)


def ban(*article_ids: int) -> None:
    """An operator bans published articles, all at once."""
    _decide(ReviewAction.BAN, *article_ids)


def bring_back(*article_ids: int) -> None:
    """An operator lifts the ban of articles, all at once; they keep their publication times."""
    _decide(ReviewAction.UNBAN, *article_ids)


def _decide(action: ReviewAction, *article_ids: int) -> None:
    decision = Decision(action=action, article_ids=article_ids, reason="")
    assert deciding.decide(ON_DUTY, decision)["count"] == len(article_ids)


def _save(article_id: int, *, is_draft: bool) -> int:
    """Its author's id, who has sent it as it is."""
    refresh_view()
    row = db.session.get_one(Article, article_id)
    body = db.session.get_one(ArticleContent, article_id)
    text = ArticleText(
        title=row.title, content=body.content, cover=row.cover, channel_id=row.channel_id
    )
    editing.edit(article_id, row.user_id, text, SaveOptions(is_draft=is_draft))
    return int(row.user_id)


def pin(channel_id: int, *article_ids: int) -> None:
    """Pin articles to a channel, the first one on top, and no others."""
    with transaction() as session:
        session.execute(delete(ChannelTop).where(ChannelTop.channel_id == channel_id))
        for place, article_id in enumerate(reversed(article_ids)):
            ChannelTopFactory(channel_id=channel_id, article_id=article_id, sequence=place)
        outbox.add(PinsChanged(channel_id=channel_id))


def time_passes() -> None:
    """A second: the process reads its candidates anew, and no page is shared any longer."""
    candidates.forget()
    timeline.forget()


def now_ms() -> int:
    """What a client sends for "now"."""
    return time.time_ns() // 1_000_000


def ids(page: Page) -> list[int]:
    """The articles of a page, pinned ones included, in order."""
    return [item["art_id"] for item in page["results"]]


def ask(client: ApiClient, **query: Any) -> Page:
    """One page by time; ``path`` is ``/v1_1/articles`` unless given, ``timestamp`` now."""
    path = query.pop("path", "/v1_1/articles")
    query.setdefault("timestamp", now_ms())
    answer = client.get(path, query_string=query, headers=query.pop("headers", None))
    assert answer.status_code == 200, answer.text
    page: Page = answer.json["data"]
    return page


@dataclass(frozen=True)
class Dialect:
    """How a client knows that it has reached the end, and with what it asks for more.

    :param is_over: whether it stops at this page
    :param keeps: whether it shows the items of the page it stops at
    :param next_time: the timestamp of its next call
    """

    name: str
    is_over: Callable[[Page], bool]
    keeps: bool = True
    next_time: Callable[[Page], int] = lambda page: page["pre_timestamp"]

    def __str__(self) -> str:
        return self.name


DIALECTS = (
    Dialect("stops at an empty list", lambda page: not page["results"]),
    Dialect(
        "stops at a falsy pre_timestamp, without that page",
        lambda page: not page["pre_timestamp"],
        keeps=False,
    ),
    Dialect("stops at a null pre_timestamp", lambda page: page["pre_timestamp"] is None),
    Dialect(
        "asks with pre_timestamp or now, stops at an empty list",
        lambda page: not page["results"],
        next_time=lambda page: page["pre_timestamp"] or now_ms(),
    ),
)


def walk(
    client: ApiClient, dialect: Dialect = DIALECTS[0], *, timestamp: int | None = None, **query: Any
) -> Iterator[Page]:
    """The pages a client shows, until it stops by itself.

    Checks what holds for every page of every walk (contract/user-app.md §7.1).
    """
    asked = now_ms() if timestamp is None else timestamp
    for _ in range(ENOUGH):
        page = ask(client, timestamp=asked, **query)
        check(page, asked)
        if dialect.is_over(page):
            if dialect.keeps:
                yield page
            return
        yield page
        asked = dialect.next_time(page)
    raise AssertionError("the feed never ends")


def check(page: Page, asked: int) -> None:
    """With items an integer from 1 to below the time asked with; without items null."""
    cursor = page["pre_timestamp"]
    if page["results"]:
        assert type(cursor) is int
        assert 1 <= cursor < asked
    else:
        assert cursor is None


def walked(client: ApiClient, dialect: Dialect = DIALECTS[0], **query: Any) -> list[int]:
    """All articles of a walk, in the order shown."""
    return [article_id for page in walk(client, dialect, **query) for article_id in ids(page)]
