"""Pictures of libraries and of guests go when nothing uses them (contract/additions.md §2).

Whether that is so is asked at delivery, and said in SQL before the object is removed: who uploads
the same picture meanwhile waits (services/media/materials.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.extensions.db import lock_one, lock_or_create, transaction
from common.extensions.storage import storage
from common.models import GuestUpload, Material, MaterialUse
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect
from common.utils import clock
from common.utils.constants import MaterialKind, MaterialStatus
from common.utils.storage import keys

MAX_AGG_KEY: Final = 64  # characters; the end of a key tells it from others
UPLOAD_TIME: Final = timedelta(minutes=1)  # an upload that takes longer has failed
# What was typed is looked through a moment after it was kept (writing/typed/typed_pictures.py).
NOTING_TIME: Final = timedelta(seconds=10)


def effects_of(wishes: Sequence[str]) -> list[Effect]:
    """One look per picture."""
    return [Effect(key[-MAX_AGG_KEY:], {"key": key}) for key in wishes]


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Remove the pictures that nothing uses, with their thumbnails.

    :raises DependencyUnavailable: the storage is away
    """
    for effect in effects:
        key = effect.payload.get("key")
        if not isinstance(key, str) or not keys.is_counted(key):
            raise MalformedPayload("key must be that of a material or of a guest's picture")
        if _is_given_up(key):
            for each in (*keys.thumbnails_of(key), key):
                storage().delete(each)
            _forget(key)


def _is_given_up(key: str) -> bool:
    """Whether nothing uses the picture; if so, nobody begins to until it is removed."""
    owner = keys.owner_of(key)
    with transaction() as session:
        if _is_used(session, key):
            return False
        if owner is None:
            return session.get(GuestUpload, key) is None
        row = lock_or_create(
            session,
            Material,
            user_id=owner,
            hash=key,
            defaults={
                "url": key,
                "type": MaterialKind.IMAGE,
                "status": MaterialStatus.REMOVING,
                "create_time": clock.now(),
                "update_time": clock.now(),
            },
        )
        if _is_wanted(row):
            return False
        row.status = MaterialStatus.REMOVING
        return True


def _is_used(session: Session, key: str) -> bool:
    use = select(MaterialUse.object_key).where(MaterialUse.object_key == key).limit(1)
    return session.scalar(use) is not None


def _is_wanted(row: Material) -> bool:
    """Whether the picture is in the library, or on its way into it.

    One that operators have refused stays so; its objects they have removed themselves.
    """
    if row.status == MaterialStatus.PENDING:
        return row.update_time > clock.now() - UPLOAD_TIME
    return row.status in (MaterialStatus.APPROVED, MaterialStatus.FAILED)


def _forget(key: str) -> None:
    """Of a picture that never was in the library no row is left."""
    owner = keys.owner_of(key)
    if owner is None:
        return
    with transaction() as session:
        row = lock_one(session, Material, user_id=owner, hash=key)
        if row is None or row.status != MaterialStatus.REMOVING:
            return
        if row.review_time is None:
            session.delete(row)
        else:
            row.status = MaterialStatus.DELETED


RELEASED = Projection(
    topic="media.release",
    effects_of=effects_of,
    deliver=deliver,
    is_slow=True,
    batch=100,
    delay=NOTING_TIME,
)
BEGUN = Projection(
    topic="media.settle",
    effects_of=effects_of,
    deliver=deliver,
    is_slow=True,
    batch=100,
    delay=UPLOAD_TIME,
)
