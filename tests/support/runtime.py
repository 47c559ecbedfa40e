"""Binding the product to stores inside the test process, as a process's main.py does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from common.extensions.redis import Patience, init_redis
from common.services import binding
from common.settings import Settings


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
