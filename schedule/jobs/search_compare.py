"""Every night, the search index is compared with SQL, and mended."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from common.services.search import comparing
from schedule.job import Job

JOB = Job(
    name="search.compare",
    cron={"hour": "4", "minute": "30", "second": "0"},
    period=timedelta(days=1),
    timeout=timedelta(hours=2),
    run=comparing.compare,
    rehearse=partial(comparing.compare, dry_run=True),
)
