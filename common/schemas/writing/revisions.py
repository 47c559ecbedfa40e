"""Former versions of an article, as its author sees them."""

from __future__ import annotations

from typing_extensions import TypedDict

from common.schemas.news import CoverCard
from common.schemas.writing.texts import TextDiff


class RevisionRow(TypedDict):
    """A version in the list; 0 is what the author was typing, which is no version yet.

    ``status`` is ``RevisionStatus``. ``base_version`` is told of what was typed.
    """

    version: int
    is_autosave: bool
    is_current: bool
    title: str
    status: int
    base_version: int | None
    saved_at: str


class RevisionList(TypedDict):
    """Versions, newest first, what was typed in front of them."""

    total_count: int
    page: int
    per_page: int
    results: list[RevisionRow]


class Revision(TypedDict):
    """What a version said."""

    version: int
    is_autosave: bool
    title: str
    content: str
    cover: CoverCard
    channel_id: int | None
    status: int
    base_version: int | None
    saved_at: str


class RevisionDiff(TextDiff):
    """What distinguishes a version from ``base``, an earlier one; null: from nothing at all."""

    version: int
    base: int | None
