"""A master that is away, was demoted, or has replicas that may answer for it (faults.md §3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis as driver
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from common.errors import DependencyUnavailable
from common.extensions.redis import Edge
from scripts.valkey import VOLATILE, ValkeyServer
from tests.common.extensions.redis.conftest import NO_SECOND_TRY
from tests.support.harness.waiting import eventually
from tests.support.servers.servers import free_ports


def _edge(url: str) -> Edge:
    edge = Edge("tested")
    edge.bind(lambda: driver.Redis.from_url(url, retry=Retry(NoBackoff(), 0), protocol=2))
    return edge


@pytest.fixture
def master_and_replica(tmp_path) -> Iterator[tuple[ValkeyServer, ValkeyServer, Edge]]:
    """Two servers, one following the other, and an edge that knows both."""
    options = {**VOLATILE, "repl-diskless-sync-delay": "0"}
    master, replica = (
        ValkeyServer(tmp_path / str(port), port=port, options=options) for port in free_ports(2)
    )
    master.start()
    replica.start()
    with replica.client() as client:
        client.replicaof("127.0.0.1", master.port)
        eventually(lambda: client.info("replication")["master_link_status"] == "up", what="link")
    edge = Edge("tested")
    once = Retry(NoBackoff(), 0)
    edge.bind(
        lambda: driver.Redis(port=master.port, protocol=2, retry=once),
        lambda: driver.Redis(port=replica.port, protocol=2, retry=once),
        patience=NO_SECOND_TRY,
    )
    yield master, replica, edge
    edge.close()
    master.stop()
    replica.stop()


def test_while_the_master_is_away_the_replica_answers_reads_and_writes_are_refused(
    master_and_replica, cost
):
    master, _, edge = master_and_replica
    edge.command("SET", "a", 1)
    with master.client() as client:
        client.wait(1, 5000)
    master.kill()

    with pytest.raises(DependencyUnavailable):
        edge.command("SET", "a", 2)
    with cost() as spent:
        replies = [edge.command("GET", "a", read_only=True) for _ in range(5)]

    assert replies == [b"1"] * 5
    assert spent.stages == 5  # the master was not tried each time


def test_a_server_that_became_a_replica_is_unavailable_for_writes(master_and_replica):
    _, replica, _ = master_and_replica
    demoted = _edge(replica.url)

    with pytest.raises(DependencyUnavailable):
        demoted.command("SET", "a", 1)
    with pytest.raises(DependencyUnavailable):
        demoted.script("return redis.call('SET', KEYS[1], 1)", ["a"])

    demoted.close()


class _Sentinel(Sentinel):
    """Names one server after the other as master, as Sentinels do while they change their mind."""

    def __init__(self, *servers: ValkeyServer) -> None:
        super().__init__([])
        self._addresses = [("127.0.0.1", server.port) for server in servers]

    def discover_master(self, service_name: str) -> tuple[str, int]:
        return self._addresses.pop(0)


def test_a_write_that_a_demoted_master_refuses_is_done_once_by_the_new_one(
    master_and_replica, cost
):
    master, replica, _ = master_and_replica
    sentinel = _Sentinel(replica, master)
    edge = Edge("tested")
    edge.bind(lambda: sentinel.master_for("mymaster", retry=Retry(NoBackoff(), 0), protocol=2))

    with cost() as spent:
        counted = edge.stage([("INCR", "counter"), ("INCR", "counter")])

    edge.close()
    assert counted == [1, 2]
    assert spent.stages == 2


def test_a_replica_that_lost_its_master_and_may_not_be_read_is_unavailable(master_and_replica):
    master, replica, _ = master_and_replica
    edge = _edge(replica.url)
    with replica.client() as client:
        client.config_set("replica-serve-stale-data", "no")
    master.kill()
    eventually(lambda: not _reads(edge), what="replica noticing")

    with pytest.raises(DependencyUnavailable):
        edge.command("GET", "a")

    edge.close()


def _reads(edge: Edge) -> bool:
    try:
        edge.command("GET", "a")
    except DependencyUnavailable:
        return False
    return True
