"""S3 at its HTTP boundary: what is sent, what comes of the answers, and of no answer."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from common.errors import DependencyUnavailable
from common.utils.net.outbound import Limits
from common.utils.storage.s3 import S3Storage
from tests.support.servers import stub_server
from tests.support.servers.stub_server import Asked, Reply, Stub

KEY = "avatar/ab/abcdef.jpg"
PRIVATE = "private/idcard/ab/abcdef.jpg"
XML = {"Content-Type": "application/xml"}
TIGHT = Limits(connect=1, silence=0.2, total=0.5, answer_bytes=4096)


class Bucket:
    """An S3 server as far as we use it."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}

    def __call__(self, asked: Asked) -> Reply:
        if "location" in urlsplit(asked.path).query:
            return Reply(
                body=b"<LocationConstraint>us-east-1</LocationConstraint>", headers=dict(XML)
            )
        if "AWS4-HMAC-SHA256 Credential=access-key/" not in asked.headers["authorization"]:
            return error("AccessDenied", 403)
        name = unquote(urlsplit(asked.path).path)[1:]
        return getattr(self, f"_{asked.method.lower()}")(name, asked)

    def _put(self, name: str, asked: Asked) -> Reply:
        self.objects[name] = (asked.body, asked.headers["content-type"])
        return Reply(headers={"ETag": f'"{hashlib.sha256(asked.body).hexdigest()}"'})

    def _delete(self, name: str, _asked: Asked) -> Reply:
        self.objects.pop(name, None)
        return Reply(204)

    def _head(self, name: str, _asked: Asked) -> Reply:
        if name not in self.objects:
            return Reply(404)
        return Reply(headers={"ETag": '"x"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"})


def error(code: str, status: int) -> Reply:
    return Reply(status, f"<Error><Code>{code}</Code></Error>".encode(), dict(XML))


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def stub(bucket: Bucket) -> Iterator[Stub]:
    with stub_server.running(bucket) as running:
        yield running


def connect(endpoint: str, **options: str) -> S3Storage:
    return S3Storage(endpoint, "access-key", "secret-key", bucket="news", limits=TIGHT, **options)


@pytest.fixture
def storage(stub: Stub) -> S3Storage:
    return connect(stub.url)


def test_an_object_arrives_in_the_bucket(storage: S3Storage, bucket: Bucket):
    storage.put(KEY, b"\xff\xd8pixels", "image/jpeg")

    assert bucket.objects == {f"news/{KEY}": (b"\xff\xd8pixels", "image/jpeg")}


def test_a_private_object_arrives_in_the_private_bucket(storage: S3Storage, bucket: Bucket):
    storage.put(PRIVATE, b"paper", "image/png", private=True)

    assert list(bucket.objects) == [f"news-private/{PRIVATE}"]


def test_an_object_can_be_looked_for_and_deleted_again_and_again(
    storage: S3Storage, bucket: Bucket
):
    storage.put(KEY, b"pixels", "image/jpeg")

    assert storage.exists(KEY)
    storage.delete(KEY)
    storage.delete(KEY)
    assert not storage.exists(KEY)
    assert bucket.objects == {}


def test_public_addresses_need_no_call(storage: S3Storage, stub: Stub):
    assert storage.url(KEY, base_url="http://ours/") == f"{stub.url}/news/{KEY}"
    assert (
        connect(stub.url, media_url="https://img.example.com/").url(KEY, base_url="")
        == f"https://img.example.com/{KEY}"
    )
    assert storage.url("https://elsewhere/x", base_url="") == "https://elsewhere/x"
    assert stub.asked == []


def test_an_endpoint_without_scheme_is_encrypted():
    assert connect("s3.example.com").url(KEY, base_url="").startswith("https://s3.example.com/")


def test_a_signed_address_names_its_lifetime(storage: S3Storage, stub: Stub):
    url = storage.signed_url(PRIVATE, 300, base_url="http://ours/")

    assert url.startswith(f"{stub.url}/news-private/{PRIVATE}?")
    query = parse_qs(urlsplit(url).query)
    assert query["X-Amz-Expires"] == ["300"]
    assert query["X-Amz-Signature"]


@pytest.mark.parametrize("key", [KEY, "../x"])
def test_only_private_keys_get_signed_addresses(storage: S3Storage, key: str):
    with pytest.raises(ValueError, match=r"private|malformed"):
        storage.signed_url(key, 300, base_url="")


FAILING = {
    "internal error": error("InternalError", 500),
    "refused": error("AccessDenied", 403),
    "no bucket": error("NoSuchBucket", 404),
    "html": Reply(502, b"<html>maintenance</html>", {"Content-Type": "text/html"}),
    "broken xml": Reply(500, b"<Error><Code>", dict(XML)),
    "redirect": Reply(302, headers={"Location": "http://127.0.0.1:1/"}),
    "endless": Reply(pieces=lambda: itertools.repeat(b"x" * 1000)),
    "silent": Reply(silent=True),
}


@pytest.mark.parametrize("reply", FAILING.values(), ids=FAILING.keys())
def test_every_failure_is_an_unavailable_storage(storage: S3Storage, stub: Stub, reply: Reply):
    stub.follow(lambda _asked: reply)

    for act in (
        lambda: storage.put(KEY, b"pixels", "image/jpeg"),
        lambda: storage.delete(KEY),
        lambda: storage.signed_url(PRIVATE, 300, base_url=""),
    ):
        with pytest.raises(DependencyUnavailable) as refusal:
            act()
        assert refusal.value.dependency == "storage"


@pytest.mark.parametrize("name", ["internal error", "refused", "silent"])
def test_a_provider_that_fails_does_not_look_like_an_absent_object(
    storage: S3Storage, stub: Stub, bucket: Bucket, name: str
):
    stub.follow(lambda asked: bucket(asked) if "location" in asked.path else FAILING[name])

    with pytest.raises(DependencyUnavailable):
        storage.exists(KEY)


def test_an_upload_that_is_accepted_without_a_proper_answer_counts_as_failed(
    storage: S3Storage, stub: Stub, bucket: Bucket
):
    stub.follow(lambda asked: bucket(asked) if "location" in asked.path else Reply(200))

    with pytest.raises(DependencyUnavailable):
        storage.put(KEY, b"pixels", "image/jpeg")


def test_an_answer_that_trickles_is_cut_off(storage: S3Storage, stub: Stub):
    def trickle() -> Iterator[bytes]:
        while not stub._server.closing.wait(0.05):
            yield b"x"

    stub.follow(lambda _asked: Reply(pieces=trickle))

    with pytest.raises(DependencyUnavailable):
        storage.delete(KEY)


def test_a_provider_that_is_not_there_is_an_unavailable_storage():
    with pytest.raises(DependencyUnavailable):
        connect("http://127.0.0.1:1").delete(KEY)


def test_thumbnails_are_objects_below_their_picture(storage: S3Storage, bucket: Bucket, stub: Stub):
    storage.put(KEY, b"pixels", "image/jpeg")
    storage.put(f"{KEY}/240", b"small", "image/webp")

    assert bucket.objects == {
        f"news/{KEY}": (b"pixels", "image/jpeg"),
        f"news/{KEY}/240": (b"small", "image/webp"),
    }
    assert storage.url(f"{KEY}/240", base_url="") == f"{storage.url(KEY, base_url='')}/240"
