"""Addresses that a run may listen on."""

from __future__ import annotations

import socket

import pytest

from scripts import ports
from scripts.ports import PortError, claim


def test_port_zero_becomes_a_free_port():
    free = claim("127.0.0.1", 0, option="--port")

    assert free.port > 0
    assert free.listen == (f"127.0.0.1:{free.port}",)


def test_a_name_is_listened_on_at_all_its_addresses_with_one_port(monkeypatch):
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0)),  # none of this machine
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    free = claim("both", 0, option="--port")

    assert set(free.listen) == {f"[::1]:{free.port}", f"127.0.0.1:{free.port}"}


def test_a_port_in_use_names_the_option_that_helps():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortError, match=f"port {port} is in use; .* choose another --im-port"):
            claim("127.0.0.1", port, option="--im-port")


@pytest.mark.parametrize("host", ["192.0.2.1", "no..host"])
def test_a_foreign_address_is_named(host):
    with pytest.raises(PortError, match=host):
        claim(host, 0, option="--port")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 - nothing is bound here
        ("::", "http://[::1]:80"),
        ("example.test", "http://example.test:80"),
    ],
)
def test_this_machine_reaches_itself(host, url):
    assert ports.url(host, 80) == url
