"""Every few seconds, a wiped STORE is noticed and its counters and pins are built anew."""

from __future__ import annotations

from datetime import timedelta

from common.services.counters import flushing
from schedule.job import Job

JOB = Job(
    name="counters.restore",
    cron={"second": "*/5"},
    period=timedelta(seconds=5),
    timeout=timedelta(minutes=10),
    run=flushing.restore_if_lost,
    is_quiet=True,
)
