"""Pictures that come without a token, from clients that send none (contract/clients.md §1).

Each is kept for an hour, and then for as long as something uses it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import transaction
from common.models import GuestUpload
from common.schemas.events.media import PicturesReleased
from common.schemas.materials import UploadedPicture
from common.services import outbox
from common.services.jobs.leadership import fenced
from common.services.media import materials
from common.settings import Settings
from common.utils import clock, limiter, media
from common.utils.limiter import Limit
from common.utils.storage import keys, object_key

log = structlog.get_logger(__name__)

UPLOADS: Final = Limit("10 per minute; 100 per day", scope="guest uploads")
KEPT: Final = timedelta(hours=1)
AT_ONCE: Final = 1000


class _Bound:
    """What the process was configured with."""

    guests_are_welcome: bool = False


_bound = _Bound()


def init(settings: Settings) -> None:
    """Be told whether guests may upload (setting ``GUEST_UPLOAD``)."""
    _bound.guests_are_welcome = settings.guest_upload_enabled


def are_welcome() -> bool:
    """Whether guests may upload at all."""
    return _bound.guests_are_welcome


def upload(address: str, data: bytes) -> UploadedPicture:
    """Take in a picture of somebody unknown.

    :param address: who it counts for
    :raises TooManyRequests: too many uploads
    :raises InvalidInput: no picture, a damaged one, or one of too many pixels or frames
    :raises TooLarge: too many bytes
    :raises DependencyUnavailable: it could not be stored
    """
    limiter.consume((UPLOADS, address))
    picture = materials.decoded(data)
    key = object_key(keys.GUEST, b"", extension=picture.extension)
    with transaction() as session:  # first: whatever happens now is purged in an hour
        session.add(GuestUpload(object_key=key))
    try:
        materials.put(key, picture)
    except DependencyUnavailable as error:
        _give_up(key)
        raise DependencyUnavailable(error.dependency, text=materials.UPLOAD_FAILED) from error
    except BaseException:
        _give_up(key)
        raise
    return {"url": media.url(key)}


def forget_old() -> int:
    """Whatever is older than its hour lives by its uses alone; how many pictures that concerns."""
    total = 0
    while True:
        with fenced() as session:
            old = session.scalars(
                select(GuestUpload.object_key)
                .where(GuestUpload.created_at <= clock.now() - KEPT)
                .limit(AT_ONCE)
            ).all()
            if old:
                session.execute(delete(GuestUpload).where(GuestUpload.object_key.in_(old)))
                outbox.add(PicturesReleased(keys=tuple(old)))
        total += len(old)
        if len(old) < AT_ONCE:
            return total


def _give_up(key: str) -> None:
    """Never fails: what is left over is purged."""
    try:
        with transaction() as session:
            session.execute(delete(GuestUpload).where(GuestUpload.object_key == key))
            outbox.add(PicturesReleased(keys=(key,)))
    except (DependencyUnavailable, TransactionConflict):
        log.exception("upload_left_over", key=key)
