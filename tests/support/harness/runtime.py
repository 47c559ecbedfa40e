"""Binding the product to stores inside the test process, as a process's main.py does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from common.cache.engine import built
from common.extensions.db import db, engine
from common.extensions.db.routing import router
from common.extensions.redis import Patience, init_redis
from common.services import binding
from common.services.counters import flushing
from common.services.reading import views
from common.services.reading.bounds import Bounds
from common.settings import Settings
from tests.support.harness.stores import Stores

PATIENCE_SECONDS = 300

_bound: list[Settings] = []


@contextmanager
def bound(settings: Settings) -> Iterator[Settings]:
    """The product works as configured inside, and holds no connection afterwards."""
    _bound.append(settings)
    try:
        binding.bind(settings)
        yield settings
    finally:
        binding.unbind()  # none of it may land in the next test's stores
        _bound.pop()


def is_bound() -> bool:
    """Whether this is inside :func:`bound`."""
    return bool(_bound)


@contextmanager
def bound_to_tables(stores: Stores, url: str, **overrides: Any) -> Iterator[Settings]:
    """The product on the empty database at ``url``, everything else embedded and empty.

    Its tables are those of the models: the migrations, shown elsewhere, would take seconds.
    """
    stores.reset()
    with bound(stores.settings(db_primary_url=url, **overrides)) as settings:
        db.metadata.create_all(engine())
        yield settings


def bear_with_redis(settings: Settings, patience: Patience) -> None:
    """Bind STORE and CACHE anew, inside :func:`bound`: no breaker is open, and no copy is kept."""
    init_redis(settings, patience=patience)


def bear_with_the_machine(settings: Settings) -> None:
    """Serve readers, inside :func:`bound`: nothing is given up, or looked at again, because a test
    is slow. The last of many who write waits longer than anybody is let wait otherwise."""
    binding.record_readers(settings)
    router.let_writers_wait(PATIENCE_SECONDS, stuck_seconds=PATIENCE_SECONDS)
    built.init(was_used=flushing.was_store_used, asked_each_seconds=PATIENCE_SECONDS)
    views.init(settings, Bounds(settle_seconds=PATIENCE_SECONDS))
