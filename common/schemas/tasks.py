"""The names of background tasks."""

from __future__ import annotations

from enum import StrEnum


class TaskName(StrEnum):
    """All tasks; names and arguments are a contract with existing workers (contract/jobs.md §2)."""

    SEND_SMS = "sms.send_verification_code"
