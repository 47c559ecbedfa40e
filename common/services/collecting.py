"""Collecting articles (contract/user-app.md §10)."""

from __future__ import annotations

from common.errors import InvalidInput
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import Collection
from common.schemas.events import CollectionChanged
from common.services import outbox
from common.services.visibility import visible_articles
from common.utils import clock


def collect_article(*, user_id: int, article_id: int) -> int:
    """Collect an article; a repeat changes nothing. Returns its channel.

    :raises InvalidInput: no visible article has this id
    """
    visible = visible_articles((article_id,), reader_id=None)
    if not visible:
        raise InvalidInput({"target": "Invalid target article id."})
    _change(user_id, article_id, is_collected=True)
    return visible[0].info.channel_id


def uncollect_article(*, user_id: int, article_id: int) -> None:
    """Take an article out of the collection; nothing happens when it is not in it."""
    _change(user_id, article_id, is_collected=False)


def _change(user_id: int, article_id: int, *, is_collected: bool) -> None:
    """Write the row, and say so only if something is different now."""
    key = {"user_id": user_id, "article_id": article_id}
    with transaction() as session:
        if is_collected:
            # A new row starts as taken back, so that creating it is not yet collecting.
            row = lock_or_create(session, Collection, defaults={"is_deleted": True}, **key)
        else:
            found = lock_one(session, Collection, **key)
            if found is None:
                return
            row = found
        if row.is_deleted != is_collected:
            return
        row.is_deleted = not is_collected
        row.update_time = clock.now()
        outbox.add(
            CollectionChanged(user_id=user_id, article_id=article_id, is_collected=is_collected)
        )
