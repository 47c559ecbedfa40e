"""Following and blocking users (contract/user-app.md §5)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from common.cache import user
from common.errors import InvalidInput, NotAllowed
from common.extensions.db import lock_one, lock_or_create, transaction
from common.models import Relation
from common.schemas.events.relations import RelationChanged
from common.services import outbox
from common.utils import clock
from common.utils.constants import RelationKind

INVALID_TARGET = {"target": "Invalid target user id."}


def follow_user(*, user_id: int, target_id: int) -> None:
    """Follow a user, also one blocked before; a repeat changes nothing.

    :raises InvalidInput: oneself, or no enabled user has this id
    :raises NotAllowed: the target has blocked the caller
    """
    if user_id == target_id:
        raise InvalidInput("User cannot follow self.")
    _require_user(target_id)
    with transaction() as session:
        mine, theirs = _lock_pair(session, user_id, target_id)
        if theirs is not None and theirs.relation == RelationKind.BLACKLIST:
            raise NotAllowed("User denied by target.")
        _change(mine, RelationKind.FOLLOW)


def unfollow_user(*, user_id: int, target_id: int) -> None:
    """Stop following; nothing happens when the caller does not follow."""
    with transaction() as session:
        mine = lock_one(session, Relation, user_id=user_id, target_user_id=target_id)
        _end(mine, RelationKind.FOLLOW)


def block_user(*, user_id: int, target_id: int) -> None:
    """Block a user: the caller stops following, and the target stops following the caller.

    :raises InvalidInput: oneself, or no enabled user has this id
    """
    if user_id == target_id:
        raise InvalidInput("User cannot blacklist self.")
    _require_user(target_id)
    with transaction() as session:
        mine, theirs = _lock_pair(session, user_id, target_id)
        _change(mine, RelationKind.BLACKLIST)
        _end(theirs, RelationKind.FOLLOW)


def unblock_user(*, user_id: int, target_id: int) -> None:
    """Unblock; a former follow is not restored. Nothing happens when the caller does not block."""
    with transaction() as session:
        mine = lock_one(session, Relation, user_id=user_id, target_user_id=target_id)
        _end(mine, RelationKind.BLACKLIST)


def _require_user(user_id: int) -> None:
    """A disabled user counts as not existing."""
    if user.profile.get(user_id) is None:
        raise InvalidInput(INVALID_TARGET)


def _lock_pair(session: Session, user_id: int, target_id: int) -> tuple[Relation, Relation | None]:
    """Lock both directions in one order, whoever asks first; ours is created if absent.

    Two who act on each other for the first time may still meet crosswise, because theirs is not
    there to be locked: then one of them begins again, and from then on both rows exist.
    """
    theirs: Relation | None = None
    if target_id < user_id:
        theirs = lock_one(session, Relation, user_id=target_id, target_user_id=user_id)
    mine = lock_or_create(session, Relation, user_id=user_id, target_user_id=target_id)
    if theirs is None:
        theirs = lock_one(session, Relation, user_id=target_id, target_user_id=user_id)
    return mine, theirs


def _change(row: Relation, after: RelationKind) -> None:
    before = RelationKind(row.relation)
    if before == after:
        return
    row.relation = after
    row.update_time = clock.now()
    outbox.add(
        RelationChanged(
            user_id=row.user_id, target_user_id=row.target_user_id, before=before, after=after
        )
    )


def _end(row: Relation | None, kind: RelationKind) -> None:
    if row is not None and row.relation == kind:
        _change(row, RelationKind.NONE)
