"""Searching titles in SQL: what is left when no engine is there (contract/search.md §3)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from common.extensions.db import db, refresh_view
from common.models import Article
from common.models.visibility import visible_articles_sql
from common.search.interface import Hits, Query
from common.utils import clock
from common.utils.constants import ArticleStatus

MAX_HITS = 200
NOT_FOUND = (ArticleStatus.DELETED, ArticleStatus.BANNED)  # among one's own


class SqlFinder:
    """Substrings of titles, newest first, 200 hits at most; what is committed is found."""

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """One statement, whatever the page.

        :raises DependencyUnavailable: SQL is down
        """
        refresh_view()
        # Own articles may have no time of publication.
        time = () if query.owner_id is not None else (Article.feed_ms.desc(),)
        rows = db.session.execute(
            select(Article.article_id, Article.user_id)
            .where(*_conditions(query))
            .order_by(*time, Article.article_id.desc())
            .limit(MAX_HITS)
        )
        authors = {row.article_id: row.user_id for row in rows}
        found = tuple(authors)
        return Hits(found[first : first + count], len(found), authors, are_titles=True)


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    # Titles are kept as written: a full-width comma is found only as it was typed.
    spellings = dict.fromkeys((query.phrase.text, query.phrase.typed))
    conditions: list[ColumnElement[bool]] = [
        or_(*(Article.title.contains(spelling, autoescape=True) for spelling in spellings)),
    ]
    if query.channel_id is not None:
        conditions.append(Article.channel_id == query.channel_id)
    if query.begin is not None:
        conditions.append(Article.feed_ms >= clock.to_ms(query.begin))
    if query.end is not None:
        conditions.append(Article.feed_ms < clock.to_ms(query.end))
    if query.without_authors:
        conditions.append(Article.user_id.not_in(query.without_authors))
    if query.owner_id is not None:
        conditions.append(Article.user_id == query.owner_id)
        conditions.append(Article.status.not_in(NOT_FOUND))
    else:  # last: the author is looked up for matches only
        conditions.append(visible_articles_sql())
    return conditions
