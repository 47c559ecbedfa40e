"""Fetching what somebody else's address names, without ever reaching into our own network.

Contract: contract/security.md row 73. A host name is resolved once, every address it has is
checked, and the connection goes to a checked address, so that neither a redirect nor a changed
DNS answer leads anywhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.message import Message
from functools import cache
from typing import Final

import httpx

from common.errors import InvalidInput
from common.utils.net.addresses import resolved
from common.utils.net.unpacking import TooLong, unpacked

Resolve = Callable[[str, int], Sequence[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

DEFAULT_LIMIT: Final = 20 * 1024 * 1024  # bytes
TOTAL_SECONDS: Final = 20.0  # name, connection, redirects and body together
MAX_REDIRECTS: Final = 3
CONCURRENCY: Final = 8
_STEP_SECONDS: Final = 5.0  # connecting, or waiting for the next bytes
_LONGEST_URL: Final = 2048
_AGENT: Final = "toutiao-fetch/1"
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class FetchRefused(InvalidInput):
    """The address is not one that we may connect to; nothing was sent."""


class FetchFailed(InvalidInput):
    """The other side did not deliver: an error, too much, too slow, or too many redirects."""


def resolve(host: str, port: int) -> list[str]:
    """Addresses of ``host`` according to the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Policy:
    """Where connections may go, and for how long. The default is the public web."""

    resolve: Resolve = resolve
    ports: frozenset[int] = frozenset({80, 443})
    allowed: frozenset[str] = frozenset()  # addresses beside the public ones
    tls: ssl.SSLContext | None = None  # None: the usual certificate authorities
    total_seconds: float = TOTAL_SECONDS


@dataclass(frozen=True)
class Fetched:
    """A body, unpacked if it came compressed, and where it came from in the end."""

    url: str
    body: bytes
    content_type: str

    @property
    def charset(self) -> str:
        """The encoding that the sender names; empty: none."""
        message = Message()
        message["Content-Type"] = self.content_type
        return str(message.get_param("charset", "")) if self.content_type else ""


PUBLIC: Final = Policy()


def fetch(url: str, *, limit: int = DEFAULT_LIMIT, policy: Policy = PUBLIC) -> Fetched:
    """Get ``url``.

    :param limit: bytes; a longer body fails, also if it is longer only when it is unpacked
    :raises FetchRefused: the address, or one it redirects to, is not allowed
    :raises FetchFailed: no usable answer within the policy's ``total_seconds``
    """
    return asyncio.run(_fetch(url, limit, policy))


def fetch_all(
    urls: Iterable[str], *, limit: int = DEFAULT_LIMIT, policy: Policy = PUBLIC
) -> dict[str, Fetched | InvalidInput]:
    """Get many addresses, ``CONCURRENCY`` at a time; a failure is the value, never raised."""
    return asyncio.run(_fetch_all(list(dict.fromkeys(urls)), limit, policy))


async def _fetch_all(
    urls: Sequence[str], limit: int, policy: Policy
) -> dict[str, Fetched | InvalidInput]:
    turns = asyncio.Semaphore(CONCURRENCY)

    async def attempt(url: str) -> Fetched | InvalidInput:
        async with turns:
            try:
                return await _fetch(url, limit, policy)
            except InvalidInput as error:
                return error

    return dict(zip(urls, await asyncio.gather(*map(attempt, urls)), strict=True))


async def _fetch(url: str, limit: int, policy: Policy) -> Fetched:
    try:
        async with asyncio.timeout(policy.total_seconds):
            return await _follow(url, limit, policy)
    except TimeoutError as error:
        raise FetchFailed({"url": "The address does not answer in time."}) from error
    except httpx.HTTPError as error:
        raise FetchFailed({"url": "The address does not answer."}) from error


async def _follow(url: str, limit: int, policy: Policy) -> Fetched:
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _get(url, limit, policy)
        if isinstance(answer, Fetched):
            return answer
        url = answer
    raise FetchFailed({"url": "The address redirects too often."})


async def _get(url: str, limit: int, policy: Policy) -> Fetched | str:
    """The body behind ``url``, or the address it redirects to."""
    target = _parsed(url, policy)
    address = await _checked_address(target, policy)
    # The request names the address, Host header and TLS name the host: nothing is resolved again.
    request = httpx.Request(
        "GET",
        target.copy_with(host=str(address)),
        headers={
            "Host": target.netloc.decode("ascii"),
            "User-Agent": _AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",  # some compress all the same
        },
        extensions={"sni_hostname": target.raw_host.decode("ascii")},
    )
    async with httpx.AsyncClient(
        verify=policy.tls or _authorities(), timeout=_STEP_SECONDS, trust_env=False
    ) as client:
        response = await client.send(request, stream=True)
        try:
            return await _received(url, response, limit)
        finally:
            await response.aclose()


@cache
def _authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _parsed(url: str, policy: Policy) -> httpx.URL:
    if len(url) > _LONGEST_URL:
        raise FetchRefused({"url": "The address is too long."})
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise FetchRefused({"url": "Not an address."}) from error
    if target.scheme not in ("http", "https") or not target.host:
        raise FetchRefused({"url": "Only http and https addresses."})
    if target.userinfo:
        raise FetchRefused({"url": "No credentials in addresses."})
    if _port(target) not in policy.ports:
        raise FetchRefused({"url": "This port is not allowed."})
    return target


def _port(target: httpx.URL) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


async def _checked_address(target: httpx.URL, policy: Policy) -> Address:
    """The first address of the host; refused if any of them is not allowed."""
    try:
        found = await asyncio.to_thread(
            policy.resolve, target.raw_host.decode("ascii"), _port(target)
        )
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise FetchFailed({"url": "The host is unknown."}) from error
    if not addresses:
        raise FetchFailed({"url": "The host is unknown."})
    if not all(str(address) in policy.allowed or is_public(address) for address in addresses):
        raise FetchRefused({"url": "This host is not allowed."})
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether ``address`` is on the public internet, also behind its IPv6 disguises."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def _received(url: str, response: httpx.Response, limit: int) -> Fetched | str:
    if response.has_redirect_location:
        return resolved(response.headers["Location"], url)
    if response.status_code != httpx.codes.OK:
        raise FetchFailed({"url": f"The address answers {response.status_code}."})
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > limit:
            raise FetchFailed({"url": f"More than {limit} bytes."})
    try:
        whole = unpacked(
            bytes(body), limit=limit, encodings=response.headers.get("Content-Encoding", "")
        )
    except TooLong as error:
        raise FetchFailed({"url": str(error)}) from error
    return Fetched(url=url, body=whole, content_type=response.headers.get("Content-Type", ""))
