"""What happens to accounts, as the operators' and other doors cause it."""

from __future__ import annotations

from common.cache import user as user_cache
from common.extensions.db import transaction
from common.models import User
from common.schemas.events.accounts import ProfileChanged
from common.schemas.events.relations import RelationChanged
from common.services import outbox
from common.services.accounts import freezing
from common.utils.constants import RelationKind
from tests.factories import RelationFactory
from tests.support.scenarios.operators import ON_DUTY


def lock_out(user_id: int) -> None:
    """An operator freezes an account for good."""
    assert freezing.freeze(ON_DUTY, [user_id], until=None) == 1


def let_in(user_id: int) -> None:
    """An operator thaws an account."""
    assert freezing.thaw(ON_DUTY, [user_id]) == 1


def verify(user_id: int) -> None:
    """The name of an account turns out to be that of its papers."""
    with transaction() as session:
        session.get_one(User, user_id).is_verified = True
        outbox.add(ProfileChanged(user_id=user_id))


def end_tokens(user_id: int) -> None:
    """End all tokens of an account, behind the back of the product, which has no verb for it."""
    with transaction() as session:
        session.get_one(User, user_id).token_version += 1
    user_cache.token_version.invalidate(user_id)


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
