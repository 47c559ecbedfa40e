"""Operators take pictures away from everybody who sees them (contract/admin.md §5.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import transaction
from common.models import Material, MaterialUse, User
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import BatchCount, Operator
from common.schemas.events.accounts import ProfileChanged
from common.schemas.events.media import ObjectsDropped
from common.services import outbox
from common.services.audit.recording import record
from common.utils import clock, media
from common.utils.constants import MaterialStatus, MaterialUseKind
from common.utils.storage import keys

KIND: Final = "图片"
UNKNOWN: Final = {"material_ids": "Invalid material id."}
UNKNOWN_ADDRESS: Final = {"urls": "Invalid image."}
DECIDED: Final = "Picture is decided."

_VERBS: Final = {MaterialStatus.FAILED: Verb.REJECT, MaterialStatus.DELETED: Verb.DELETE}


def remove(
    operator: Operator, material_ids: Sequence[int], *, status: MaterialStatus
) -> BatchCount:
    """Remove pictures of libraries with their thumbnails, whatever shows them; how many.

    Texts and covers keep their addresses, which lead nowhere. A refused one (``FAILED``) cannot be
    uploaded again by its owner; that is lifted by deleting it.

    :raises InvalidInput: there are none with these ids
    :raises NotAllowed: all of them have this status, or are being uploaded or removed
    """
    with transaction() as session:
        rows = session.scalars(
            select(Material)
            .where(Material.material_id.in_(material_ids))
            .order_by(Material.material_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        if not rows:
            raise InvalidInput(UNKNOWN)
        held = {MaterialStatus.APPROVED, MaterialStatus.FAILED, MaterialStatus.DELETED} - {status}
        decided = [(row, row.status) for row in rows if row.status in held]
        if not decided:
            raise NotAllowed(DECIDED)
        now = clock.now()
        for row, _ in decided:
            row.status, row.is_collected = status, False
            row.reviewer_id, row.review_time = operator.administrator_id, now
        _drop([row.url for row, _ in decided])
        session.flush()
        record(
            operator,
            *(
                Entry(
                    verb=_VERBS[status],
                    kind=KIND,
                    name=row.material_id,
                    detail=f"用户 {row.user_id}",
                    target=f"material:{row.material_id}",
                    changes={"status": Change(former, int(status))},
                )
                for row, former in decided
            ),
        )
    return {"count": len(decided)}


def remove_avatars(operator: Operator, urls: Sequence[str]) -> BatchCount:
    """Remove profile pictures by their addresses; who had one has the default picture. How many.

    :raises InvalidInput: nobody has such a picture
    """
    wanted = {key for url in urls if (key := media.key_of(url))}
    with transaction() as session:
        owners = _owners(session, wanted)
        if not owners:
            raise InvalidInput(UNKNOWN_ADDRESS)
        session.execute(update(User).where(User.user_id.in_(owners)).values(profile_photo=None))
        session.execute(
            delete(MaterialUse).where(
                MaterialUse.kind == MaterialUseKind.AVATAR, MaterialUse.holder_id.in_(owners)
            )
        )
        outbox.add(ObjectsDropped(keys=tuple(sorted(set(owners.values())))))
        for user_id in owners:
            outbox.add(ProfileChanged(user_id=user_id))
        record(
            operator,
            *(
                Entry(verb=Verb.DELETE, kind="头像", name=f"用户 {id_}", target=f"user:{id_}")
                for id_ in owners
            ),
        )
    return {"count": len(owners)}


def _owners(session: Session, wanted: set[str]) -> dict[int, str]:
    """Who shows one of these as his profile picture now."""
    rows = session.execute(
        select(User.user_id, User.profile_photo)
        .join(MaterialUse, MaterialUse.holder_id == User.user_id)
        .where(
            MaterialUse.kind == MaterialUseKind.AVATAR,
            MaterialUse.object_key.in_(wanted),
            User.profile_photo == MaterialUse.object_key,
        )
        .order_by(User.user_id)
        .with_for_update()
    )
    return {row.user_id: row.profile_photo for row in rows}


def _drop(objects: Sequence[str]) -> None:
    dropped = [name for key in objects for name in (*keys.thumbnails_of(key), key)]
    outbox.add(ObjectsDropped(keys=tuple(dropped)))
