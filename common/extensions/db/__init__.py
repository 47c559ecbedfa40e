"""SQL: the routing session, transactions, and everything that differs between dialects.

Other parts import from here; the modules inside import one another.
"""

from common.extensions.db.bulk import insert_alike, insert_fast, insert_many
from common.extensions.db.engines import is_damaged
from common.extensions.db.gaps import SecondsBetween
from common.extensions.db.long_lists import (
    LongList,
    long_page,
    newest_long_page,
    newest_queue,
)
from common.extensions.db.newest import containing, newest, newest_page
from common.extensions.db.routing import router
from common.extensions.db.session import (
    Base,
    RoutingSession,
    after_commit,
    can_write,
    db,
    engine,
    init_db,
    insert_ignore,
    insert_new,
    is_sqlite,
    lock_one,
    lock_or_create,
    reading_primary,
    refresh_view,
    release,
    retry_on_conflict,
    session_scope,
    snapshot,
    transaction,
    update_unique,
    upsert,
)
from common.extensions.db.state import in_transaction

__all__ = [
    "Base",
    "LongList",
    "RoutingSession",
    "SecondsBetween",
    "after_commit",
    "can_write",
    "containing",
    "db",
    "engine",
    "in_transaction",
    "init_db",
    "insert_alike",
    "insert_fast",
    "insert_ignore",
    "insert_many",
    "insert_new",
    "is_damaged",
    "is_sqlite",
    "lock_one",
    "lock_or_create",
    "long_page",
    "newest",
    "newest_long_page",
    "newest_page",
    "newest_queue",
    "reading_primary",
    "refresh_view",
    "release",
    "retry_on_conflict",
    "router",
    "session_scope",
    "snapshot",
    "transaction",
    "update_unique",
    "upsert",
]
