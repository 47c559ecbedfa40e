"""Collecting articles (contract/user-app.md §10.1, §10.3)."""

from __future__ import annotations

from common.errors import InvalidInput
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import Collection
from common.schemas.events import CollectionChanged
from common.services import behaviour, outbox
from common.services.held_rows import HeldArticle, hold_article
from common.services.visibility import visible_articles
from common.utils import clock

INVALID_TARGET = {"target": "Invalid target article id."}


def collect_article(*, user_id: int, article_id: int, trace: str | None, address: str) -> None:
    """Collect an article; a repeat changes nothing.

    :param trace: the collect token the client echoed, for the behaviour log
    :raises InvalidInput: no visible article has this id
    """
    if not visible_articles((article_id,), reader_id=None):
        raise InvalidInput(INVALID_TARGET)
    with transaction() as session:
        article = hold_article(session, article_id)
        if article is None or not article.is_approved:
            raise InvalidInput(INVALID_TARGET)
        # A new row starts as taken back, so that creating it is not yet collecting.
        row = lock_or_create(
            session,
            Collection,
            defaults={"is_deleted": True},
            user_id=user_id,
            article_id=article_id,
        )
        is_new = row.is_deleted
        if is_new:
            _write(row, article, is_collected=True)
    if is_new:
        behaviour.accept(
            trace,
            action="collect",
            subject=str(user_id),
            ip=address,
            article_id=article_id,
            channel_id=article.channel_id,
            author_id=article.author_id,
        )


def uncollect_article(*, user_id: int, article_id: int) -> None:
    """Take an article out of the collection; nothing happens when it is not in it."""
    with transaction() as session:
        article = hold_article(session, article_id)
        row = lock_one(session, Collection, user_id=user_id, article_id=article_id)
        if row is not None and not row.is_deleted:
            _write(row, article, is_collected=False)


def _write(row: Collection, article: HeldArticle | None, *, is_collected: bool) -> None:
    row.is_deleted = not is_collected
    row.update_time = clock.now()
    outbox.add(
        CollectionChanged(
            user_id=row.user_id,
            article_id=row.article_id,
            is_collected=is_collected,
            is_article_deleted=article is None or article.is_deleted,
        )
    )
