"""Addresses that a run may listen on."""

from __future__ import annotations

import socket

import pytest

from scripts import ports
from scripts.ports import PortError, claimable


def test_port_zero_becomes_a_free_port():
    assert claimable("127.0.0.1", 0, option="--port") > 0


def test_a_port_in_use_names_the_option_that_helps():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortError, match=f"port {port} is in use; .* choose another --im-port"):
            claimable("127.0.0.1", port, option="--im-port")


@pytest.mark.parametrize("host", ["192.0.2.1", "no..host"])
def test_a_foreign_address_is_named(host):
    with pytest.raises(PortError, match=host):
        claimable(host, 0, option="--port")


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
