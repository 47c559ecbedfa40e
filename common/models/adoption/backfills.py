"""Values of our new columns that follow from the rows an adopted database already has."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, Table, case, select, update

from common.utils import clock
from common.utils.constants import ArticleStatus

BATCH_ROWS = 500


def fill(connection: Connection, tables: MetaData) -> list[str]:
    """Fill what is still empty; say how many rows. Nothing to fill is nothing to say."""
    published = _give_feed_times(connection, tables.tables["news_article_basic"])
    threaded = _find_roots(connection, tables.tables["news_comment"])
    done = []
    if published:
        done.append(f"news_article_basic: {published} feed times from the creation times")
    if threaded:
        done.append(f"news_comment: {threaded} replies attached to their threads")
    return done


def date_comments(connection: Connection, tables: MetaData) -> None:
    """Comments that never had an edit time were last changed when they were written."""
    comment = tables.tables["news_comment"]
    connection.execute(update(comment).values(update_time=comment.c.create_time))


def _give_feed_times(connection: Connection, article: Table) -> int:
    """Published articles enter the feed at their creation time, moved by ms until unique."""
    query = (
        select(article.c.article_id, article.c.create_time)
        .where(article.c.status.in_((ArticleStatus.APPROVED, ArticleStatus.BANNED)))
        .where(article.c.feed_ms.is_(None))
        .order_by(article.c.create_time, article.c.article_id)
    )
    times: dict[int, int] = {}
    latest = 0
    for article_id, created in connection.execute(query):
        latest = max(clock.to_ms(created), latest + 1)
        times[article_id] = latest
    for batch in _batches(times):
        statement = (
            update(article)
            .where(article.c.article_id.in_(batch))
            .values(
                feed_ms=case(batch, value=article.c.article_id),
                update_time=article.c.update_time,  # or MySQL renews it
            )
        )
        connection.execute(statement)
    return len(times)


def _batches(times: dict[int, int]) -> Iterator[dict[int, int]]:
    items = list(times.items())
    for start in range(0, len(items), BATCH_ROWS):
        yield dict(items[start : start + BATCH_ROWS])


def _find_roots(connection: Connection, comment: Table) -> int:
    """A reply belongs to the thread of the comment it answers, at any depth."""
    parent = comment.alias("parent")
    root = parent.c.root_id
    query = (
        select(
            comment.c.comment_id,
            case((parent.c.parent_id.is_(None), parent.c.comment_id), else_=root),
        )
        .join(parent, parent.c.comment_id == comment.c.parent_id)
        .where(comment.c.root_id.is_(None))
        .where(parent.c.parent_id.is_(None) | root.is_not(None))
    )
    threaded = 0
    while found := dict(connection.execute(query).all()):
        for batch in _batches(found):
            statement = (
                update(comment)
                .where(comment.c.comment_id.in_(batch))
                .values(
                    root_id=case(batch, value=comment.c.comment_id),
                    update_time=comment.c.update_time,
                )
            )
            connection.execute(statement)
        threaded += len(found)
    return threaded
