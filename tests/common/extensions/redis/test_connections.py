"""Our own connection: how it reads, whose it is, and how it ends."""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis as driver

from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.extensions.redis.connections import READ_BYTES
from tests.support.harness.waiting import eventually
from tests.support.servers.between import scripted

OK = b"+OK\r\n"


def test_long_replies_and_many_replies_come_in_many_pieces(runtime):
    text = os.urandom(5 * READ_BYTES)

    replies = store.stage([("SET", "a", text), *[("GET", "a")] * 5, *[("ECHO", "x")] * 5000])

    assert replies == [b"OK", *[text] * 5, *[b"x"] * 5000]


def _letter_by_letter(request: bytes) -> list[bytes]:
    replies = OK if b"SETINFO" in request else b"*2\r\n:1\r\n$3\r\nabc\r\n"
    return [bytes([byte]) for byte in replies]


def test_replies_that_come_letter_by_letter_are_put_together(connect):
    with scripted(_letter_by_letter) as url:
        assert connect(url).command("HGETALL", "a") == [1, b"abc"]


@pytest.mark.parametrize(
    "pieces",
    [[b""], [b"$5\r\nab", b""], [b"?nonsense\r\n"], [b"-LOADING not yet\r\n"], []],
    ids=["hangs up", "hangs up midway", "talks nonsense", "is starting", "is silent"],
)
def test_a_server_that_does_not_answer_properly_is_unavailable(connect, pieces):
    with scripted(lambda request: [OK] if b"SETINFO" in request else pieces) as url:
        edge = connect(url, socket_timeout=0.2)

        with pytest.raises(DependencyUnavailable) as raised:
            edge.command("GET", "a")

    assert isinstance(raised.value.__cause__, driver.RedisError)


@pytest.mark.parametrize(
    "greeting",
    [[], [b""], [b"-ERR max number of clients reached\r\n", b""]],
    ids=["says nothing", "hangs up", "is full"],
)
def test_a_server_that_does_not_greet_is_unavailable_and_costs_one_time_out(connect, greeting):
    asked = []

    def answers(request: bytes) -> list[bytes]:
        asked.append(request)
        return greeting

    with scripted(answers) as url:
        edge = connect(url, socket_timeout=0.2)
        for _ in range(3):
            with pytest.raises(DependencyUnavailable):
                edge.command("GET", "a", read_only=True)

    assert len(asked) == 1


def test_a_server_that_knows_no_names_of_libraries_is_asked_all_the_same(connect):
    with scripted(lambda request: [b"-ERR unknown\r\n" if b"SETINFO" in request else OK]) as url:
        assert connect(url).command("PING") == b"OK"


def test_connecting_takes_no_longer_than_it_may(connect):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
        port = busy.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # nobody takes them: there is no room for more
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        edge = connect(f"redis://127.0.0.1:{port}", socket_connect_timeout=0.1, socket_timeout=0.1)

        with pytest.raises(DependencyUnavailable) as raised:
            edge.command("PING")
        for each in waiting:
            each.close()

    assert isinstance(raised.value.__cause__, driver.TimeoutError)


def _connections(redis: driver.Redis) -> int:
    return sum(client["lib-name"] == "toutiao" for client in redis.client_list())


def test_each_thread_keeps_one_connection_which_ends_with_it(runtime, redis):
    store.command("PING")
    before = _connections(redis)
    everybody = threading.Barrier(4)

    def ask(_: int) -> set[bytes]:
        everybody.wait()
        return {store.command("CLIENT", "ID") for _ in range(20)}

    with ThreadPoolExecutor(4) as threads:
        ids = list(threads.map(ask, range(4)))
        during = _connections(redis)

    assert [len(each) for each in ids] == [1, 1, 1, 1]
    assert len(set.union(*ids)) == 4
    assert during == before + 4
    # Threads of the tests before may be ending, and their connections with them.
    eventually(lambda: _connections(redis) <= before)


def test_an_edge_that_is_closed_has_no_connections_and_connects_again(runtime, redis, connect):
    before = _connections(redis)
    edge = connect(store.server)
    edge.command("PING")

    edge.close()

    # Threads of the tests before may be ending, and their connections with them.
    eventually(lambda: _connections(redis) <= before)
    assert edge.command("PING") == b"PONG"


def test_a_forked_child_has_a_connection_of_its_own(runtime):
    mine = store.command("CLIENT", "ID")
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(write, b"%d" % store.command("CLIENT", "ID"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert int(os.read(read, 20)) != mine
    assert store.command("CLIENT", "ID") == mine
    os.close(read)
    os.close(write)


def test_a_stage_within_a_stage_goes_over_another_connection(runtime):
    store.command("SET", "a", 1)
    within = []

    replies = store.stage(
        [("INCR", "a"), ("GET", "a")],
        meanwhile=lambda: within.append(store.command("ECHO", "inner")),
    )

    assert replies == [2, b"2"]
    assert within == [b"inner"]
