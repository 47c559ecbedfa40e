"""Articles as the search index holds them: read from rows, never from what events said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import Article, ArticleContent, ArticleStatistic
from common.models.visibility import visible_articles_sql
from common.search import Document, Kind, engine
from common.search.sql import NOT_FOUND
from common.utils import clock

CHUNK: Final = 500  # articles read at once


def follow(versions: Mapping[int, int]) -> None:
    """Make the documents of articles equal to SQL as it is now; what is not visible has none.

    Repeating it, and in any order, does no harm.

    :param versions: by article, the id of the outbox row that asks for it
    :raises DependencyUnavailable: the engine is away
    """
    bring(Kind.PUBLIC, *changes(Kind.PUBLIC, versions))


def follow_own(versions: Mapping[int, int]) -> None:
    """As :func:`follow`, for what authors find of their own: not what is deleted or banned.

    :raises DependencyUnavailable: the engine is away
    """
    bring(Kind.OWN, *changes(Kind.OWN, versions))


def bring(kind: Kind, documents: Sequence[Document], removed: Mapping[int, int]) -> None:
    """Into the index that is searched.

    :raises DependencyUnavailable: the engine is away
    """
    if removed:
        engine().delete(removed, kind)
    if documents:
        engine().index(documents, kind)


def changes(kind: Kind, versions: Mapping[int, int]) -> tuple[list[Document], dict[int, int]]:
    """What these articles are in an index now, and which of them are not in it, with versions."""
    found = _documents(kind, Article.article_id.in_(versions), len(versions))
    documents = [replace(each, version=versions[each.article_id]) for each in found]
    there = {each.article_id for each in found}
    return documents, {id_: version for id_, version in versions.items() if id_ not in there}


def stream(kind: Kind, *, after: int = 0) -> Iterator[list[Document]]:
    """All that belongs into an index, by id, in chunks that are each a transaction of their own."""
    while chunk := _documents(kind, Article.article_id > after, CHUNK):
        yield chunk
        after = chunk[-1].article_id


def count(kind: Kind) -> int:
    """How many articles belong into an index."""
    refresh_view()
    query = select(func.count(Article.article_id)).where(_belongs(kind))
    return db.session.scalar(query) or 0


def _belongs(kind: Kind) -> ColumnElement[bool]:
    if kind is Kind.PUBLIC:
        return visible_articles_sql()
    return Article.status.not_in(NOT_FOUND)


def _documents(kind: Kind, which: ColumnElement[bool], limit: int) -> list[Document]:
    query = (
        select(Article, ArticleContent.content, ArticleStatistic.read_count)
        .join(ArticleContent, ArticleContent.article_id == Article.article_id)
        .outerjoin(ArticleStatistic, ArticleStatistic.article_id == Article.article_id)
        .where(which, _belongs(kind))
        .order_by(Article.article_id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    refresh_view()
    with reading_primary():
        return [
            Document(
                article_id=article.article_id,
                author_id=article.user_id,
                channel_id=article.channel_id,
                title=article.title,
                content=content,
                published_at=_published_at(article),
                version=0,
                readings=readings or 0,
            )
            for article, content, readings in db.session.execute(query)
        ]


def _published_at(article: Article) -> datetime:
    return clock.from_ms(article.feed_ms) if article.feed_ms else article.create_time
