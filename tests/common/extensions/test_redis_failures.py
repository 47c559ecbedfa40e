"""What a stage does when servers, connections and pools fail (faults.md §3 and §4)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis as driver
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.exceptions import ResponseError
from redis.retry import Retry
from redis.sentinel import Sentinel
from structlog.testing import capture_logs

from common.errors import DependencyUnavailable
from common.extensions import redis_links
from common.extensions.redis import Edge, store
from common.extensions.redis_links import Breaker
from common.utils import metering
from scripts.valkey import VOLATILE, ValkeyServer
from tests.support.cutting import CuttingProxy
from tests.support.servers import free_ports, wait_until


@pytest.fixture
def no_second_try(monkeypatch):
    """A failed server is not tried again within the test."""
    monkeypatch.setattr(redis_links, "OPEN_SECONDS", 3600.0)


def _edge(url: str, **options: object) -> Edge:
    edge = Edge("tested")
    once = Retry(NoBackoff(), 0)
    edge.bind(lambda: driver.Redis.from_url(url, retry=once, protocol=2, **options))
    return edge


def test_connections_that_the_server_closed_meanwhile_are_replaced_unnoticed(runtime, redis):
    store.command("SET", "a", 0)
    redis.client_kill_filter(_type="normal", skipme=True)

    assert store.command("INCR", "a") == 1


@pytest.fixture
def cutting(valkey, tmp_path):
    """A proxy before the server; see ``CuttingProxy``."""
    with CuttingProxy(tmp_path, valkey.socket) as proxy:
        yield proxy


def test_a_write_whose_reply_was_lost_is_not_repeated(cutting, redis):
    edge = _edge(f"unix://{cutting.socket}")
    edge.command("SET", "a", 0)
    cutting.cut_next()

    with pytest.raises(DependencyUnavailable):
        edge.command("INCR", "a")

    edge.close()
    assert redis.get("a") == b"1"


def test_a_read_whose_reply_was_lost_is_repeated(cutting, cost):
    edge = _edge(f"unix://{cutting.socket}")
    edge.command("SET", "a", 5)
    cutting.cut_next()

    with cost() as spent:
        reply = edge.command("GET", "a", read_only=True)

    edge.close()
    assert reply == b"5"
    assert spent.stages == 2


@contextmanager
def _configured(redis: driver.Redis, name: str, value: str) -> Iterator[None]:
    before = redis.config_get(name)[name]
    redis.config_set(name, value)
    try:
        yield
    finally:
        redis.config_set(name, before)


@pytest.mark.parametrize(("name", "value"), [("maxmemory", "1"), ("min-replicas-to-write", "1")])
def test_a_server_that_takes_no_writes_is_unavailable_for_them_and_is_read(
    runtime, redis, no_second_try, name, value
):
    store.command("SET", "a", 1)

    with _configured(redis, name, value):
        for _ in range(2):
            with pytest.raises(DependencyUnavailable):
                store.command("SET", "a", 2)
        reply = store.command("GET", "a")

    assert reply == b"1"
    assert store.command("SET", "a", 3) == b"OK"


def test_a_script_that_may_not_write_is_unavailable_too(runtime, redis):
    with _configured(redis, "maxmemory", "1"), pytest.raises(DependencyUnavailable):
        store.script("return redis.call('SET', KEYS[1], 1)", ["a"])


def test_a_server_busy_with_a_script_is_unavailable(runtime, redis):
    with _configured(redis, "busy-reply-threshold", "1"):
        looping = threading.Thread(target=_loop, args=(redis,))
        looping.start()
        wait_until(_is_unavailable, what="a busy server")
        redis.script_kill()
        looping.join()

    assert store.command("PING") == b"PONG"


def _loop(client: driver.Redis) -> None:
    with pytest.raises(ResponseError, match="killed"):
        client.eval("while true do end", 0)


def _is_unavailable() -> bool:
    try:
        store.command("GET", "a")
    except DependencyUnavailable:
        return True
    return False


class ManagedPool(ConnectionPool):
    """A pool that is asked for every connection, as Sentinel's are."""


def test_a_full_pool_is_our_business_and_does_not_count_as_a_failed_server(valkey, no_second_try):
    pool = ManagedPool.from_url(valkey.url, max_connections=1)
    edge = Edge("store")
    edge.bind(lambda: driver.Redis(connection_pool=pool))
    taken = edge.client.connection_pool.get_connection()

    with pytest.raises(DependencyUnavailable):
        edge.command("PING")

    edge.client.connection_pool.release(taken)
    assert edge.command("PING") == b"PONG"
    edge.close()


@pytest.mark.settings(redis_timeout_ms=50)
def test_a_command_that_takes_too_long_is_given_up(runtime, no_second_try):
    with pytest.raises(DependencyUnavailable) as raised:
        store.command("BLPOP", "nothing", 5)

    assert raised.value.dependency == "store"
    assert isinstance(raised.value.__cause__, driver.TimeoutError)


@pytest.mark.settings(redis_timeout_ms=50)
def test_a_late_reply_is_not_taken_for_that_of_the_next_command(runtime, redis, monkeypatch):
    monkeypatch.setattr(redis_links, "OPEN_SECONDS", 0.0)
    with pytest.raises(DependencyUnavailable):
        store.command("BLPOP", "queue", 5)
    redis.rpush("queue", "late")

    assert store.command("ECHO", "mine") == b"mine"


def test_a_breaker_lets_one_caller_try_again_and_closes_when_that_succeeds(monkeypatch):
    breaker = Breaker("tested")
    monkeypatch.setattr(redis_links, "OPEN_SECONDS", 0.0)
    breaker.fail(OSError())
    monkeypatch.setattr(redis_links, "OPEN_SECONDS", 3600.0)

    breaker.check()
    with pytest.raises(DependencyUnavailable):
        breaker.check()
    breaker.succeed()

    breaker.check()


def test_an_outage_is_logged_once_and_not_with_every_call():
    breaker = Breaker("tested", "10.0.0.1:7000")

    with capture_logs() as lines:
        for _ in range(50):
            breaker.fail(OSError())

    assert lines == [
        {
            "event": "redis_unavailable",
            "log_level": "error",
            "edge": "tested",
            "server": "10.0.0.1:7000",
            "error": "OSError",
        }
    ]


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
        wait_until(lambda: client.info("replication")["master_link_status"] == "up", what="link")
    edge = Edge("tested")
    once = Retry(NoBackoff(), 0)
    edge.bind(
        lambda: driver.Redis(port=master.port, protocol=2, retry=once),
        lambda: driver.Redis(port=replica.port, protocol=2, retry=once),
    )
    yield master, replica, edge
    edge.close()
    master.stop()
    replica.stop()


def test_while_the_master_is_away_the_replica_answers_reads_and_writes_are_refused(
    master_and_replica, no_second_try
):
    master, _, edge = master_and_replica
    edge.command("SET", "a", 1)
    with master.client() as client:
        client.wait(1, 5000)
    master.kill()

    with pytest.raises(DependencyUnavailable):
        edge.command("SET", "a", 2)
    before = metering.totals().stages["tested"]
    replies = [edge.command("GET", "a", read_only=True) for _ in range(5)]

    assert replies == [b"1"] * 5
    assert metering.totals().stages["tested"] - before == 5  # the master was not tried each time


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
    wait_until(lambda: not _reads(edge), what="replica noticing")

    with pytest.raises(DependencyUnavailable):
        edge.command("GET", "a")

    edge.close()


def _reads(edge: Edge) -> bool:
    try:
        edge.command("GET", "a")
    except DependencyUnavailable:
        return False
    return True
