"""What an article says, apart from who may read it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from typing_extensions import TypedDict

Member = Literal["title", "content", "cover", "channel_id"]
MEMBERS: tuple[Member, ...] = ("title", "content", "cover", "channel_id")


class KeptText(NamedTuple):
    """The members of an article that its author writes; an unfinished text has no channel."""

    title: str
    content: str
    cover: dict[str, Any]
    channel_id: int | None


class Mark(TypedDict):
    """A stretch of a changed block: plain text, to be escaped by whoever shows it."""

    kind: Literal["same", "added", "removed"]
    text: str


class DiffBlock(TypedDict, total=False):
    """A block that is the same, was added or removed (``html``), or was changed.

    A changed one has ``before`` and ``after`` (HTML), and ``marks`` of its text.
    """

    kind: Literal["same", "added", "removed", "changed"]
    html: str
    before: str
    after: str
    marks: list[Mark]


class TextDiff(TypedDict):
    """What distinguishes two texts: names of members, and where title and content differ."""

    members: list[Member]
    title: list[Mark]
    blocks: list[DiffBlock]
