"""Who is at the other end of a connection, told by those who may (contract/security.md row 85)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from common.utils.background import memories

IPV6_SUBSCRIBER_BITS: Final = 64  # one subscriber owns a whole /64, so limits count those
MAX_HOPS: Final = 20  # of X-Forwarded-For that are looked at, from the right
UNKNOWN: Final = "unknown"  # somebody at our Unix socket who does not say for whom he speaks
SCHEMES: Final = ("http", "https")
FALLBACK_HOST: Final = "localhost"

_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Networks:
    """A set of networks."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(network, strict=False) for network in networks]
        self.is_empty = not self._networks
        self.contains = lru_cache(maxsize=1024)(self._contains)
        _known_addresses.add(self)

    def _contains(self, text: str) -> bool:
        address = _parse(text)
        return address is not None and any(address in network for network in self._networks)


_known_addresses: memories.Family[Networks] = memories.Family(
    "known_addresses",
    entries=lambda networks: networks.contains.cache_info().currsize,
    forget=lambda networks: networks.contains.cache_clear(),
)


def address_of(environ: dict[str, Any], proxies: Networks) -> str:
    """The right-most hop that is not one of our ``proxies``; nobody else's word is taken."""
    address: str = environ.get("REMOTE_ADDR") or UNKNOWN
    if not _may_tell(environ, proxies):
        return address
    forwarded_for = environ.get("HTTP_X_FORWARDED_FOR")
    return _told(address, forwarded_for, proxies) if forwarded_for else address


def _may_tell(environ: dict[str, Any], proxies: Networks) -> bool:
    """Whether the peer may say whom it speaks for: a proxy of ours, or the public server of this
    machine, who alone reaches our Unix socket and makes these headers anew."""
    peer: str = environ.get("REMOTE_ADDR", UNKNOWN)
    return not peer or (not proxies.is_empty and proxies.contains(peer))


def _told(address: str, forwarded_for: str, proxies: Networks) -> str:
    hops = forwarded_for.split(",")[-MAX_HOPS:]
    for hop in reversed(hops):
        parsed = _parse(hop.strip())
        if parsed is None:
            return address  # the last hop that can be believed
        address = str(parsed)
        if not proxies.contains(address):
            return address
    return address


def origin_of(environ: dict[str, Any], proxies: Networks) -> tuple[str, str]:
    """Scheme and host the client used to reach us, to build addresses it can reach again.

    What a client says of itself counts only through one of our ``proxies``; a host that is no
    host name is replaced, because it ends up in addresses inside pages.
    """
    scheme: str = environ["wsgi.url_scheme"]
    host: str = environ.get("HTTP_HOST", "")
    if _may_tell(environ, proxies):
        host = environ.get("HTTP_X_FORWARDED_HOST", host)
        if environ.get("HTTP_X_FORWARDED_PROTO") in SCHEMES:
            scheme = environ["HTTP_X_FORWARDED_PROTO"]
    return scheme, _sound_host(host)


@memories.cached("hosts", size=256)
def _sound_host(host: str) -> str:
    return host if _HOST.fullmatch(host) else FALLBACK_HOST


@memories.cached("limit_groups", size=4096)
def limit_group(address: str) -> str:
    """What limits per address count by: an IPv4 address, or the /64 network of an IPv6 one."""
    parsed = _parse(address)
    if not isinstance(parsed, ipaddress.IPv6Address):
        return address
    network = ipaddress.ip_network((int(parsed), IPV6_SUBSCRIBER_BITS), strict=False)
    return str(network)


@memories.cached("addresses", size=4096)
def _parse(text: str) -> Address | None:
    """The address in ``text``; an IPv4 one wrapped in IPv6 is unwrapped."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address
