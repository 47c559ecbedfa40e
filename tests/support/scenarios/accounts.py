"""What happens to accounts, as the operators' and other doors cause it."""

from __future__ import annotations

from typing import Any

from common.extensions.db import transaction
from common.models import User
from common.schemas.events.accounts import ProfileChanged, UserStatusChanged
from common.schemas.events.relations import RelationChanged
from common.services import outbox
from common.utils.constants import RelationKind, UserStatus
from tests.factories import RelationFactory


def lock_out(user_id: int) -> None:
    """Disable an account."""
    set_account(user_id, status=UserStatus.DISABLED)


def set_account(user_id: int, **values: Any) -> None:
    """Change status, token version or names of an account."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)
        outbox.add(UserStatusChanged(user_id=user_id))
        outbox.add(ProfileChanged(user_id=user_id))


def relate(user_id: int, target_id: int, kind: RelationKind) -> None:
    """One user follows or blocks another one, from having had nothing to do with him."""
    with transaction() as session:
        RelationFactory(user_id=user_id, target_user_id=target_id, relation=kind)
        session.flush()
        outbox.add(
            RelationChanged(
                user_id=user_id, target_user_id=target_id, before=RelationKind.NONE, after=kind
            )
        )
