"""Pictures on their way into the storage: all of them with the rows that name them, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from common.errors import Conflict, DependencyUnavailable, InvalidInput, TransactionConflict
from common.extensions.db import in_transaction, transaction
from common.extensions.storage import storage
from common.schemas.events.media import ObjectsDropped
from common.services import outbox
from common.services.media import materials
from common.services.media.materials import Stored
from common.utils import limiter
from common.utils.limiter import Limit
from common.utils.pictures import normalising
from common.utils.pictures.normalising import InvalidPicture, Picture
from common.utils.storage import PRIVATE_PREFIX, object_key
from common.utils.storage.keys import thumbnails_of

log = structlog.get_logger(__name__)

UPLOADS = Limit("10 per minute", scope="uploads")  # per user (contract/user-app.md §1.10)
# Refusals that are not the author's doing: what he sent is kept elsewhere, or comes again.
_NOT_HIS_DOING = (Conflict, DependencyUnavailable, TransactionConflict)


@dataclass(frozen=True)
class Purpose:
    """What a picture is for.

    :param kind: begins its storage key; objects of one kind belong to one row each
    :param label: what a failed upload is called (contract/user-app.md §4.4)
    """

    kind: str
    label: str
    max_side: int
    private: bool = False

    @property
    def prefix(self) -> str:
        """What keys of this purpose begin with."""
        return f"{PRIVATE_PREFIX if self.private else ''}{self.kind}/"


@dataclass
class Upload:
    """Objects stored so far; they are dropped again unless everything succeeds.

    :param counted: by user, uploads of the day that this was
    """

    keys: list[str] = field(default_factory=list)
    adopted: list[Stored] = field(default_factory=list)
    counted: Counter[int] = field(default_factory=Counter)

    def store(self, picture: Picture, purpose: Purpose) -> str:
        """Store a picture; returns its key.

        :raises DependencyUnavailable: the storage is down, in the contract's words
        """
        key = object_key(purpose.kind, b"", extension=picture.extension, private=purpose.private)
        # Noted first: an upload whose answer was lost may have arrived.
        self.keys.append(key)
        try:
            storage().put(key, picture.data, picture.content_type, private=purpose.private)
        except DependencyUnavailable as error:
            text = f"Uploading {purpose.label} image failed."
            raise DependencyUnavailable(error.dependency, text=text) from error
        return key

    def adopt(self, user_id: int, picture: Picture) -> str:
        """Take a picture that came within a text into its author's library; returns its key.

        :raises DependencyUnavailable: the storage is down
        """
        stored = materials.store(user_id, picture)
        self.counted[user_id] += 1
        if stored.is_new:
            self.adopted.append(stored)
        return stored.key


def refuse_beyond_budget(user_id: int, count: int) -> None:
    """Nothing, if a user may upload so many more pictures within texts today.

    They count once they were taken in; who sends several texts at once may upload a few more.

    :raises TooManyRequests: he may not
    """
    limiter.check((materials.EMBEDDED, f"user:{user_id}"), cost=count)


def take_turn(user_id: int) -> None:
    """Take one from a user's budget of uploads.

    :raises TooManyRequests: it is used up
    """
    limiter.consume((UPLOADS, f"user:{user_id}"))


def decoded(files: Mapping[str, bytes], purposes: Mapping[str, Purpose]) -> dict[str, Picture]:
    """The pictures behind files, by parameter.

    :raises InvalidInput: not a picture
    :raises TooLarge: too many bytes or pixels
    """
    found = {}
    for name, data in files.items():
        try:
            found[name] = normalising.normalise(data, max_side=purposes[name].max_side)
        except InvalidPicture as error:
            raise InvalidInput({name: "Invalid image."}) from error
    return found


@contextmanager
def all_or_nothing() -> Iterator[Upload]:
    """What is stored inside stays if the block ends well, and is dropped otherwise.

    It counts as uploads of the day all the same, as it was as much work, unless somebody else
    saved meanwhile or a store was away.
    """
    upload = Upload()
    try:
        yield upload
    except BaseException as error:
        _abandon(upload)
        if not isinstance(error, _NOT_HIS_DOING):
            _count(upload)
        raise
    _count(upload)


def _count(upload: Upload) -> None:
    for user_id, count in upload.counted.items():
        limiter.note((materials.EMBEDDED, f"user:{user_id}"), cost=count)


def _abandon(upload: Upload) -> None:
    """Never fails. Objects that are left over harm nobody; the log says which they are."""
    if not upload.keys and not upload.adopted:
        return
    adopted = [each.key for each in upload.adopted]
    try:
        if in_transaction():  # which is about to be rolled back, and an outbox row with it
            small = [small for key in adopted for small in thumbnails_of(key)]
            for key in (*upload.keys, *small, *adopted):
                storage().delete(key)
        else:
            with transaction():
                outbox.add(ObjectsDropped(keys=tuple(upload.keys)))
                if upload.adopted:
                    materials.take_back(upload.adopted)
    except (DependencyUnavailable, TransactionConflict):
        log.exception("objects_orphaned", keys=[*upload.keys, *adopted])
