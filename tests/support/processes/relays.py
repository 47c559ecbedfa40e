"""Relays over projections of the test's own, in this process and in others."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from common.extensions.db import db, init_db, refresh_view, transaction
from common.models import OutboxEvent
from common.services.outbox.effects import Effect, Projection, StoredEffect, new_row
from common.services.outbox.relay import Relay
from common.settings import load
from common.utils import clock

TOPIC = "recorded"


def projection(
    deliver: Callable[[Sequence[StoredEffect]], None], *, topic: str = TOPIC, **options: Any
) -> Projection[Effect]:
    """A projection that no event reaches: the test writes its rows."""
    return Projection(topic=topic, effects_of=list, deliver=deliver, **options)


def write(owner: Projection[Effect], *effects: tuple[str, int]) -> list[int]:
    """Rows for pairs of key and number, in one transaction; their ids."""
    with transaction() as session:
        now = clock.now_precise()
        added = [new_row(owner, Effect(key, {"n": n}), at=now) for key, n in effects]
        session.add_all(added)
        session.flush()
        return [row.id for row in added]


def row(id_: int) -> OutboxEvent:
    """A row as it is in SQL now."""
    refresh_view()
    return db.session.scalars(
        select(OutboxEvent).where(OutboxEvent.id == id_).execution_options(populate_existing=True)
    ).one()


def open_rows() -> int:
    """How many rows wait."""
    refresh_view()
    query = select(func.count(OutboxEvent.id)).where(
        OutboxEvent.done_at.is_(None), OutboxEvent.dead_at.is_(None)
    )
    return db.session.scalar(query) or 0


def record(path: Path, effects: Sequence[StoredEffect]) -> None:
    """Append ``id n`` of every effect; one write, so that lines of two processes stay whole."""
    lines = "".join(f"{effect.id} {effect.payload['n']}\n" for effect in effects)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, lines.encode())
    finally:
        os.close(descriptor)


def main(path: Path) -> None:
    """Relay until nothing waits; every seventh effect fails at its first try."""
    init_db(load())
    failed: set[int] = set()

    def deliver(effects: Sequence[StoredEffect]) -> None:
        for effect in effects:
            if effect.id % 7 == 0 and effect.id not in failed:
                failed.add(effect.id)
                raise ValueError(f"effect {effect.id} fails once")
        record(path, effects)

    relay = Relay({TOPIC: projection(deliver, batch=50, first_backoff=timedelta(milliseconds=20))})
    while open_rows():
        if not relay.run_once():
            time.sleep(0.01)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
