"""What follows from events: one module per effect on caches, counters, search, notifications.

The services that cause events know none of them; a projection is in use by being in this table.
"""

from common.services.effects import Projection
from common.services.projections import caches, counters

# Those that are also tried inline come first: the relay repairs caches before anything else.
PROJECTIONS: dict[str, Projection] = {
    projection.topic: projection
    for projection in (
        caches.PROJECTION,
        counters.PROJECTION,
    )
}
