"""Sending login codes."""

from __future__ import annotations

from celery import Task, shared_task

from common.errors import DependencyUnavailable
from common.schemas.tasks import TaskName
from common.services.accounts import sms_sending

EXPIRES_SECONDS = 240  # never deliver a dead code (contract/jobs.md §6)
BACKOFF_SECONDS = (3, 6, 12)


@shared_task(  # type: ignore[untyped-decorator] # celery is untyped
    bind=True,
    name=TaskName.SEND_SMS.value,
    acks_late=True,
    reject_on_worker_lost=True,
    expires=EXPIRES_SECONDS,
    max_retries=len(BACKOFF_SECONDS),
)
def send_verification_code(self: Task, mobile: str, code: str) -> None:
    """Send a login code to a mobile."""
    try:
        sms_sending.send_code(mobile=mobile, code=code)
    except DependencyUnavailable as error:
        turn = min(self.request.retries, len(BACKOFF_SECONDS) - 1)
        raise self.retry(exc=error, countdown=BACKOFF_SECONDS[turn]) from error
