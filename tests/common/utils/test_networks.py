"""Where a request comes from (contract/security.md row 85)."""

import pytest

from common.utils.networks import Networks, address_of, limit_group

PROXIES = Networks(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", ", ".join(["198.51.100.1"] + ["10.0.0.2"] * 1000), "10.0.0.2"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("", "127.0.0.1", "127.0.0.1"),
        ("", "", "unknown"),
    ],
)
def test_the_right_most_hop_that_is_not_ours_is_the_client(remote, forwarded, address):
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}

    assert address_of(environ, PROXIES) == address


def test_without_trusted_proxies_nobody_is_believed():
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}

    assert address_of(environ, Networks([])) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_limits_count_a_whole_ipv6_network_as_one(address, group):
    assert limit_group(address) == group
