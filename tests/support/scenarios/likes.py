"""Likes as the product makes them, reduced to what the outbox has to do with them."""

from __future__ import annotations

from sqlalchemy import func, select

from common.extensions.db import db, lock_or_create, refresh_view, transaction
from common.models import Attitude
from common.schemas.events.attitudes import AttitudeChanged
from common.services import outbox
from common.utils.constants import AttitudeKind

AUTHOR_ID = 900


def toggle_like(*, user_id: int, article_id: int) -> None:
    """Like an article, or take the like back."""
    with transaction() as session:
        row = lock_or_create(session, Attitude, user_id=user_id, article_id=article_id)
        before = AttitudeKind(row.attitude) if row.attitude is not None else None
        after = AttitudeKind.LIKE if before is None else None
        row.attitude = after
        outbox.add(
            AttitudeChanged(
                user_id=user_id,
                article_id=article_id,
                author_id=AUTHOR_ID,
                before=before,
                after=after,
            )
        )


def likes_in_sql() -> dict[int, int]:
    """Likes by article, those that have any."""
    refresh_view()
    rows = db.session.execute(
        select(Attitude.article_id, func.count())
        .where(Attitude.attitude == AttitudeKind.LIKE)
        .group_by(Attitude.article_id)
    )
    return {row[0]: row[1] for row in rows}
