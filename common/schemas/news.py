"""Articles and channels as the product's layers hand them to one another."""

from __future__ import annotations

from typing import Annotated, NotRequired

import orjson
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from common.schemas.ready import JsonOf
from common.utils.constants import CoverKind


class _Cached(BaseModel):
    """A cached value: stored under its wire names, unknown members of other versions ignored."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")


class Cover(_Cached):
    """The pictures of an article in lists: exactly ``kind`` of them, as keys or URLs."""

    kind: int = Field(alias="type", default=0)
    images: tuple[str, ...] = ()

    @classmethod
    def normalised(cls, raw: object) -> Cover:
        """A cover that clients can draw, whatever was stored (contract/user-app.md §2.1).

        Kinds other than 0, 1, 3 (the author console's -1 "auto" among them) and missing pictures
        degrade to what the pictures allow.
        """
        stored = raw if isinstance(raw, dict) else {}
        pictures = stored.get("images")
        images = (
            [i for i in pictures if isinstance(i, str) and i] if isinstance(pictures, list) else []
        )
        kind = stored.get("type")
        wanted = kind if kind in (CoverKind.SINGLE, CoverKind.TRIPLE) else 0
        if kind == -1:
            wanted = CoverKind.TRIPLE if len(images) >= CoverKind.TRIPLE else CoverKind.SINGLE
        while wanted > len(images):
            wanted = CoverKind.SINGLE if wanted == CoverKind.TRIPLE else CoverKind.NONE
        return cls(kind=int(wanted), images=tuple(images[: int(wanted)]))


class ArticleInfo(_Cached):
    """An approved article in lists (CACHE ``art:<id>:info``). Images are storage keys or URLs."""

    title: str
    author_id: int = Field(alias="aut_id")
    published_at: str = Field(alias="pubdate")
    channel_id: int = Field(alias="ch_id")
    allow_comment: bool = Field(alias="allow_comm")
    cover: Cover
    is_top: int = 0
    feed_ms: int = 0


class ArticleBody(_Cached):
    """The page of an approved article (CACHE ``art:<id>:detail``)."""

    article_id: int = Field(alias="art_id")
    title: str
    published_at: str = Field(alias="pubdate")
    content: str
    author_id: int = Field(alias="aut_id")
    channel_id: int = Field(alias="ch_id")


class ChannelInfo(_Cached):
    """A channel in lists."""

    channel_id: int = Field(alias="id")
    name: str


class Headline(BaseModel):
    """An article as a page of our own announces it. Pictures are storage keys or URLs.

    ``summary`` is how it begins, one line; empty where nobody asked for it.
    """

    model_config = ConfigDict(frozen=True)

    article_id: int
    title: str
    summary: str
    author_name: str
    author_photo: str
    channel_name: str
    published_ms: int
    picture: str
    comments: int
    likes: int


class CoverCard(TypedDict):
    """``cover`` of the wire: absolute URLs."""

    type: int
    images: list[str]


class ArticleCard(TypedDict):
    """An article of every list on the wire (contract/user-app.md §2.1)."""

    art_id: int
    title: str
    aut_id: int
    aut_name: str
    pubdate: str
    ch_id: int
    is_top: int
    comm_count: int
    like_count: int
    collect_count: int
    cover: CoverCard
    is_liking: NotRequired[bool]
    reason: NotRequired[str]
    trace: NotRequired[dict[str, str]]


class ArticleList(TypedDict):
    """A page of articles by number."""

    total_count: int
    page: int
    per_page: int
    results: list[ArticleCard]


class RelatedArticle(TypedDict):
    """A similar article below an article."""

    art_id: int
    title: str
    tracking: str


class ArticlePage(TypedDict):
    """An article with everything its page shows (contract/user-app.md §8.1)."""

    art_id: int
    title: str
    pubdate: str
    content: str
    aut_id: int
    aut_name: str
    aut_photo: str
    ch_id: int
    is_followed: bool
    attitude: int
    is_collected: bool
    comm_count: int
    like_count: int
    read_count: int
    recomments: Annotated[orjson.Fragment, JsonOf(list[RelatedArticle])]


class ChannelCard(TypedDict):
    """A channel on the wire."""

    id: int
    name: str


class ChannelPlace(TypedDict):
    """Where a channel is in a reader's own list."""

    id: int
    seq: int


class ChannelPlaces(TypedDict):
    """What a write of a reader's list accepted."""

    channels: list[ChannelPlace]


class ChannelList(TypedDict):
    """All channels, or a reader's."""

    channels: list[ChannelCard]
