"""Every second, what is due is done: articles, announcements, pins; who was frozen is thawed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from common.schemas.jobs import Outcome
from common.services.accounts import freezing
from common.services.articles import scheduled
from common.services.channels import pins
from common.services.notices import announcements
from schedule.job import Job

# Each says how much it changed, and is cheap when nothing is due.
DUE: tuple[Callable[[], int], ...] = (
    scheduled.publish_due,
    announcements.publish_due,
    pins.follow_clock,
    freezing.thaw_due,
)


LONGEST_SECONDS: Final = 45  # of one run; the next one goes on within a second


def publish_due(due: Sequence[Callable[[], int]] = DUE) -> Outcome:
    """Rounds over everything that waits for its time, until one finds nothing to do."""
    began = time.monotonic()
    changed = 0
    while (now := sum(follow() for follow in due)) and time.monotonic() - began < LONGEST_SECONDS:
        changed += now
    return Outcome(rows_changed=changed + now)


JOB = Job(
    name="publish.due",
    cron={"second": "*"},
    period=timedelta(seconds=1),
    timeout=timedelta(minutes=1),
    run=publish_due,
    is_quiet=True,
)
