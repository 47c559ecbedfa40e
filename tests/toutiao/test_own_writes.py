"""Whoever has just written reads what he wrote, though the replicas lag (design.md §4)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from common.extensions.db import engine, router
from common.services import binding
from common.settings import Settings
from scripts.gateway import create_gateway
from tests.factories import NotificationFactory, UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.harness.runtime import bound
from tests.support.harness.stores import DATABASE, Stores

NOTICES = "/v1_0/user/notifications"


@pytest.fixture
def people(stores: Stores) -> Iterator[tuple[ApiClient, ApiClient]]:
    """Two readers with one unread notice each, and a replica that stands still from now on."""
    stores.reset()
    replica = stores.data / "replica.db"
    settings = stores.settings(db_replica_urls=[f"sqlite:///{replica}"])
    with bound(settings):
        users = [UserFactory(), UserFactory()]
        for user in users:
            NotificationFactory(user_id=user.user_id)
        engine().dispose()  # the last connection merges the write-ahead log into the file
        shutil.copyfile(stores.data / DATABASE, replica)
        router.replicas.probe()
        yield _signed_in(settings, users)
        for standing in router.replicas.engines:
            standing.dispose()


def _signed_in(settings: Settings, users: list) -> tuple[ApiClient, ApiClient]:
    sign_in = SignIn(create_gateway(settings), settings)
    binding.record_readers(settings)
    first, second = (sign_in(user) for user in users)
    return first, second


def _unread(client: ApiClient) -> int:
    return int(client.get(NOTICES).json["data"]["unread_count"])


def test_the_writer_sees_at_once_what_he_wrote(people):
    writer, _ = people

    assert writer.put(NOTICES, json={}).status_code == 201

    assert _unread(writer) == 0


def test_who_has_not_written_is_served_by_the_replica(people):
    _, other = people
    NotificationFactory(user_id=other.user.user_id)  # written by somebody else's request

    assert _unread(other) == 1  # the replica's figure: it was really asked
