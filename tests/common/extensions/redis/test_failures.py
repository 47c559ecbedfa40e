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
from structlog.testing import capture_logs

from common.errors import DependencyUnavailable
from common.extensions.redis import Edge, Patience, store
from common.extensions.redis.breaker import Breaker
from tests.common.extensions.redis.conftest import NO_SECOND_TRY
from tests.support.harness.runtime import bear_with_redis
from tests.support.harness.waiting import eventually
from tests.support.servers.cutting import CuttingProxy


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
        eventually(_is_unavailable, what="a busy server")
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


def test_a_full_pool_is_our_business_and_does_not_count_as_a_failed_server(valkey):
    pool = ManagedPool.from_url(valkey.url, max_connections=1)
    edge = Edge("store")
    edge.bind(lambda: driver.Redis(connection_pool=pool), patience=NO_SECOND_TRY)
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


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.settings(redis_timeout_ms=500)
def test_a_late_reply_is_not_taken_for_that_of_the_next_command(runtime, redis, read_only):
    bear_with_redis(runtime, Patience(open_seconds=0.0))
    with pytest.raises(DependencyUnavailable):
        store.command("BLPOP", "queue", 5)
    redis.rpush("queue", "late")

    assert store.command("ECHO", "mine", read_only=read_only) == b"mine"


def test_a_breaker_lets_one_caller_try_again_and_closes_when_that_succeeds():
    seconds = [0.0]
    breaker = Breaker("tested", patience=Patience(open_seconds=1.0, now=lambda: seconds[0]))
    breaker.fail(OSError())
    with pytest.raises(DependencyUnavailable):
        breaker.check()
    seconds[0] += 1.0

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
