"""An editor's library of pictures: listed, marked, emptied (media-platform.md 2.24–2.26)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, select

from common.errors import InvalidInput
from common.extensions.db import db, lock_one, transaction
from common.models import Material, MaterialUse
from common.schemas.events.media import PicturesReleased
from common.schemas.materials import CollectedMaterial, MaterialList
from common.services import outbox
from common.services.media import materials, uses
from common.services.paging import first_index
from common.utils import media
from common.utils.constants import MaterialKind, MaterialStatus


def list_materials(
    user_id: int, *, collected: bool, unused: bool, page: int, per_page: int
) -> MaterialList:
    """A page of the library: marked ones first, then the newest; three statements.

    :param collected: only marked ones
    :param unused: only those that nothing of the user's shows
    """
    wanted = _listed(user_id, collected=collected, unused=unused)
    total = db.session.scalar(select(func.count()).select_from(Material).where(*wanted)) or 0
    first = first_index(page, per_page)
    rows = (
        db.session.execute(
            select(Material.material_id, Material.url, Material.is_collected)
            .where(*wanted)
            .order_by(
                Material.is_collected.desc(),
                Material.create_time.desc(),
                Material.material_id.desc(),
            )
            .offset(first)
            .limit(per_page)
        ).all()
        if first < total
        else []
    )
    used = uses.counts(user_id, [row.url for row in rows])
    return {
        "total_count": total,
        "page": page,
        "per_page": per_page,
        "results": [
            {
                "id": row.material_id,
                "url": media.url(row.url),
                "is_collected": row.is_collected,
                "used_in": used.get(row.url, 0),
            }
            for row in rows
        ],
    }


def _listed(user_id: int, *, collected: bool, unused: bool) -> list[ColumnElement[bool]]:
    wanted = [
        Material.user_id == user_id,
        Material.status == MaterialStatus.APPROVED,
        Material.type == MaterialKind.IMAGE,
    ]
    if collected:
        wanted.append(Material.is_collected.is_(True))
    if unused:
        use = exists().where(MaterialUse.user_id == user_id, MaterialUse.object_key == Material.url)
        wanted.append(~use)
    return wanted


def collect(user_id: int, material_id: int, *, is_collected: bool) -> CollectedMaterial:
    """Mark a picture of the library, or take the mark away; a repeat changes nothing.

    :raises InvalidInput: it is not there
    """
    with transaction() as session:
        row = lock_one(session, Material, material_id=material_id, user_id=user_id)
        if row is None or row.status != MaterialStatus.APPROVED or row.type != MaterialKind.IMAGE:
            raise InvalidInput(materials.INVALID)
        row.is_collected = is_collected
    return {"id": material_id, "collect": is_collected}


def delete(user_id: int, material_id: int) -> None:
    """Take a picture out of the library; what shows it keeps it, and without any it is removed.

    One that is not there, or somebody else's, is none the worse for it.
    """
    with transaction() as session:
        row = lock_one(session, Material, material_id=material_id, user_id=user_id)
        if row is None or row.status != MaterialStatus.APPROVED:
            return
        row.status, row.is_collected = MaterialStatus.DELETED, False
        outbox.add(PicturesReleased(keys=(row.url,)))
