"""Pictures of all libraries, and what shows them, for operators (contract/admin.md §5.6)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from common.errors import InvalidInput
from common.extensions.db import LongList, newest, newest_long_page
from common.models import Administrator, Material, MaterialUse, User
from common.schemas.overseeing.pictures import (
    OverseenPicture,
    OverseenPictureList,
    PictureUseList,
)
from common.services.media import holders
from common.utils import media
from common.utils.constants import MaterialKind

UNKNOWN: Final = "Invalid material id."


def list_pictures(
    *, status: int, user_id: int | None, by_id: bool, page: int, per_page: int
) -> OverseenPictureList:
    """A page of pictures of this status, the newest first unless by id. Two statements."""
    conditions: list[ColumnElement[bool]] = [
        Material.status == status,
        Material.type == MaterialKind.IMAGE,
    ]
    if user_id is not None:
        conditions.append(Material.user_id == user_id)
    used = select(func.count()).where(MaterialUse.object_key == Material.url).scalar_subquery()
    rows = (
        select(
            Material.material_id,
            Material.user_id,
            Material.url,
            Material.status,
            Material.create_time,
            User.user_name,
            Administrator.name.label("reviewer_name"),
            used.label("used_in"),
        )
        .outerjoin(User, User.user_id == Material.user_id)
        .outerjoin(Administrator, Administrator.administrator_id == Material.reviewer_id)
    )
    pictures = LongList(
        rows=rows, where=conditions, order=(Material.material_id,), descends=not by_id
    )
    found, total = newest_long_page(pictures, page=page, per_page=per_page)
    return {"materials": [_shown(row) for row in found], "total_count": total}


def list_uses(material_id: int, *, page: int, per_page: int) -> PictureUseList:
    """A page of what shows a picture.

    :raises InvalidInput: there is none with this id
    """
    row = newest(Material, material_id)
    if row is None:
        raise InvalidInput(UNKNOWN)
    total, cards = holders.page_of_uses(
        (MaterialUse.object_key == row.url,), page=page, per_page=per_page
    )
    return {"uses": cards, "total_count": total}


def _shown(row: Any) -> OverseenPicture:
    return {
        "material_id": row.material_id,
        "user_id": row.user_id,
        "name": row.user_name or "",
        "url": media.url(row.url),
        "status": row.status,
        "used_in": row.used_in,
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "reviewer_name": row.reviewer_name,
    }
