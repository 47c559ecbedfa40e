"""Real servers, started once per session on private loopback ports and in temporary directories.

Nothing is skipped here: what is missing fails and says how it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from common.extensions.db import db, engine
from common.search.elastic import Access, ElasticEngine
from common.settings import Settings
from tests.support.harness.runtime import bound_to_tables
from tests.support.harness.stores import Stores
from tests.support.servers.elasticsearch import ElasticServer
from tests.support.servers.mariadb import MariaDB, Replica, empty
from tests.support.servers.redis_servers import SERVICE, RedisCluster, RedisSentinel

# The oldest and the newest that we say we work with.
ELASTICSEARCH = ("8.19.0", "9.2.0")
PATIENCE_SECONDS = 20.0
TEST_SECONDS = 400
# How soon the product gives a node up is part of what these tests are about.
USUAL_REDIS_PATIENCE = {
    name: Settings.model_fields[name].default
    for name in ("redis_connect_timeout_ms", "redis_timeout_ms")
}


class PrimaryAndReplica(NamedTuple):
    """A pair of servers with one empty database on both."""

    primary: MariaDB
    replica: Replica
    database: str

    @property
    def primary_url(self) -> str:
        """SQLAlchemy address of the database on the primary."""
        return self.primary.url(self.database)

    @property
    def replica_url(self) -> str:
        """SQLAlchemy address of the database on the replica."""
        return self.replica.url(self.database)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder carries the marker ``topology``.

    The first test of a server waits for its start, too.
    """
    for item in items:
        if "tests/topology/" in item.nodeid:
            item.add_marker(pytest.mark.topology)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    """The primary."""
    with MariaDB(tmp_path_factory.mktemp("primary"), server_id=1) as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """SQLAlchemy address of an empty utf8mb4 database."""
    with mariadb.database() as name:
        yield mariadb.url(name)


@pytest.fixture
def on_mariadb(
    stores: Stores, mariadb_url: str, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """The product on an empty MariaDB database, everything else embedded; single settings as
    ``settings`` of tests/conftest.py takes them."""
    marker = request.node.get_closest_marker("settings")
    with bound_to_tables(stores, mariadb_url, **(marker.kwargs if marker else {})) as settings:
        yield settings


@pytest.fixture
def on_strict_mariadb(on_mariadb: Settings) -> Settings:
    """The same, in the strictest mode that MySQL has."""
    event.listen(engine(), "connect", _be_strict)
    db.session.remove()
    engine().dispose()
    assert "ONLY_FULL_GROUP_BY" in (db.session.scalar(text("SELECT @@sql_mode")) or "")
    return on_mariadb


def _be_strict(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ONLY_FULL_GROUP_BY')")


@pytest.fixture
def database(mariadb_url: str) -> Iterator[Engine]:
    """The empty database, emptied again afterwards."""
    engine = create_engine(mariadb_url, poolclass=NullPool)
    empty(engine)
    yield engine
    empty(engine)


@pytest.fixture(scope="session")
def _replica(mariadb: MariaDB, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with Replica(tmp_path_factory.mktemp("replica"), mariadb) as server:
        yield server


@pytest.fixture
def mariadb_replica(mariadb: MariaDB, _replica: Replica) -> Iterator[PrimaryAndReplica]:
    """Primary and replica with an empty database on both; the replica follows again afterwards."""
    with mariadb.database() as name:
        _replica.catch_up()
        yield PrimaryAndReplica(mariadb, _replica, name)
        _replica.follow()


@pytest.fixture(scope="session")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    with RedisCluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def redis_cluster(_cluster: RedisCluster) -> RedisCluster:
    """Three Cluster nodes without keys."""
    _cluster.reset()
    return _cluster


@pytest.fixture
def redis_cluster_settings(stores: Stores, redis_cluster: RedisCluster) -> Settings:
    """CACHE on a real Cluster, everything else embedded."""
    return stores.settings(redis_cluster=redis_cluster.addresses, **USUAL_REDIS_PATIENCE)


@pytest.fixture(scope="session")
def _sentinel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisSentinel]:
    with RedisSentinel(tmp_path_factory.mktemp("sentinel")) as running:
        yield running


@pytest.fixture
def redis_sentinel(_sentinel: RedisSentinel) -> RedisSentinel:
    """Master, replica and three Sentinels, without keys."""
    _sentinel.reset()
    return _sentinel


@pytest.fixture
def redis_sentinel_settings(stores: Stores, redis_sentinel: RedisSentinel) -> Settings:
    """STORE behind real Sentinels, everything else embedded."""
    return stores.settings(
        redis_sentinels=redis_sentinel.addresses,
        redis_sentinel_service_name=SERVICE,
        **USUAL_REDIS_PATIENCE,
    )


@pytest.fixture(scope="session", params=ELASTICSEARCH)
def _elasticsearch(request: pytest.FixtureRequest) -> Iterator[ElasticServer]:
    with ElasticServer(request.param) as running:
        yield running


@pytest.fixture
def elasticsearch(_elasticsearch: ElasticServer) -> ElasticServer:
    """A server of each version without indexes; runs, whatever the test before has done to it."""
    _elasticsearch.reset()
    return _elasticsearch


@pytest.fixture
def patient_engine(elasticsearch: ElasticServer) -> Callable[[], ElasticEngine]:
    """``patient_engine()``: one that waits for a busy machine, unlike those of the product."""
    access = Access((elasticsearch.url,), ca_file=elasticsearch.ca_file)
    return partial(ElasticEngine, access, budget_seconds=PATIENCE_SECONDS)


@pytest.fixture
def elasticsearch_settings(stores: Stores, elasticsearch: ElasticServer) -> Settings:
    """Search on a real Elasticsearch, everything else embedded."""
    return stores.settings(
        elasticsearch_url=elasticsearch.url, elasticsearch_ca_file=elasticsearch.ca_file
    )
