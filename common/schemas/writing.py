"""What editors write and see of their own articles (contract/media-platform.md §2.10 to §2.15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, kw_only=True)
class ArticleText:
    """A text as its author sends it; ``cover`` is the object of the wire, unchecked."""

    title: str
    content: str
    cover: Mapping[str, Any]
    channel_id: int


class Schedule(NamedTuple):
    """When an article is to appear, product time; None: as soon as it is approved."""

    publish_at: datetime | None


class Saved(NamedTuple):
    """What a save came to: ``version`` is that of the text, new or not."""

    article_id: int
    version: int
