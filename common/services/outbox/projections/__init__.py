"""What can follow from events: a module per kind of effect, on caches, counters, search, people.

None of them knows events: what asks them for what is in the tables of the nouns (``reactions``).
A projection is in use by being in this table.
"""

from typing import Any

from common.services.outbox.effects import Projection
from common.services.outbox.projections import (
    caches,
    counters,
    decisions,
    lists,
    media,
    notifications,
    pins,
    pushes,
    search_index,
    sms,
    streams,
    unused_pictures,
)

# In the order of a relay's round: what readers see first, what waits for others last.
PROJECTIONS: dict[str, Projection[Any]] = {
    projection.topic: projection
    for projection in (
        caches.PROJECTION,
        counters.PROJECTION,
        lists.PROJECTION,
        pins.PROJECTION,
        notifications.PROJECTION,
        decisions.PROJECTION,
        sms.PROJECTION,
        pushes.PROJECTION,
        search_index.AUTHORS,
        search_index.INDEX,
        search_index.DELETE,
        search_index.OWN,
        streams.PUBLISHED,
        streams.WITHDRAWN,
        media.PROJECTION,
        unused_pictures.RELEASED,
        unused_pictures.BEGUN,
    )
}
