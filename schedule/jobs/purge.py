"""Every ten minutes, what is past its time is removed."""

from __future__ import annotations

from datetime import timedelta

from common.schemas.jobs import Outcome
from common.services.jobs import purging
from common.services.media import guests
from schedule.job import Job


def purge() -> Outcome:
    """What is past its time, and guests' pictures that nothing came to use."""
    pictures = guests.forget_old()
    rest = purging.purge()
    line = (f"pictures of guests: {pictures}",) if pictures else ()
    return Outcome(rows_changed=pictures + rest.rows_changed, lines=(*line, *rest.lines))


JOB = Job(
    name="purge",
    cron={"minute": "*/10", "second": "0"},
    period=timedelta(minutes=10),
    timeout=timedelta(minutes=30),
    run=purge,
)
