"""Taking pictures into an editor's library (contract/media-platform.md 2.23).

An object and its row cannot be written together. So the row comes first, as ``PENDING``, with a
note in the outbox to look at it again (projections/unused_pictures.py); what was begun and is not
finished within ``UPLOAD_TIME`` is removed, however the process died.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from common.errors import DependencyUnavailable, InvalidInput, TooLarge, TransactionConflict
from common.extensions.db import lock_one, lock_or_create, transaction
from common.extensions.storage import storage
from common.models import Material, MaterialUse
from common.schemas.events.media import PictureBegun, PicturesReleased
from common.schemas.materials import UploadedMaterial
from common.services import outbox
from common.utils import clock, limiter, media
from common.utils.constants import MaterialKind, MaterialStatus
from common.utils.limiter import Limit
from common.utils.pictures import normalising
from common.utils.pictures.normalising import InvalidPicture, Picture
from common.utils.storage import keys

log = structlog.get_logger(__name__)

UPLOADS: Final = Limit("60 per minute; 600 per day", scope="materials")  # contract/additions.md §2
# The daily part of it: the text of an article may bring more than a minute's pictures.
EMBEDDED: Final = Limit("600 per day", scope=UPLOADS.scope)
UPLOAD_FAILED: Final = "Uploading profile photo image failed."  # contract/media-platform.md 2.23
MAX_SIDE: Final = 2048
INVALID: Final = "Invalid image."
REMOVAL_SECONDS: Final = 2.0  # how long an upload waits for the removal of the same picture
LOOK_SECONDS: Final = 0.02


class Stored(NamedTuple):
    """A picture in a library.

    :param is_new: it never was there before
    """

    id: int
    key: str
    is_new: bool


class RefusedPicture(InvalidInput):
    """Operators have refused this picture of this user."""

    def __init__(self) -> None:
        super().__init__({"image": INVALID})


class _BeingRemoved(Exception):
    """The object under the same key is about to go."""


def upload(user_id: int, data: bytes) -> UploadedMaterial:
    """Take a picture into the user's library, or the one that is there already to its front.

    :raises TooManyRequests: too many uploads
    :raises InvalidInput: no picture, a damaged one, or one of too many pixels or frames
    :raises TooLarge: too many bytes
    :raises DependencyUnavailable: it could not be stored
    """
    limiter.consume((UPLOADS, f"user:{user_id}"))
    stored = store(user_id, decoded(data))
    return {"id": stored.id, "url": media.url(stored.key)}


def decoded(data: bytes, *, parameter: str = "image") -> Picture:
    """The picture behind an upload; animations keep moving.

    :raises InvalidInput: no picture, a damaged one, or one of too many pixels or frames
    :raises TooLarge: too many bytes
    """
    try:
        return normalising.normalise(data, max_side=MAX_SIDE, animated=True)
    except InvalidPicture as error:
        raise InvalidInput({parameter: INVALID}) from error
    except TooLarge as error:
        if len(data) > normalising.MAX_BYTES:
            raise
        raise InvalidInput({parameter: INVALID}) from error


def store(user_id: int, picture: Picture) -> Stored:
    """Store a picture and its thumbnails, with the row that names it; or nothing.

    :raises RefusedPicture: operators have refused this picture of this user
    :raises DependencyUnavailable: it could not be stored
    """
    key = keys.material_key(user_id, picture.data, extension=picture.extension)
    try:
        is_there = _begin(user_id, key) and storage().exists(key)
        if not is_there:
            put(key, picture)
        return _finish(user_id, key)
    except DependencyUnavailable as error:
        _give_up(user_id, key)
        raise DependencyUnavailable(error.dependency, text=UPLOAD_FAILED) from error
    except BaseException:
        _give_up(user_id, key)
        raise


def put(key: str, picture: Picture) -> None:
    """Store a picture and its thumbnails, which are never there without it for long."""
    for name, width in zip(keys.thumbnails_of(key), keys.THUMBNAIL_WIDTHS, strict=True):
        small = normalising.thumbnail(picture, width)
        storage().put(name, small.data, small.content_type)
    storage().put(key, picture.data, picture.content_type)


def take_back(stored: Sequence[Stored]) -> None:
    """Pictures that were new have no reason to be there after all; what is used stays."""
    is_used = exists().where(MaterialUse.object_key == Material.hash)
    with transaction() as session:
        session.execute(
            delete(Material)
            .where(
                Material.material_id.in_([each.id for each in stored]),
                Material.status == MaterialStatus.APPROVED,
                ~is_used,
            )
            .execution_options(synchronize_session=False)
        )
        outbox.add(PicturesReleased(keys=tuple(each.key for each in stored)))


def _begin(user_id: int, key: str) -> bool:
    """Say that the object is coming; whether it is in the library already.

    :raises DependencyUnavailable: it is being removed, and that takes too long
    """
    patience = Retrying(
        retry=retry_if_exception_type(_BeingRemoved),
        stop=stop_after_delay(REMOVAL_SECONDS),
        wait=wait_fixed(LOOK_SECONDS),
        reraise=True,
    )
    try:
        return patience(_say_it_comes, user_id, key)
    except _BeingRemoved as error:
        raise DependencyUnavailable("storage") from error


def _say_it_comes(user_id: int, key: str) -> bool:
    now = clock.now()
    with transaction() as session:
        row = lock_or_create(
            session,
            Material,
            user_id=user_id,
            hash=key,
            defaults={
                "url": key,
                "type": MaterialKind.IMAGE,
                "status": MaterialStatus.PENDING,
                "create_time": now,
                "update_time": now,
            },
        )
        if row.status == MaterialStatus.REMOVING:
            raise _BeingRemoved
        if row.status == MaterialStatus.APPROVED:
            return True
        if row.status == MaterialStatus.FAILED:
            raise RefusedPicture
        row.status, row.update_time = MaterialStatus.PENDING, now
        outbox.add(PictureBegun(key=key))
        return False


def _finish(user_id: int, key: str) -> Stored:
    with transaction() as session:
        row = lock_one(session, Material, user_id=user_id, hash=key)
        if row is None or row.status not in (MaterialStatus.PENDING, MaterialStatus.APPROVED):
            raise DependencyUnavailable("storage")  # it took too long, and was given up meanwhile
        is_new = row.review_time is None
        row.create_time = _first(session, row)
        row.status, row.review_time = MaterialStatus.APPROVED, clock.now()
        return Stored(row.material_id, key, is_new)


def _first(session: Session, row: Material) -> datetime:
    """A time that sorts first among those that are marked as this one is, or are not.

    Times are whole seconds; of one second the newest row is first, so an older one that returns
    needs a later second.
    """
    newest = session.scalar(
        select(func.max(Material.create_time)).where(
            Material.user_id == row.user_id,
            Material.status == MaterialStatus.APPROVED,
            Material.is_collected.is_(row.is_collected),
        )
    )
    now = clock.now()
    if newest is None or newest < now:
        return now
    is_new = row.review_time is None
    return newest if is_new else newest + timedelta(seconds=1)


def _give_up(user_id: int, key: str) -> None:
    """Never fails: what is left over is looked at again anyway."""
    try:
        with transaction() as session:
            row = lock_one(session, Material, user_id=user_id, hash=key)
            if row is None or row.status != MaterialStatus.PENDING:
                return
            if row.review_time is None:
                session.delete(row)
            else:
                row.status = MaterialStatus.DELETED
            outbox.add(PicturesReleased(keys=(key,)))
    except (DependencyUnavailable, TransactionConflict):
        log.exception("upload_left_over", key=key)
