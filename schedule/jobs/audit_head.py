"""Every day, it is noted outside of SQL where the chain of the operation log ends."""

from __future__ import annotations

from datetime import timedelta

from common.services.audit import verifying
from schedule.job import Job

JOB = Job(
    name="audit.head",
    cron={"hour": "3", "minute": "20", "second": "0"},
    period=timedelta(days=1),
    timeout=timedelta(minutes=1),
    run=verifying.log_head,
)
