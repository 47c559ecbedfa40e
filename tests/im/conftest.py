"""A realtime node that the tests of a module share: each has users of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from common.services.accounts import authentication
from common.settings import Settings
from tests.factories import UserFactory
from tests.support.realtime import NO_LIMITS, Node, node
from tests.support.runtime import bound
from tests.support.stores import Stores


class Realtime(NamedTuple):
    """A node and the settings that it runs with."""

    node: Node
    settings: Settings


class Reader(NamedTuple):
    """A user and his token."""

    row: Any
    token: str

    @property
    def user_id(self) -> int:
        return int(self.row.user_id)

    @property
    def query(self) -> str:
        return f"token={self.token}"


@pytest.fixture(scope="module")
def realtime(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realtime]:
    """A node on the stores of this worker, without limits per address."""
    stores.reset()
    settings = stores.settings()
    with (
        bound(settings),
        node(settings, tmp_path_factory.mktemp("im"), NO_LIMITS) as running,
    ):
        yield Realtime(running, settings)


@pytest.fixture
def im(realtime: Realtime) -> Node:
    """The node."""
    return realtime.node


@pytest.fixture
def someone(realtime: Realtime) -> Reader:
    """A reader."""
    return signed_in()


def signed_in(**facts: Any) -> Reader:
    """One more reader."""
    row = UserFactory(**facts)
    token = authentication.issuer().access(row.user_id, ver=row.token_version)
    return Reader(row, token)
