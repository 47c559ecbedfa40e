"""What follows from an event; and bringing all of that to its end, as the relay does."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import OutboxEvent
from common.schemas.events import Event
from common.services.outbox import marks
from common.services.outbox.dispatch import effects_in
from common.services.outbox.projections import caches, counters, lists
from common.services.outbox.relay import Relay
from common.utils import clock

LATER = timedelta(minutes=2)  # past the time that inline deliveries have


def dropped(event: Event) -> set[str]:
    """The cached values that an event makes wrong, all of them, by their keys."""
    return {key for effect in effects_in(caches.TOPIC, event) for key in effect.payload["keys"]}


def moved(event: Event) -> dict[tuple[str, int], int | None]:
    """The figures that an event moves, all of them, and by how much; None: forgotten."""
    return {
        (key.removeprefix("count:"), member): amount
        for effect in effects_in(counters.TOPIC, event)
        for key, member, amount in effect.payload["changes"]
    }


def concerned(event: Event) -> list[str]:
    """Whose lists an event concerns."""
    return [effect.payload["source"] for effect in effects_in(lists.TOPIC, event)]


def topics() -> list[str]:
    """Of all that was written down so far."""
    refresh_view()
    return list(db.session.scalars(select(OutboxEvent.topic).order_by(OutboxEvent.id)))


def relay_lists() -> None:
    """Drop the lists of others; until nothing is left to do."""
    while Relay({lists.TOPIC: lists.PROJECTION}).run_once():
        pass


def relay_due() -> None:
    """Deliver what is due by now, with nothing left to be marked: a test that gives ids once more
    would see its new rows marked as the old ones."""
    marks.flush()
    relay = Relay()
    while relay.run_once():
        pass


def relay_everything() -> None:
    """Deliver all that waits, as if nobody had been there for a while.

    What is kept then has ids of that later time, and none can be made until it has come: a test in
    which somebody is told of something before an operator decides relays what is due.
    """
    marks.flush()
    with time_machine.travel(clock.utc_now() + LATER):
        while Relay().run_once():
            pass
