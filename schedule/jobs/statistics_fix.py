"""Every night, all counters are set to what SQL says."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from common.services.counters import rebuilding
from schedule.job import Job

JOB = Job(
    name="statistics.fix",
    cron={"hour": "3", "minute": "0", "second": "0"},
    period=timedelta(days=1),
    timeout=timedelta(minutes=10),
    run=rebuilding.rebuild,
    rehearse=partial(rebuilding.rebuild, dry_run=True),
)
