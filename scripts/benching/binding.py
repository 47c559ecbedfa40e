"""Binding this process to a data directory, to look at what one request costs in round trips."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from common.extensions.db import db, engine, init_db
from common.extensions.redis import cache, init_redis, store
from common.services import identifiers, passport
from common.settings import Settings, load
from common.utils import clock


@contextmanager
def bound_to(variables: Mapping[str, str]) -> Iterator[Settings]:
    """SQL, Redis, clock and ids of these settings inside."""
    before = dict(os.environ)
    os.environ.update(variables)
    os.environ["TOUTIAO_DEMO"] = "on"
    try:
        settings = load()
        clock.init(settings.tz)
        init_db(settings)
        init_redis(settings)
        identifiers.init(settings)
        passport.init(settings)
        yield settings
    finally:
        db.session.remove()
        identifiers.release()
        store.close()
        cache.close()
        engine().dispose()
        os.environ.clear()
        os.environ.update(before)
