"""Binding a process to its configuration: the same list for every process of the product."""

from __future__ import annotations

from common.extensions.db import db, engine, init_db, recent_writes
from common.extensions.limiter import init_limiter
from common.extensions.messaging.push import init_push
from common.extensions.messaging.streams import init_streams
from common.extensions.messaging.tasks import init_tasks
from common.extensions.redis import cache, init_redis, store
from common.extensions.storage import init_storage
from common.services.accounts import authentication
from common.services.behaviour import recording
from common.services.comments import rules as comment_rules
from common.services.ids import identifiers
from common.services.moderation import sensitive_words
from common.services.outbox import marks
from common.services.reading import views
from common.services.recommending import candidates
from common.services.search import histories
from common.settings import Settings
from common.utils import clock, media
from common.utils.background import memories
from common.utils.crypto import sealing


def bind(settings: Settings) -> None:
    """Tell every part of this process what it is configured with. Connects nothing."""
    clock.init(settings.tz)
    sealing.init(settings.secret_key.get_secret_value())
    media.init(media_url=settings.media_url, default_avatar=settings.default_avatar)
    init_db(settings)
    init_redis(settings)
    init_limiter(settings)
    init_push(settings)
    init_tasks(settings)
    init_streams(settings)
    init_storage(settings)
    identifiers.init(settings)
    authentication.init(settings)
    comment_rules.init(settings)
    histories.init(settings)


def record_readers(settings: Settings) -> None:
    """Begin to count what readers do; only processes that serve readers do that."""
    recording.init(settings)
    views.init(settings)


def unbind() -> None:
    """Deliver what is waiting and hold no connection, file or lease any more."""
    views.close()
    recording.close()
    marks.flush()
    candidates.forget()
    sensitive_words.forget()
    db.session.remove()
    identifiers.release()
    store.close()
    cache.close()
    recent_writes.forget()
    memories.forget_all()
    engine().dispose()
