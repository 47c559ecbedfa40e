"""Channels as operators see them, and what is pinned in them."""

from __future__ import annotations

from typing_extensions import TypedDict


class OverseenChannel(TypedDict):
    """A channel; its id is text at this door."""

    channel_id: str
    name: str
    is_visible: int
    is_default: int
    sequence: int
    update_time: str


class ListedChannel(OverseenChannel):
    """A channel in a list: how many articles it has that are not deleted."""

    article_count: int


class OverseenChannelList(TypedDict):
    """A page of channels."""

    channels: list[ListedChannel]
    total_count: int


class PinnedArticle(TypedDict):
    """An article that stands before the others of a channel, for a time or for good."""

    article_id: int
    title: str
    sequence: int
    starts_at: str | None
    ends_at: str | None


class PinnedArticleList(TypedDict):
    """The pinned articles of a channel in their order."""

    tops: list[PinnedArticle]
    total_count: int
