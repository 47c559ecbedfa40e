"""A user's notifications: reading them and marking them as read (contract/user-app.md §12.3).

They are written by the projection ``notify``; both doors show them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, func, select, update

from common.extensions.db import db, transaction
from common.models import Notification
from common.models.visibility import is_blocked_sql
from common.schemas.events.notifications import NotificationsRead
from common.schemas.notices import NotificationCard, NotificationList, UnreadCount
from common.services import outbox
from common.services.paging import first_index
from common.utils import clock, media
from common.utils.constants import NotificationKind


def list_notifications(
    user_id: int, *, page: int, per_page: int, unread: bool = False
) -> NotificationList:
    """What a user was told, newest first; two statements.

    :param unread: only what is not marked as read
    """
    total, unread_count = _counts(user_id)
    query = (
        select(
            Notification.id,
            Notification.kind,
            Notification.payload,
            Notification.created_at,
            Notification.read_at,
        )
        .where(told_to(user_id))
        .order_by(Notification.id.desc())
        .offset(first_index(page, per_page))
        .limit(per_page)
    )
    if unread:
        query = query.where(Notification.read_at.is_(None))
    return {
        "total_count": unread_count if unread else total,
        "unread_count": unread_count,
        "page": page,
        "per_page": per_page,
        "results": [_card(row) for row in db.session.execute(query)],
    }


def mark_read(user_id: int, notification_ids: Sequence[int] | None = None) -> UnreadCount:
    """Mark notifications as read, all of them by default; those of others are left alone."""
    wanted = and_(Notification.user_id == user_id, Notification.read_at.is_(None))
    if notification_ids is not None:
        wanted = and_(wanted, Notification.id.in_(notification_ids))
    with transaction() as session:
        marked = session.execute(
            update(Notification)
            .where(wanted)
            .values(read_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        unread_count = _counts(user_id)[1]
        if isinstance(marked, CursorResult) and marked.rowcount:
            outbox.add(NotificationsRead(user_id=user_id, unread_count=unread_count))
    return {"unread_count": unread_count}


def told_to(user_id: int) -> ColumnElement[bool]:
    """A user's own, without what people did whom he has blocked since."""
    is_seen = ~is_blocked_sql(Notification.actor_id, user_id)  # the product's own have no actor
    return and_(Notification.user_id == user_id, is_seen)


def _counts(user_id: int) -> tuple[int, int]:
    """How many there are, and how many of them are not read."""
    total, read = db.session.execute(
        select(func.count(Notification.id), func.count(Notification.read_at)).where(
            told_to(user_id)
        )
    ).one()
    return total, total - read


def _card(row: Any) -> NotificationCard:
    card: NotificationCard = {
        "timestamp": clock.to_ms(row.created_at) // 1000,
        **row.payload,
        "id": row.id,
        "kind": NotificationKind(row.kind).name.lower(),
        "is_read": row.read_at is not None,
    }
    if "user_photo" in card:
        card["user_photo"] = media.avatar(card["user_photo"], card["user_id"])  # stored as a key
    return card
