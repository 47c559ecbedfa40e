"""What writes about something answer: what they were about."""

from __future__ import annotations

from typing_extensions import TypedDict


class Target(TypedDict):
    """The id of what was liked, collected, followed and so on."""

    target: int


class ReportedTarget(Target):
    """What was reported, and as what."""

    type: int
