"""Notifications on their way to connected clients: what one missed, and what it has got.

Contract: realtime.md §6, additions.md 4. Positions are ids in SQL; no other store is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, func, select, update

from common.extensions.db import db, reading_primary, transaction
from common.models import Notification
from common.services.ids import identifiers
from common.services.notices.notifications import told_to
from common.services.outbox.projections import decisions, notifications
from common.utils import clock, media
from common.utils.constants import NotificationKind

AT_ONCE: Final = 50  # given to one who comes back
KEPT: Final = 200  # of each user (contract/realtime.md §6)
USERS_AT_ONCE: Final = 200
SINCE_AT_MOST: Final = 2_000  # rows of one batch of users; a node is deaf for seconds

EVENTS: Final = {**notifications.EVENTS, **decisions.EVENTS}


class Notice(NamedTuple):
    """A notification as clients are told it."""

    id: int
    user_id: int
    event: str
    told: dict[str, Any]


class Missed(NamedTuple):
    """What a user who connects has to be told first.

    :param notices: in order
    :param known: ids of the newest that he has, told or not: none of them comes as news
    :param complete: whether that is all he missed; the rest is to be had by REST
    :param passed_over: ids that are too many to be told, and count as told from now on
    """

    notices: list[Notice]
    known: frozenset[int]
    unread_count: int
    last_id: int
    complete: bool
    passed_over: list[int]


def missed_by(user_id: int, *, since: int | None, origin: tuple[str, str]) -> Missed:
    """What a user has missed: what no device of his has got, or what is newer than ``since``.

    Three statements on the primary.

    :param since: id of the last notification that this client has
    :param origin: scheme and host by which it reached us, for addresses of pictures
    """
    media.use_origin(origin)
    with reading_primary():
        newest = db.session.execute(_newest(user_id)).all()
        wanted = [row.id for row in newest if _is_missed(row, since)]
        chosen = wanted[:AT_ONCE]
        rows = db.session.execute(_whole().where(Notification.id.in_(chosen))).all()
        unread_count = db.session.scalar(_unread(user_id)) or 0
    return Missed(
        notices=sorted((_notice(row) for row in rows), key=_id),
        known=frozenset(row.id for row in newest),
        unread_count=unread_count,
        last_id=newest[0].id if newest else 0,
        complete=len(wanted) <= AT_ONCE and _reaches_back(newest, since),
        passed_over=wanted[AT_ONCE:],
    )


def told_since(
    user_ids: Sequence[int], moment: datetime, *, origin: tuple[str, str]
) -> list[Notice]:
    """What these users may have been told while nobody listened, in order. One statement for each
    :data:`USERS_AT_ONCE` of them.

    :param moment: of storing, which an id says; ``created_at`` is that of what happened, and may be
        any time before
    """
    media.use_origin(origin)
    first_id = identifiers.earliest_id(moment)
    found: list[Notice] = []
    for first in range(0, len(user_ids), USERS_AT_ONCE):
        part = user_ids[first : first + USERS_AT_ONCE]
        query = (
            _whole()
            .where(Notification.user_id.in_(part), Notification.id >= first_id)
            .order_by(Notification.id.desc())
            .limit(SINCE_AT_MOST)
        )
        with reading_primary():
            found += [_notice(row) for row in db.session.execute(query)]
    return sorted(found, key=_id)


def mark_delivered(notification_ids: Sequence[int]) -> None:
    """These have reached a device. One statement."""
    with transaction() as session:
        session.execute(
            update(Notification)
            .where(Notification.id.in_(notification_ids), Notification.delivered_at.is_(None))
            .values(delivered_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def _newest(user_id: int) -> Any:
    return (
        select(Notification.id, Notification.delivered_at)
        .where(told_to(user_id))
        .order_by(Notification.id.desc())
        .limit(KEPT)
    )


def _unread(user_id: int) -> Any:
    unread = select(func.count(Notification.id))
    return unread.where(told_to(user_id), Notification.read_at.is_(None))


def _whole() -> Any:
    return select(
        Notification.id,
        Notification.user_id,
        Notification.kind,
        Notification.payload,
        Notification.created_at,
    )


def _is_missed(row: Row[Any], since: int | None) -> bool:
    return bool(row.delivered_at is None if since is None else row.id > since)


def _reaches_back(newest: Sequence[Row[Any]], since: int | None) -> bool:
    """Whether what is kept begins before the client's position."""
    return since is None or len(newest) < KEPT or newest[-1].id <= since


def _id(notice: Notice) -> int:
    return notice.id


def _notice(row: Row[Any]) -> Notice:
    told = {"timestamp": clock.to_ms(row.created_at) // 1000, **row.payload, "id": row.id}
    if "user_photo" in told:
        told["user_photo"] = media.avatar(told["user_photo"], told["user_id"])
    return Notice(row.id, row.user_id, EVENTS[NotificationKind(row.kind)], told)
