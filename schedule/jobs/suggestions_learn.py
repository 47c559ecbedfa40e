"""Every night, phrases that many searched for become suggestions."""

from __future__ import annotations

from datetime import timedelta

from common.services.search import learning
from schedule.job import Job

JOB = Job(
    name="suggestions.learn",
    cron={"hour": "4", "minute": "10", "second": "0"},
    period=timedelta(days=1),
    timeout=timedelta(minutes=30),
    run=learning.learn,
)
