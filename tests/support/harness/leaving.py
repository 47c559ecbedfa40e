"""What a test leaves behind: once it has ended, nothing of what is named below is held.

That is what threads, files and connections of a test could write into the next one's stores by;
of what is only remembered, each binding sets its own anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from sqlalchemy import QueuePool

from common.extensions.db import db
from common.extensions.db.routing import router
from common.extensions.messaging.push import bus
from common.extensions.redis import Edge, cache, store
from common.services import binding
from common.services.behaviour import recording
from common.services.reading import views
from common.utils.observing import acting
from tests.support.harness import runtime


def _is_connected(edge: Edge) -> bool:
    return edge._link is not None and edge._link._client is not None


def _has_connections() -> bool:
    pool = None if router.primary is None else router.primary.pool
    return isinstance(pool, QueuePool) and pool.checkedin() + pool.checkedout() > 0


# What binding.unbind() gives back, and who looks whether it has.
HELD: Final[dict[str, Callable[[], bool]]] = {
    "a session": db.session.registry.has,
    "connections to SQL": _has_connections,
    "a connection to STORE": lambda: _is_connected(store),
    "a connection to CACHE": lambda: _is_connected(cache),
    "a connection to the bus": lambda: bus._manager is not None,
    "the recorder": lambda: recording._recorder is not None,
    "the delivery of views": lambda: views._delivery is not None,
}


def left_bound() -> list[str]:
    """What of the product is held though nobody has it bound; given back by then."""
    if runtime.is_bound():  # for more than one test
        return []
    left = [name for name, is_held in HELD.items() if is_held()]
    if left:
        binding.unbind()  # or each of the next tests would be blamed, too
    return left


@pytest.fixture(autouse=True)
def on_its_own() -> Iterator[None]:
    """Whoever asked last in an earlier test has nothing to do with this one's writes, and this one
    leaves nothing bound to the next."""
    acting.begin()
    yield
    left = left_bound()
    assert not left, f"left bound: {', '.join(left)}"
