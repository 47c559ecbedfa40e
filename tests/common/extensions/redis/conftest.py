"""Edges for single tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import redis as driver

from common.extensions.redis import Edge, Patience
from common.settings import Settings
from tests.support.harness.runtime import bear_with_redis

NO_SECOND_TRY = Patience(open_seconds=3600.0)


@pytest.fixture
def no_second_try(runtime: Settings) -> None:
    """A failed server is not tried again within the test."""
    bear_with_redis(runtime, NO_SECOND_TRY)


@pytest.fixture
def connect() -> Iterator[Callable[..., Edge]]:
    """Edges by URL, closed at the end."""
    edges: list[Edge] = []

    def connected(url: str, **options: object) -> Edge:
        edge = Edge("tested")
        edge.bind(lambda: driver.Redis.from_url(url, protocol=2, **options), patience=NO_SECOND_TRY)
        edges.append(edge)
        return edge

    yield connected
    for edge in edges:
        edge.close()
