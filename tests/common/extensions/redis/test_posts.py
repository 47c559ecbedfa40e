"""Commands that are sent without waiting: done in order, and their replies never mistaken."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis as driver
from structlog.testing import capture_logs

from common.errors import DependencyUnavailable
from common.extensions.redis import Edge, breaker, connections, settle, store


def test_what_was_posted_is_done_before_what_is_asked_next(runtime, cost):
    with cost() as spent:
        store.post([("SET", "a", 1), ("INCR", "a")])
        replies = store.stage([("GET", "a"), ("MGET", "a", "b")])

    assert replies == [b"2", [b"2", None]]
    assert spent.stages == 1


def test_whoever_is_told_afterwards_finds_it_done(runtime):
    with ThreadPoolExecutor(1) as other:
        found = []
        for number in range(500):
            store.post([("SET", "a", number)])
            settle()
            found.append(other.submit(store.command, "GET", "a").result())

    assert found == [b"%d" % number for number in range(500)]


def test_a_server_that_dies_meanwhile_harms_nobody(runtime, valkey, monkeypatch):
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 3600.0)
    store.post([("SET", "a", 1)])
    store.post([("SET", "a", 2)])
    settle()
    os.kill(valkey.pid, signal.SIGSTOP)
    store.post([("SET", "a", 3)])
    valkey.kill()

    settle()

    with pytest.raises(DependencyUnavailable):
        store.stage([("GET", "a")])


def test_there_may_be_nothing_to_settle(runtime, valkey):
    settle()
    store.post([("SET", "a", 1)])
    store.stage([("GET", "a")])
    store.close()

    settle()


def test_nothing_to_post_is_nothing_sent(runtime):
    store.post([])

    assert store.command("PING") == b"PONG"


def test_a_refused_post_is_logged_and_the_next_reply_is_the_right_one(runtime):
    store.command("SET", "a", "text")
    store.post([("LPUSH", "a", 1)])

    with capture_logs() as logs:
        reply = store.command("GET", "a")

    assert reply == b"text"
    assert [each["event"] for each in logs] == ["redis_post_refused"]


def test_a_write_that_must_not_be_repeated_may_follow(runtime):
    store.post([("SET", "a", 1)])

    assert store.command("INCR", "a") == 2


def test_replies_do_not_pile_up(runtime, monkeypatch):
    monkeypatch.setattr(connections, "MOST_OWED", 3)
    owed = []
    for number in range(10):
        store.post([("RPUSH", "a", number)])
        owed.append(connections._idle_of(store.client.connection_pool).connection.owed)

    assert owed == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1]
    assert store.command("LLEN", "a") == 10


@pytest.mark.parametrize("posts", [1, 2])
def test_a_connection_that_broke_meanwhile_is_replaced(runtime, redis, posts):
    store.command("SET", "a", 1)
    redis.client_kill_filter(_type="normal", skipme=True)
    for _ in range(posts):
        store.post([("SET", "b", 1)])  # lost, or not: nobody was promised anything

    assert store.command("GET", "a", read_only=True) == b"1"


def test_a_dead_server_is_noticed(runtime, valkey, monkeypatch):
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 3600.0)
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        store.post([("SET", "a", 1)])


def test_edges_whose_connections_are_managed_elsewhere_wait_for_the_replies(valkey, cost):
    class Managed(driver.ConnectionPool):
        """As that of Sentinel."""

    edge = Edge("tested")
    edge.bind(lambda: driver.Redis(connection_pool=Managed.from_url(valkey.url, protocol=2)))

    with cost() as spent:
        edge.post([("SET", "a", 1)])

    assert spent.stages == 1
    assert edge.command("GET", "a") == b"1"
    edge.close()
