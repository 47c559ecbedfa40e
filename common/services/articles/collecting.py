"""Collecting articles (contract/user-app.md §10.1 to §10.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.cache.collections import shelf
from common.errors import InvalidInput
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import Collection
from common.schemas.events.collections import CollectionChanged
from common.schemas.news import ArticleCard, ArticleList
from common.services import outbox
from common.services.articles.cards import card_list, visible_cards
from common.services.articles.locks import HeldArticle, hold_approved, hold_article
from common.services.behaviour import recording
from common.services.paging import first_index, shown
from common.services.visibility import find_visible_article
from common.utils import clock
from common.utils.parameters.basic import UNKNOWN_ARTICLE

ONE_SECOND = timedelta(seconds=1)
INVALID_TARGET = {"target": UNKNOWN_ARTICLE}


def collect_article(*, user_id: int, article_id: int, trace: str | None, address: str) -> None:
    """Collect an article; a repeat changes nothing.

    :param trace: the collect token the client echoed, for the behaviour log
    :raises InvalidInput: no visible article has this id
    """
    if find_visible_article(article_id) is None:  # told by caches: it costs no transaction
        raise InvalidInput(INVALID_TARGET)
    with transaction() as session:
        article = hold_approved(session, article_id)
        if article is None:
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
            row.update_time = _behind_the_latest(session, user_id)
            _write(row, article, is_collected=True)
    if is_new:
        recording.accept(
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
            row.update_time = clock.now()
            _write(row, article, is_collected=False)


def list_collections(user_id: int, *, page: int, per_page: int) -> ArticleList:
    """What a reader collected and can still read, collected latest first. Two Redis stages."""
    first = first_index(page, per_page)
    part = shelf.page(user_id, first=first, limit=per_page)

    def show(article_ids: Sequence[int]) -> list[ArticleCard]:
        return visible_cards(article_ids, reader_id=user_id, with_liking=True)

    total, cards = shown(shelf, user_id, part, first=first, limit=per_page, show=show)
    return card_list(cards, total, page, per_page)


def _behind_the_latest(session: Session, user_id: int) -> datetime:
    """The time of a new collection: now, or a second behind the reader's latest one.

    The list shows the most recently collected first, and its times are whole seconds.
    """
    latest = session.scalar(
        select(func.max(Collection.update_time)).where(
            Collection.user_id == user_id, Collection.is_deleted.is_(False)
        )
    )
    now = clock.now()
    return now if latest is None else max(now, latest + ONE_SECOND)


def _write(row: Collection, article: HeldArticle | None, *, is_collected: bool) -> None:
    row.is_deleted = not is_collected
    outbox.add(
        CollectionChanged(
            user_id=row.user_id,
            article_id=row.article_id,
            is_collected=is_collected,
            is_article_forgotten=article is None or article.is_forgotten,
        )
    )
