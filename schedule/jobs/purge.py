"""Every hour, what is past its time is removed."""

from __future__ import annotations

from datetime import timedelta

from common.services.jobs import purging
from schedule.job import Job

JOB = Job(
    name="purge",
    cron={"minute": "10", "second": "0"},
    period=timedelta(hours=1),
    timeout=timedelta(minutes=30),
    run=purging.purge,
)
