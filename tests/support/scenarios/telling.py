"""What people are told: events that have happened, and what was kept of them."""

from __future__ import annotations

from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.models import Notification
from common.schemas.events import Event
from common.services import outbox
from tests.support.harness.outbox import relay_due


def happened(*what: Event) -> None:
    """Commit events and relay what follows from them."""
    with transaction():
        for event in what:
            outbox.add(event)
    relay_due()


def notifications() -> list[Notification]:
    """All that were kept, in order."""
    refresh_view()
    return list(db.session.scalars(select(Notification).order_by(Notification.id)))
