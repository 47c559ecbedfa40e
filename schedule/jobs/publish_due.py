"""Every second, what is due is published: articles, announcements, pins."""

from __future__ import annotations

from datetime import timedelta

from common.services.articles import scheduled
from schedule.job import Job

JOB = Job(
    name="publish.due",
    cron={"second": "*"},
    period=timedelta(seconds=1),
    timeout=timedelta(minutes=1),
    run=scheduled.publish_due,
    is_quiet=True,
)
