"""Every ten seconds: is there a search index made by this analyser? If not, it is made."""

from __future__ import annotations

from datetime import timedelta

from common.services.search import rebuilding
from schedule.job import Job

JOB = Job(
    name="search.prepare",
    cron={"second": "*/10"},
    period=timedelta(seconds=10),
    timeout=timedelta(hours=1),
    run=rebuilding.prepare,
    is_quiet=True,
)
