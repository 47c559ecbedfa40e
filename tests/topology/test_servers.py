"""The real servers that the other tests of this folder stand on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.errors import DependencyUnavailable
from common.extensions.db import db, engine, engines
from common.extensions.redis import cache, store
from common.models import User, schema
from tests.factories import UserFactory
from tests.support.harness.runtime import bound
from tests.support.harness.waiting import eventually


def test_the_migrations_lead_to_the_models_on_mariadb(mariadb_url, stores):
    stores.reset()

    with bound(stores.settings(db_primary_url=mariadb_url)):
        schema.upgrade(engine())

        assert schema.differences(engine()) == []


def test_a_row_of_the_primary_arrives_at_the_replica(mariadb_replica, stores):
    stores.reset()
    settings = stores.settings(db_primary_url=mariadb_replica.primary_url)
    with bound(settings):
        schema.upgrade(engine())
        user = UserFactory()

    mariadb_replica.replica.catch_up()

    replica = engines.create(settings, mariadb_replica.replica_url)
    with replica.connect() as connection:
        assert connection.scalar(select(User.user_name)) == user.user_name
    replica.dispose()


def test_a_cluster_serves_keys_of_many_slots_in_one_stage(redis_cluster_settings):
    with bound(redis_cluster_settings):
        cache.stage([("SET", f"key{number}", number) for number in range(30)])
        values = cache.stage([("GET", f"key{number}") for number in range(30)])

    assert [int(value) for value in values] == list(range(30))


def test_sentinels_make_the_replica_master_when_the_master_dies(
    redis_sentinel, redis_sentinel_settings
):
    with bound(redis_sentinel_settings):
        store.command("SET", "kept", "1")
        old = redis_sentinel.master
        with old.client() as client:
            client.wait(1, 5000)

        old.kill()
        redis_sentinel.wait_for_failover(old)

        eventually(lambda: _reads("kept") == b"1", what="STORE on the new master")


def _reads(key: str) -> bytes | None:
    try:
        return store.command("GET", key)
    except DependencyUnavailable:
        return None


@pytest.mark.parametrize("_time", [1, 2])
def test_every_test_gets_an_empty_database(_time, mariadb_url, stores):
    stores.reset()

    with bound(stores.settings(db_primary_url=mariadb_url)):
        schema.upgrade(engine())
        UserFactory()

        assert len(db.session.scalars(select(User)).all()) == 1
