"""How people stand to one another."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event
from common.utils.constants import RelationKind


@dataclass(frozen=True, kw_only=True)
class RelationChanged(Event):
    """How ``user_id`` stands to ``target_user_id`` changed."""

    user_id: int
    target_user_id: int
    before: RelationKind
    after: RelationKind
