"""The jobs; one is in use by being in this table."""

from schedule.job import Job
from schedule.jobs import (
    audit_head,
    counters_flush,
    counters_restore,
    publish_due,
    purge,
    search_compare,
    search_prepare,
    statistics_fix,
    stats_rollup,
    suggestions_learn,
)

JOBS: tuple[Job, ...] = (
    publish_due.JOB,
    counters_restore.JOB,
    counters_flush.JOB,
    search_prepare.JOB,
    stats_rollup.JOB,
    purge.JOB,
    statistics_fix.JOB,
    suggestions_learn.JOB,
    search_compare.JOB,
    audit_head.JOB,
)
