"""A realtime node that the tests of a module share: each has users of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import Notification
from common.services.accounts import authentication
from common.services.ids.identifiers import new_id
from common.settings import Settings
from tests.factories import NotificationFactory, UserFactory
from tests.support.harness.bus import be_patient
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores
from tests.support.processes.realtime import NO_LIMITS, Node, node


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
    """The node; what tests themselves publish to it is taken, however slow the machine is."""
    be_patient(realtime.settings)
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


def stored(reader: Reader, /, **members: Any) -> dict[str, Any]:
    """A notification that waits for him; what he is told."""
    payload = {"timestamp": 1, **members}
    row = NotificationFactory(id=new_id(), user_id=reader.user_id, payload=payload)
    return {"timestamp": 1, **members, "id": row.id}


def is_delivered(told: dict[str, Any]) -> bool:
    """Whether it need not be told again."""
    refresh_view()
    query = select(Notification.delivered_at).where(Notification.id == told["id"])
    return db.session.scalar(query) is not None
