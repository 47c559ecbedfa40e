"""Our own connection: how it is let in, how it reads, whose it is, and how it ends."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import redis as driver

from common.errors import DependencyUnavailable
from common.extensions.redis import Edge, breaker, store
from common.extensions.redis.connections import READ_BYTES
from common.extensions.redis.servers import server_of
from scripts.valkey import VOLATILE, ValkeyServer
from tests.support.between import encrypting, make_identity, scripted
from tests.support.servers import free_ports
from tests.support.waiting import eventually

OK = b"+OK\r\n"


@pytest.fixture(autouse=True)
def no_second_try(monkeypatch):
    """A failed server is not tried again within the test."""
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 3600.0)


@pytest.fixture
def connect():
    """Edges by URL, closed at the end."""
    edges: list[Edge] = []

    def connected(url: str, **options: object) -> Edge:
        edge = Edge("tested")
        edge.bind(lambda: driver.Redis.from_url(url, protocol=2, **options))
        edges.append(edge)
        return edge

    yield connected
    for edge in edges:
        edge.close()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server over TCP that asks everybody for a password, or a name and a password."""
    (port,) = free_ports(1)
    server = ValkeyServer(tmp_path_factory.mktemp("guarded"), port=port, options=VOLATILE)
    server.start()
    with server.client() as client:
        client.config_set("requirepass", "s3cret/%")
    yield f"127.0.0.1:{port}"
    server.stop()


def test_a_password_a_database_and_a_name_are_taken_from_the_url(guarded, connect):
    edge = connect(f"redis://:{quote('s3cret/%', safe='')}@{guarded}/3?client_name=tested")

    edge.command("SET", "a", 1)
    line = edge.command("CLIENT", "INFO").decode()

    assert {"db=3", "name=tested", "lib-name=toutiao"} <= set(line.split())


def test_a_user_of_its_own_is_taken_from_the_url(guarded, connect):
    owner = connect(f"redis://{guarded}", password="s3cret/%")
    owner.command("ACL", "SETUSER", "web", "on", ">pass", "~*", "+@all")

    assert connect(f"redis://web:pass@{guarded}").command("ACL", "WHOAMI") == b"web"


@pytest.mark.parametrize(
    "url",
    ["redis://{}", "redis://:wrong@{}", "redis://nobody:wrong@{}"],
    ids=["no password", "wrong password", "unknown user"],
)
def test_a_server_that_does_not_let_us_in_is_unavailable(guarded, connect, url):
    edge = connect(url.format(guarded))

    with pytest.raises(DependencyUnavailable) as refused:
        edge.command("PING")
    with pytest.raises(DependencyUnavailable) as unasked:
        edge.command("PING")

    assert isinstance(refused.value.__cause__, driver.ConnectionError)
    assert unasked.value.__cause__ is None  # the breaker is open


def test_a_database_that_is_not_there_is_not_taken_for_another_one(valkey, connect):
    with pytest.raises(DependencyUnavailable):
        connect(f"{valkey.url}?db=999").command("SET", "a", 1)


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """A certificate for 127.0.0.1."""
    return make_identity(tmp_path_factory.mktemp("identity"))


def test_an_encrypted_server_is_asked_and_keeps_its_connection(valkey, connect, identity, cost):
    with encrypting(identity, valkey.socket) as url:
        edge = connect(f"{url}?ssl_ca_certs={quote(str(identity.certificate))}")
        first = edge.command("CLIENT", "ID")
        with cost() as spent:
            edge.stage([("SET", "a", 1), ("INCR", "a")])  # looked at first: it must not be repeated

        assert edge.command("CLIENT", "ID") == first
        assert edge.command("GET", "a", read_only=True) == b"2"
        assert spent.stages == 1
        edge.close()


@pytest.mark.parametrize(
    "query",
    ["", "ssl_ca_certs={}&ssl_min_version=772&ssl_ciphers=nonsense"],
    ids=["unknown authority", "no such cipher"],
)
def test_an_encrypted_server_that_cannot_be_trusted_is_unavailable(
    valkey, connect, identity, query
):
    with encrypting(identity, valkey.socket) as url:
        edge = connect(f"{url}?{query.format(quote(str(identity.certificate)))}")

        with pytest.raises(DependencyUnavailable):
            edge.command("PING")


@pytest.mark.parametrize(
    "query",
    ["ssl_cert_reqs=none", "ssl_check_hostname=no&ssl_cert_reqs=none&ssl_min_version=772"],
)
def test_certificates_are_not_looked_at_where_the_url_says_so(valkey, connect, identity, query):
    with encrypting(identity, valkey.socket) as url:
        edge = connect(f"{url}?{query}")

        assert edge.command("PING") == b"PONG"
        edge.close()


def test_a_server_that_asks_for_our_certificate_gets_it(valkey, connect, identity):
    trust, own = quote(str(identity.certificate)), quote(str(identity.key))
    with encrypting(identity, valkey.socket, asks_back=True) as url:
        known = connect(f"{url}?ssl_ca_certs={trust}&ssl_certfile={trust}&ssl_keyfile={own}")
        unknown = connect(f"{url}?ssl_ca_certs={trust}")

        assert known.command("PING") == b"PONG"
        with pytest.raises(DependencyUnavailable):
            unknown.command("PING")
        known.close()


def test_checks_of_certificates_are_as_strict_as_the_url_says():
    url = "rediss://h?ssl_include_verify_flags=VERIFY_X509_STRICT,VERIFY_CRL_CHECK_LEAF"
    usual = server_of(driver.Redis.from_url("rediss://h").connection_pool)
    strict = server_of(driver.Redis.from_url(url).connection_pool)
    lax = server_of(
        driver.Redis.from_url(
            "rediss://h?ssl_exclude_verify_flags=VERIFY_X509_TRUSTED_FIRST"
        ).connection_pool
    )

    wanted = ssl.VERIFY_X509_STRICT | ssl.VERIFY_CRL_CHECK_LEAF
    assert strict.tls.verify_flags == usual.tls.verify_flags | wanted
    assert lax.tls.verify_flags == usual.tls.verify_flags & ~ssl.VERIFY_X509_TRUSTED_FIRST
    assert (usual.tls.verify_mode, usual.tls.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_file_of_certificates_that_is_missing_makes_a_server_unavailable(connect):
    edge = connect("rediss://127.0.0.1:1?ssl_ca_certs=/nowhere/ca.pem")

    with pytest.raises(DependencyUnavailable):
        edge.command("PING")


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
    eventually(lambda: _connections(redis) == before)


def test_an_edge_that_is_closed_has_no_connections_and_connects_again(runtime, redis, connect):
    before = _connections(redis)
    edge = connect(store.server)
    edge.command("PING")

    edge.close()

    eventually(lambda: _connections(redis) == before)
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
