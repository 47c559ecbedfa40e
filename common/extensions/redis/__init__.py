"""Redis: two deployments, STORE and CACHE, as edges that cost one round trip per stage.

Other parts import from here; the modules inside import one another.
"""

from common.extensions.redis.batch import Batch
from common.extensions.redis.edges import Command, Edge, Kind, cache, init_redis, store
from common.extensions.redis.patience import Patience

__all__ = ["Batch", "Command", "Edge", "Kind", "Patience", "cache", "init_redis", "store"]
