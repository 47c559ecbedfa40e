"""How one article is read (contract/media-platform.md §2.30)."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import db, refresh_view
from common.models import Article, ArticleDay, Comment
from common.models.visibility import approved_articles_sql, approved_comments_sql
from common.schemas.statistics import ArticleFigures
from common.services.statistics import days
from common.services.statistics.days import Counts, Span
from common.utils.constants import ReadSource

INVALID_ARTICLE: Final = "Invalid article."
INVALID_SPAN: Final = "Invalid pubdate param."
DIGITS: Final = 4
PERCENT: Final = 100

_COUNTED: Final[dict[str, Any]] = {name: getattr(ArticleDay, name) for name in days.FROM_EVENTS}

BySource = dict[int, Counts]


def figures_of_own(
    article_id: int, author_id: int, *, begin: date | None, end: date | None
) -> ArticleFigures:
    """Figures of an own approved article in some days, both included; of all time without them.

    Six statements.

    :raises InvalidInput: no such article, or the days are in the wrong order
    """
    span = Span(begin, end)
    if span.is_empty:
        raise InvalidInput(INVALID_SPAN)
    refresh_view()
    session = db.session()
    if not _is_own(session, article_id, author_id):
        raise InvalidInput(INVALID_ARTICLE)
    return _shown(_by_source(session, article_id, span), _comments(session, article_id, span))


def _is_own(session: Session, article_id: int, author_id: int) -> bool:
    query = select(Article.article_id).where(
        Article.article_id == article_id, Article.user_id == author_id, approved_articles_sql()
    )
    return session.scalar(query) is not None


def _by_source(session: Session, article_id: int, span: Span) -> BySource:
    """What is written down, and what the roll-up has not taken yet."""
    live_from = days.counted_from(session)
    found: BySource = {int(source): Tally() for source in ReadSource}
    written = (
        select(ArticleDay.source, *map(func.sum, _COUNTED.values()))
        .where(
            ArticleDay.article_id == article_id,
            *span.without_from(live_from).day_limits(ArticleDay.day),
        )
        .group_by(ArticleDay.source)
    )
    for source, *sums in session.execute(written):
        found[source].update(dict(zip(_COUNTED, map(int, sums), strict=True)))
    live = days.count(session, (article_id,), span.without_before(live_from))
    for key, counts in live.items():
        found[key.source].update(counts)
    return found


def _comments(session: Session, article_id: int, span: Span) -> int:
    query = select(func.count()).where(
        Comment.article_id == article_id, approved_comments_sql(), *span.limits(Comment.create_time)
    )
    return session.scalar(query) or 0


def _shown(by_source: BySource, comments: int) -> ArticleFigures:
    total: Counts = Tally()
    for counts in by_source.values():
        total.update(counts)
    stays = total["gt80"] + total["mid"] + total["lt20"]
    reads = {source: counts["reads"] for source, counts in by_source.items()}
    return {
        "avg_read_proc": _share(total["completion_sum"], PERCENT * stays),
        "bounce_rate": _share(total["bounces"], stays),
        "time_spent": round(_mean(total["seconds"], stays)),
        "conversion": {
            "reco_count": total["impressions"],
            "read_count": total["reads"],
            "unique_count": total["readers"],
            "fans_read_count": total["fans_reads"],
            "comment_count": comments,
        },
        "origin": {
            "recommend": reads[ReadSource.RECOMMENDATION],
            "channel": reads[ReadSource.CHANNEL],
            "relation": reads[ReadSource.RELATED],
            "outter": reads[ReadSource.OUTSIDE],
            "other": reads[ReadSource.OTHER],
        },
        "completed": {"gt80": total["gt80"], "lt80": total["mid"], "lt20": total["lt20"]},
    }


def _share(part: int, whole: int) -> float:
    return round(_mean(part, whole), DIGITS)


def _mean(total: int, number: int) -> float:
    return total / number if number else 0.0
