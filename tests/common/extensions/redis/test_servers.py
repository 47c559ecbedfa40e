"""How our own connection is let in: passwords, databases, names, and TLS as the URL wants it."""

from __future__ import annotations

import ssl
from urllib.parse import quote

import pytest
import redis as driver

from common.errors import DependencyUnavailable
from common.extensions.redis.servers import server_of
from scripts.valkey import VOLATILE, ValkeyServer
from tests.support.servers.between import encrypting, make_identity
from tests.support.servers.servers import free_ports


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
