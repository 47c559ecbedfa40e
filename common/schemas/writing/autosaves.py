"""What an author was typing, as it comes and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from typing_extensions import TypedDict

from common.schemas.news import CoverCard


class Origin(NamedTuple):
    """Which open editor a text comes from, and its place among what that one sent.

    Clients that say nothing are each a stranger to all others.
    """

    session: str | None = None
    sequence: int | None = None

    def is_before(self, other: Origin) -> bool:
        """Whether the same editor sent ``other`` later."""
        return self.is_same_editor(other) and _place(self) < _place(other)

    def is_same_editor(self, other: Origin) -> bool:
        """Whether both come from one open editor."""
        return self.session is not None and self.session == other.session


UNNAMED: Final = Origin()


class Typed(NamedTuple):
    """An unfinished text as its author sends it; ``cover`` is the object of the wire, unchecked.

    ``base_version`` is the version of the article that he began with.
    """

    title: str
    content: str
    cover: Mapping[str, Any]
    channel_id: int | None
    base_version: int | None = None
    origin: Origin = UNNAMED


class Autosaved(TypedDict):
    """Where and when a text was kept; ``id`` null: a save has it already."""

    id: int | None
    saved_at: str


class Autosave(TypedDict):
    """An unfinished text as its author typed it."""

    id: int
    article_id: int | None
    base_version: int | None
    title: str
    content: str
    cover: CoverCard
    channel_id: int | None
    saved_at: str


class AutosaveRow(TypedDict):
    """An unfinished text in the list of them."""

    id: int
    article_id: int | None
    base_version: int | None
    title: str
    saved_at: str


class AutosaveList(TypedDict):
    """Unfinished texts, latest first."""

    total_count: int
    page: int
    per_page: int
    results: list[AutosaveRow]


class Slot(NamedTuple):
    """Where an unfinished text is kept."""

    autosave_id: int
    origin: Origin
    saved_at: datetime
    base_version: int | None

    @classmethod
    def of(
        cls,
        autosave_id: int | None,
        session: str | None,
        sequence: int | None,
        saved_at: datetime | None,
        base_version: int | None,
    ) -> Slot | None:
        """The slot behind columns of an outer join."""
        if autosave_id is None or saved_at is None:
            return None
        return cls(autosave_id, Origin(session, sequence), saved_at, base_version)


def _place(origin: Origin) -> int:
    return 0 if origin.sequence is None else origin.sequence
