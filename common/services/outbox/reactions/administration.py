"""What follows when administrators change, or what they may do."""

from __future__ import annotations

from common.cache import administration
from common.schemas.events.administration import AdministratorChanged, RightsChanged
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches
from common.services.outbox.projections.caches import values


def drop_standing(event: AdministratorChanged) -> list[str]:
    """Whether he may come in, and which of his tokens hold."""
    return values(event.administrator_id, administration.standing)


def drop_rights(event: RightsChanged) -> list[str]:
    """What their members may do."""
    return [key for group_id in event.group_ids for key in values(group_id, administration.rights)]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {AdministratorChanged: drop_standing, RightsChanged: drop_rights},
    ),
)
