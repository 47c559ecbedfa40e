"""Announcements to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class AnnouncementChanged(Event):
    """An announcement was edited or withdrawn."""

    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class AnnouncementPublished(Event):
    """An announcement became visible; it is told to everybody online."""

    announcement_id: int
    title: str
