"""Comments as the product's layers hand them to one another."""

from __future__ import annotations

from typing import NotRequired

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict


class CommentInfo(BaseModel):
    """An approved comment or reply (CACHE ``comm:<id>``)."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    comment_id: int = Field(alias="com_id")
    author_id: int = Field(alias="aut_id")
    published_at: str = Field(alias="pubdate")
    content: str
    is_top: int = 0
    article_id: int = Field(alias="art_id")
    parent_id: int | None = None
    root_id: int | None = None


class _CardOfAnyDoor(TypedDict):
    com_id: int
    aut_id: int
    aut_name: str
    aut_photo: str
    content: str
    pubdate: str
    is_top: int
    like_count: int
    reply_count: int
    is_followed: bool


class CommentCard(_CardOfAnyDoor):
    """A comment on the wire (contract/user-app.md §2.3)."""

    is_liking: bool


class CommentList(TypedDict):
    """A page of comments by cursor (contract/user-app.md §9.1)."""

    total_count: int
    end_id: int | None
    last_id: int | None
    results: list[CommentCard]


class CommentPosted(TypedDict):
    """What commenting answers; clients put ``new_obj`` in front of their list."""

    com_id: int
    target: int
    art_id: int
    new_obj: CommentCard


class EditorCommentCard(_CardOfAnyDoor):
    """A comment as editors see it: figures where readers get truth (media-platform.md §2.17)."""

    is_liking: int


class EditorCommentList(TypedDict):
    """A page of comments by cursor; ``art_*`` only of the comments of an article."""

    art_id: NotRequired[int]
    art_title: NotRequired[str]
    art_pubdate: NotRequired[str]
    total_count: int
    end_id: int | None
    last_id: int | None
    results: list[EditorCommentCard]


class EditorCommentPosted(TypedDict):
    """What replying answers."""

    com_id: int
    target: int
    art_id: int
    new_obj: EditorCommentCard


class PinMark(TypedDict):
    """What pinning answers."""

    target: int
    sticky: bool


class CommentSwitch(TypedDict):
    """What opening or closing the comments of an article answers."""

    article_id: int
    allow_comment: bool
