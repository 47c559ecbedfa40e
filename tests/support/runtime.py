"""Binding the product to stores inside the test process, as a process's main.py does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from common.cache import local
from common.extensions.db import db, engine, init_db
from common.extensions.limiter import init_limiter
from common.extensions.redis import cache, init_redis, store
from common.services import behaviour, identifiers, outbox_marks, passport, reading
from common.settings import Settings
from common.utils import clock, media, sealing


@contextmanager
def bound(settings: Settings) -> Iterator[Settings]:
    """SQL, Redis, clock and ids work as configured inside, and hold no connection afterwards."""
    clock.init(settings.tz)
    media.init(media_url=settings.media_url, default_avatar=settings.default_avatar)
    init_db(settings)
    init_redis(settings)
    init_limiter(settings)
    identifiers.init(settings)
    passport.init(settings)
    sealing.init(settings.secret_key.get_secret_value())
    try:
        yield settings
    finally:
        # None of it may land in the next test's stores.
        reading.close()
        behaviour.close()
        outbox_marks.flush()
        db.session.remove()
        identifiers.release()
        store.close()
        cache.close()
        local.forget_all()  # the next test uses the same ids
        engine().dispose()
