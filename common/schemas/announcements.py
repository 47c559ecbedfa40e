"""Announcements as the product's layers hand them to one another."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict


class AnnouncementInfo(BaseModel):
    """A published announcement (CACHE ``announcement:<id>``); ``content`` is clean HTML."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    title: str
    published_at: str = Field(alias="pubdate")
    content: str


class AnnouncementCard(TypedDict):
    """An announcement in lists."""

    id: int
    title: str
    pubdate: str


class AnnouncementPage(AnnouncementCard):
    """An announcement to be read."""

    content: str


class AnnouncementList(TypedDict):
    """A page of announcements."""

    total_count: int
    page: int
    per_page: int
    results: list[AnnouncementCard]
