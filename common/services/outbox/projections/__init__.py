"""What follows from events: one module per effect on caches, counters, search, notifications.

The services that cause events know none of them; a projection is in use by being in this table.
"""

from common.services.outbox.effects import Projection
from common.services.outbox.projections import (
    caches,
    counters,
    lists,
    media,
    notifications,
    pins,
    pushes,
    search_index,
    sms,
    streams,
)

# In the order of a relay's round: what readers see first, what waits for others last.
PROJECTIONS: dict[str, Projection] = {
    projection.topic: projection
    for projection in (
        caches.PROJECTION,
        counters.PROJECTION,
        lists.PROJECTION,
        pins.PROJECTION,
        notifications.PROJECTION,
        sms.PROJECTION,
        pushes.PROJECTION,
        search_index.INDEX,
        search_index.DELETE,
        streams.PUBLISHED,
        streams.WITHDRAWN,
        media.PROJECTION,
    )
}
