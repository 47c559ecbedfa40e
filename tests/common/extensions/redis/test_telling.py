"""Commands that Redis is told, and whose replies nobody waits for."""

from __future__ import annotations

import threading

import pytest

from common.errors import DependencyUnavailable
from common.extensions.redis import Patience, store
from common.extensions.redis.connections import MOST_OWED
from tests.support.harness.runtime import bear_with_redis

FOREIGN = [("SET", "a", "text"), ("ZADD", "a", 1, "member"), ("NO-SUCH-COMMAND",)]


@pytest.fixture
def me(runtime) -> int:
    """This thread's connection, as the server names it."""
    return store.command("CLIENT", "ID")


def test_it_is_done_before_what_follows_and_costs_no_stage(me, cost):
    with cost() as spent:
        store.tell([("INCR", "a"), ("INCR", "a")])

    assert spent.stages == 0
    assert store.stage([("GET", "a"), ("CLIENT", "ID")]) == [b"2", me]


def test_what_is_refused_is_not_taken_for_the_reply_of_what_follows(me):
    store.tell(FOREIGN)

    assert store.stage([("GET", "a"), ("ECHO", "x")], read_only=True) == [b"text", b"x"]


def test_replies_that_have_come_do_not_hide_that_the_server_hung_up(me, redis):
    store.tell([("INCR", "a")] * 3)
    redis.client_kill_filter(_id=me)

    assert store.command("INCR", "a") == 4


@pytest.mark.parametrize("told", [1, MOST_OWED - 1])
def test_a_write_that_must_not_be_repeated_goes_over_the_same_connection(me, redis, told):
    store.tell([("INCR", "a")] * told)
    redis.ping()  # the server has answered everybody who asked before

    assert store.command("INCR", "a") == told + 1
    assert store.command("CLIENT", "ID") == me


def test_no_more_replies_are_owed_than_a_socket_holds(me, cost):
    with cost() as spent:
        for _ in range(3):
            store.tell([("INCR", "a")] * (MOST_OWED // 2 + 1))

    assert spent.stages == 1  # the second time, which took the replies of the first
    assert store.command("GET", "a", read_only=True) == b"%d" % (3 * (MOST_OWED // 2 + 1))


def test_a_thread_that_was_never_connected_waits(runtime, cost):
    found = []

    def tell() -> None:
        with cost() as spent:
            store.tell([("SET", "a", 1)])
        found.append(spent.stages)

    thread = threading.Thread(target=tell)
    thread.start()
    thread.join()

    assert found == [1]
    assert store.command("GET", "a") == b"1"


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unnoticed(me, redis):
    redis.client_kill_filter(_id=me)

    store.tell([("INCR", "a")])

    assert store.command("GET", "a", read_only=True) == b"1"


def test_who_tells_a_server_that_failed_finds_out_whether_it_is_back(runtime, valkey):
    seconds = [0.0]
    bear_with_redis(runtime, Patience(open_seconds=1.0, now=lambda: seconds[0]))
    valkey.stop()
    with pytest.raises(DependencyUnavailable):
        store.command("PING")
    valkey.start()
    seconds[0] = 2.0

    store.tell([("SET", "a", 1)])

    assert store.command("GET", "a") == b"1"


def test_nothing_is_told_of_nothing(runtime, cost):
    with cost() as spent:
        store.tell([])

    assert spent.stages == 0
