"""The schedule process (``python -m schedule.main``): any number of them, one of which leads."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import structlog
from prometheus_client import start_http_server

from common.services import binding
from common.services.binding import Process
from common.services.jobs import leadership
from common.services.outbox import marks
from common.services.outbox.relay import lanes
from common.settings import Settings, SettingsError, load
from common.utils.background import process
from common.utils.logging import setup_logging
from schedule.jobs import JOBS
from schedule.leading import Leader, lease_for

log = structlog.get_logger(__name__)

GRACE_SECONDS = 8.0  # contract/jobs.md §7.9: drained within 10 s, whatever a job is doing


def init(settings: Settings) -> None:
    """Bind everything that relay and jobs use. Connects nothing."""
    setup_logging(settings, process="schedule")
    binding.bind(settings, Process.SCHEDULE)


def run(settings: Settings, stop: threading.Event) -> None:
    """Relay and lead until told to stop; returns within ten seconds of that."""
    lease = lease_for(process.new_owner(), settings.job_lease_seconds)
    leader = Leader(JOBS, lease)
    threads = [
        threading.Thread(target=relay.run_forever, args=[stop], name=f"relay-{number}", daemon=True)
        for number, relay in enumerate(lanes(leads=lambda: lease.fence is not None))
    ]
    threads.append(
        threading.Thread(target=leader.run_forever, args=[stop], name="leader", daemon=True)
    )
    for thread in threads:
        thread.start()
    log.info("schedule_started")
    stop.wait()
    leadership.end_jobs()
    deadline = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    marks.flush()
    log.info("schedule_stopped", in_time=not any(thread.is_alive() for thread in threads))


def main() -> None:
    """Entry of the process."""
    try:
        settings = load()
        init(settings)
    except SettingsError as error:
        sys.exit(str(error))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.bind_host)
    run(settings, stop)
    binding.unbind()
    sys.stdout.flush()
    # A job that does not listen must not hold the process: its lease and fence end its right.
    os._exit(0)


if __name__ == "__main__":
    main()
