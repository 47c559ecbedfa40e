"""Binding the product to stores inside the test process, as a process's main.py does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from common.extensions.db.routing import router
from common.extensions.redis import Patience, init_redis
from common.services import binding
from common.settings import Settings

SQLITE_PATIENCE_SECONDS = 300


@contextmanager
def bound(settings: Settings) -> Iterator[Settings]:
    """The product works as configured inside, and holds no connection afterwards."""
    binding.bind(settings)
    try:
        yield settings
    finally:
        binding.unbind()  # none of it may land in the next test's stores


def bear_with_redis(settings: Settings, patience: Patience) -> None:
    """Bind STORE and CACHE anew, inside :func:`bound`: no breaker is open, and no copy is kept."""
    init_redis(settings, patience=patience)


def bear_with_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let writes wait for their turn: on a slow machine the last of many waits longer than anybody
    is let wait, for tests that are not about who is refused then."""
    monkeypatch.setattr(router.writers, "wait_seconds", SQLITE_PATIENCE_SECONDS)
    monkeypatch.setattr(router.writers, "stuck_seconds", SQLITE_PATIENCE_SECONDS)
