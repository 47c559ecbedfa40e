"""Articles as the search index holds them: read from rows, never from what events said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import Article, ArticleContent
from common.models.visibility import visible_articles_sql
from common.search import Document, engine
from common.utils import clock
from common.utils.constants import ArticleStatus


def follow(article_ids: Sequence[int]) -> None:
    """Make the documents of articles equal to SQL as it is now; what is not visible has none.

    Repeating it, and in any order, does no harm.

    :raises DependencyUnavailable: the engine is away
    """
    _follow(article_ids, visible_articles_sql(), engine().index, engine().delete)


def follow_own(article_ids: Sequence[int]) -> None:
    """As :func:`follow`, for what authors find of their own: all but deleted articles.

    :raises DependencyUnavailable: the engine is away
    """
    is_left = Article.status != ArticleStatus.DELETED
    _follow(article_ids, is_left, engine().index_own, engine().delete_own)


def _follow(
    article_ids: Sequence[int],
    condition: ColumnElement[bool],
    index: Callable[[Sequence[Document]], None],
    delete: Callable[[Sequence[int]], None],
) -> None:
    documents = _documents(article_ids, condition)
    found = {document.article_id for document in documents}
    if gone := [id_ for id_ in article_ids if id_ not in found]:
        delete(gone)
    if documents:
        index(documents)


def _documents(article_ids: Sequence[int], condition: ColumnElement[bool]) -> list[Document]:
    query = (
        select(Article, ArticleContent.content)
        .join(ArticleContent, ArticleContent.article_id == Article.article_id)
        .where(Article.article_id.in_(article_ids), condition)
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
                version=clock.to_ms(article.update_time),  # contract/search.md §3, sync pipeline
            )
            for article, content in db.session.execute(query)
        ]


def _published_at(article: Article) -> datetime:
    return clock.from_ms(article.feed_ms) if article.feed_ms else article.create_time
