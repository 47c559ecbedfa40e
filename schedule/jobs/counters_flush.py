"""Every minute, the figures of touched articles and users are copied to SQL."""

from __future__ import annotations

from datetime import timedelta

from common.services.counters import flushing
from schedule.job import Job

JOB = Job(
    name="counters.flush",
    cron={"second": "0"},
    period=timedelta(minutes=1),
    timeout=timedelta(minutes=5),
    run=flushing.flush,
)
