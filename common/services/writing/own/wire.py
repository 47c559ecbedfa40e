"""How own articles look to their authors."""

from __future__ import annotations

from datetime import datetime

from common.schemas.news import Cover, CoverCard
from common.utils import media

_DATE_TIME = "%Y-%m-%d %H:%M:%S"


def moment(time: datetime) -> str:
    """A time in lists and forms (contract/media-platform.md §1.6)."""
    return time.strftime(_DATE_TIME)


def written(time: datetime) -> str:
    """A time of what stands beside a text (contract/media-platform.md §2.33)."""
    return time.isoformat(timespec="seconds")


def cover_card(cover: Cover) -> CoverCard:
    """A cover, always with its list of pictures."""
    return {"type": cover.kind, "images": [media.url(image) for image in cover.images]}
