"""Who reacts to what: a module per noun of the product, each with its tables ``{event: function}``.

The services that cause events know none of them. A noun may react to the events of another one:
collections to articles that vanish. ``scripts/manage events`` prints all of it.
"""

from __future__ import annotations

from typing import Any

from common.services.outbox.effects import Reactions
from common.services.outbox.reactions import (
    accounts,
    administration,
    announcements,
    articles,
    attitudes,
    channels,
    collections,
    comments,
    media,
    notifications,
    relations,
)

# Within a projection, what one event calls for is put together in this order.
REACTIONS: tuple[Reactions[Any], ...] = (
    *accounts.REACTIONS,
    *administration.REACTIONS,
    *announcements.REACTIONS,
    *articles.REACTIONS,
    *attitudes.REACTIONS,
    *channels.REACTIONS,
    *collections.REACTIONS,
    *comments.REACTIONS,
    *media.REACTIONS,
    *notifications.REACTIONS,
    *relations.REACTIONS,
)
