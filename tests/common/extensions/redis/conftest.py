"""Edges for single tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import redis as driver

from common.extensions.redis import Edge, breaker


@pytest.fixture
def no_second_try(monkeypatch):
    """A failed server is not tried again within the test."""
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 3600.0)


@pytest.fixture
def connect(no_second_try) -> Iterator[Callable[..., Edge]]:
    """Edges by URL, closed at the end."""
    edges: list[Edge] = []

    def connected(url: str, **options: object) -> Edge:
        edge = Edge("tested")
        edge.bind(lambda: driver.Redis.from_url(url, protocol=2, **options))
        edges.append(edge)
        return edge

    yield connected
    for edge in edges:
        edge.close()
