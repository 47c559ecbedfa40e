"""Bringing everything that follows from what was written to its end, as the relay does."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from common.services.outbox import marks
from common.services.outbox.projections import lists
from common.services.outbox.relay import Relay
from common.utils import clock

LATER = timedelta(minutes=2)  # past the time that inline deliveries have


def relay_lists() -> None:
    """Drop the lists of others; until nothing is left to do."""
    while Relay({lists.TOPIC: lists.PROJECTION}).run_once():
        pass


def relay_everything() -> None:
    """Deliver all that waits, as if nobody had been there for a while."""
    marks.flush()
    with time_machine.travel(clock.utc_now() + LATER):
        while Relay().run_once():
            pass
