"""Pictures as operators see them."""

from __future__ import annotations

from typing_extensions import TypedDict

from common.schemas.materials import MaterialUseCard


class OverseenPicture(TypedDict):
    """A picture of somebody's library (``MaterialStatus``); ``used_in`` counts what shows it."""

    material_id: int
    user_id: int
    name: str
    url: str
    status: int
    used_in: int
    create_time: str
    reviewer_name: str | None


class OverseenPictureList(TypedDict):
    """A page of pictures."""

    materials: list[OverseenPicture]
    total_count: int


class PictureUseList(TypedDict):
    """A page of what shows a picture, whoever owns it."""

    uses: list[MaterialUseCard]
    total_count: int
