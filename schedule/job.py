"""What a job is: when it runs, what it calls, how long it may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from common.schemas.jobs import Outcome
from common.utils import clock

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Job:
    """One row of the table JOBS.

    :param cron: fields of a cron trigger, in product time. Fixed points in time rather than
        intervals, so that all replicas mean the same run
    :param period: from one run to the next
    :param run: one verb of the services
    :param rehearse: the same without changing anything
    :param again: the same for everything that was done before, too
    :param is_quiet: runs all the time; recorded only when it changed something
    """

    name: str
    cron: dict[str, str]
    period: timedelta
    timeout: timedelta
    run: Callable[[], Outcome]
    rehearse: Callable[[], Outcome] | None = None
    again: Callable[[], Outcome] | None = None
    is_quiet: bool = False

    def trigger(self) -> CronTrigger:
        """When it runs."""
        return CronTrigger(**self.cron, timezone=clock.zone())

    def latest_due(self, now: datetime) -> datetime:
        """The last point in time at which it should have run; aware, like ``now``."""
        trigger = self.trigger()
        due: datetime = trigger.get_next_fire_time(None, now - self.period - ONE_SECOND)
        while (following := trigger.get_next_fire_time(due, due + ONE_SECOND)) <= now:
            due = following
        return due
