"""Real servers, started once per session on private loopback ports and in temporary directories.

Nothing is skipped here: what is missing fails and says how it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from common.search.elastic import Access, ElasticEngine
from common.settings import Settings
from tests.support.elasticsearch import ElasticServer
from tests.support.mariadb import MariaDB, Replica, empty
from tests.support.redis_servers import SERVICE, RedisCluster, RedisSentinel
from tests.support.stores import Stores

# The oldest and the newest that we say we work with.
ELASTICSEARCH = ("8.19.0", "9.2.0")
PATIENCE_SECONDS = 20.0


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
    """Everything in this folder carries the marker ``topology``."""
    for item in items:
        if "tests/topology/" in item.nodeid:
            item.add_marker(pytest.mark.topology)


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
    return stores.settings(redis_cluster=redis_cluster.addresses)


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
        redis_sentinels=redis_sentinel.addresses, redis_sentinel_service_name=SERVICE
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
