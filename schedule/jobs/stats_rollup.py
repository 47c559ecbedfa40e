"""Every hour, what people did is written down: by day and article, and for the whole product."""

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
    again=rolling_up.recount,
)
