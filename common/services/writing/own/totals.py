"""What is counted of own articles together (contract/media-platform.md §2.29)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select

from common.extensions.db import db, refresh_view
from common.models import Article
from common.schemas.statistics import ArticleTotals
from common.schemas.writing.articles import Filters
from common.services.writing.own import figures, listing

AT_ONCE: Final = 1000


def totals_of_own(user_id: int, filters: Filters, *, at_once: int = AT_ONCE) -> ArticleTotals:
    """The sums of the figures that the list of own articles shows under the same filters.

    A stage and two statements for each ``at_once`` articles.

    :raises InvalidInput: as the list does
    """
    refresh_view()
    conditions = listing.approved(user_id, filters)
    totals: Tally[str] = Tally()
    number = after = 0
    while article_ids := _next(conditions, after, at_once):
        for name, counted in figures.figures_of(article_ids).items():
            totals[name] += sum(counted.values())
        number += len(article_ids)
        after = article_ids[-1]
        if len(article_ids) < at_once:
            break
    return {
        "article_count": number,
        "read_count": totals["read_count"],
        "comment_count": totals["comment_count"],
        "like_count": totals["like_count"],
        "collect_count": totals["collect_count"],
        "repost_count": totals["repost_count"],
    }


def _next(conditions: Sequence[ColumnElement[bool]], after: int, at_once: int) -> Sequence[int]:
    query = select(Article.article_id).where(*conditions, Article.article_id > after)
    return db.session.scalars(query.order_by(Article.article_id).limit(at_once)).all()
