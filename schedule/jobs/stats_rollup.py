"""Every hour, what readers did is written down by day and article."""

from __future__ import annotations

from datetime import timedelta

from common.services.statistics import rolling_up
from schedule.job import Job

JOB = Job(
    name="stats.rollup",
    cron={"minute": "5", "second": "0"},
    period=timedelta(hours=1),
    timeout=timedelta(minutes=30),
    run=rolling_up.roll_up,
)
