"""Fetching foreign addresses never reaches our own network (contract/security.md row 73)."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.utils.net import fetching
from common.utils.net.fetching import Fetched, FetchFailed, FetchRefused, Policy, fetch, fetch_all
from tests.support.servers.web import LOOPBACK, Site, body, redirect, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        yield running


def test_a_public_address_is_fetched_by_its_name(site: Site) -> None:
    site.answers["/a.png"] = body(b"picture")

    fetched = fetch(site.url("/a.png"), policy=site.policy())

    assert fetched == Fetched(site.url("/a.png"), b"picture", "image/png")
    assert site.asked == [(f"news.example:{site.port}", "/a.png")]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://0/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/",
        "http://[::ffff:127.0.0.1]/", "http://2130706433/", "http://0x7f.1/", "http://017700000001/",
        "http://127.1/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
        "http://172.16.0.1/", "http://192.168.0.1/", "http://100.64.0.1/", "http://[fd00::1]/",
        "http://[fe80::1]/", "http://[fec0::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://localhost/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://192.0.2.1/", "http://[2001:db8::1]/",
    ],
)  # fmt: skip
def test_our_own_networks_are_never_connected(url: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(url)


@pytest.mark.parametrize(
    "url",
    [
        "gopher://example.com/", "file:///etc/passwd", "dict://example.com:2628/",
        "ftp://example.com/", "http://ok@example.com/", "http://example.com:22/",
        "http://example.com:6379/", "//example.com/", "/etc/passwd", "", "http://", "http:///x",
        "https://[::1", "http://example.com/" + "a" * 3000,
    ],
)  # fmt: skip
def test_other_schemes_credentials_and_ports_are_refused_without_a_lookup(url: str) -> None:
    asked: list[str] = []

    with pytest.raises(FetchRefused):
        fetch(url, policy=Policy(resolve=lambda host, _port: asked.append(host) or []))

    assert asked == []


@pytest.mark.parametrize("host", ["localhost.", "inside.example", "127.0.0.1.nip.example"])
def test_a_name_of_a_private_address_is_never_connected(host: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(f"http://{host}/", policy=Policy(resolve=lambda _host, _port: [LOOPBACK]))


def test_a_name_with_one_private_address_is_refused(site: Site) -> None:
    mixed = site.policy(resolve=lambda _host, _port: [LOOPBACK, "10.0.0.7"])

    with pytest.raises(FetchRefused):
        fetch(site.url("/a.png"), policy=mixed)

    assert site.asked == []


def test_the_name_is_resolved_once_and_rebinding_changes_nothing(site: Site) -> None:
    site.answers["/a.png"] = body(b"picture")
    answers = iter([[LOOPBACK], ["10.0.0.7"]])
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    fetched = fetch(site.url("/a.png"), policy=site.policy(resolve=resolve))

    assert fetched.body == b"picture"
    assert asked == ["news.example"]


def test_a_redirect_is_checked_like_a_first_address(site: Site) -> None:
    site.answers["/in"] = redirect("http://inside.example/secret")
    zones = {"news.example": [LOOPBACK], "inside.example": ["192.168.1.1"]}
    policy = site.policy(resolve=lambda host, _port: zones[host], ports=frozenset({80, site.port}))

    with pytest.raises(FetchRefused):
        fetch(site.url("/in"), policy=policy)


def test_a_few_redirects_are_followed_and_no_more(site: Site) -> None:
    site.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(4)}
    site.answers["/3"] = body(b"there")
    site.answers["/loop"] = redirect("/loop")

    assert fetch(site.url("/0"), policy=site.policy()).body == b"there"
    with pytest.raises(FetchFailed):
        fetch(site.url("/loop"), policy=site.policy())


def test_a_body_beyond_the_limit_fails_before_it_is_all_read(site: Site) -> None:
    site.answers["/big"] = body(b"x" * 300_000)

    with pytest.raises(FetchFailed):
        fetch(site.url("/big"), limit=100_000, policy=site.policy())


@pytest.mark.parametrize(
    "target", ["http://[::1", "http://a..b/", "http://", "//[x", "http://a:x/"]
)
def test_a_redirect_to_what_is_no_address_is_refused(site: Site, target: str) -> None:
    site.answers["/r"] = redirect(target)

    with pytest.raises((FetchRefused, FetchFailed)):
        fetch(site.url("/r"), policy=site.policy())


def test_a_compressed_answer_that_nobody_asked_for_is_unpacked(site: Site) -> None:
    site.answers["/z"] = body(gzip.compress(b"feed"), Content_Encoding="gzip")

    assert fetch(site.url("/z"), policy=site.policy()).body == b"feed"


def test_a_compressed_answer_may_not_grow_beyond_the_limit(site: Site) -> None:
    site.answers["/z"] = body(gzip.compress(b"0" * 100_001), Content_Encoding="gzip")

    with pytest.raises(FetchFailed, match="More than 100000 bytes"):
        fetch(site.url("/z"), limit=100_000, policy=site.policy())


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/xml; charset=gbk", "gbk"),
        ('application/rss+xml;Charset="GB2312"', "GB2312"),
        ("text/xml", ""),
        ("text/xml; charset", ""),
        (";;;", ""),
    ],
)
def test_the_encoding_that_the_sender_names_is_known(
    site: Site, content_type: str, charset: str
) -> None:
    site.answers["/c"] = body(b"x", content_type)

    assert fetch(site.url("/c"), policy=site.policy()).charset == charset


def test_an_answer_that_never_ends_fails_in_time(site: Site) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    site.answers["/drip"] = drip

    try:
        with pytest.raises(FetchFailed):
            fetch(site.url("/drip"), policy=site.policy(total_seconds=0.3))
    finally:
        stop.set()


def test_errors_of_the_other_side_are_failures(site: Site) -> None:
    site.answers["/gone"] = lambda handler: handler.send_error(404)
    nobody = site.policy(resolve=lambda _host, _port: [])

    with pytest.raises(FetchFailed, match="404"):
        fetch(site.url("/gone"), policy=site.policy())
    with pytest.raises(FetchFailed):
        fetch(site.url("/x"), policy=nobody)


def test_many_are_fetched_together_and_a_failure_spoils_nothing(site: Site) -> None:
    site.answers |= {f"/{n}": body(str(n).encode()) for n in range(20)}
    good = [site.url(f"/{n}") for n in range(20)]

    fetched: Mapping[str, Any] = fetch_all(
        [*good, "ftp://example.com/", good[0]], policy=site.policy()
    )

    assert [fetched[url].body for url in good] == [str(n).encode() for n in range(20)]
    assert isinstance(fetched["ftp://example.com/"], FetchRefused)
    assert len(site.asked) == 20


def test_tls_checks_the_certificate_of_the_name_not_of_the_address(tmp_path: Path) -> None:
    certificate = _certificate(tmp_path, "news.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))

    with serving(Site(server)) as site:
        site.answers["/a"] = body(b"secret")
        policy = site.policy(tls=trusting)

        fetched = fetch(f"https://news.example:{site.port}/a", policy=policy)
        with pytest.raises(FetchFailed):
            fetch(f"https://other.example:{site.port}/a", policy=policy)

    assert fetched.body == b"secret"
    assert site.server_names == ["news.example", "other.example"]


def _certificate(folder: Path, name: str) -> Path:
    """A certificate of its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_the_public_internet_is_public(address: str) -> None:
    assert fetching.is_public(ipaddress.ip_address(address))
