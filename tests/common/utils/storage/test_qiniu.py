"""Qiniu at its HTTP boundary: what is sent, what comes of the answers, and of no answer."""

from __future__ import annotations

import base64
import email.parser
import itertools
import json
from collections.abc import Iterator
from email.policy import HTTP
from typing import Any

import pytest
from qiniu import Auth

from common.errors import DependencyUnavailable
from common.utils.background import memories
from common.utils.net.outbound import Limits
from common.utils.storage.qiniu import QiniuStorage
from tests.support.servers import stub_server
from tests.support.servers.stub_server import Asked, Reply, Stub

ACCESS, SECRET = "access-key", "secret-key"
MEDIA = "https://img.example.com/"
KEY = "avatar/ab/abcdef.jpg"
PRIVATE = "private/idcard/ab/abcdef.jpg"
TIGHT = Limits(connect=1, silence=0.2, total=0.5, answer_bytes=4096)


class Kodo:
    """Qiniu as far as we use it: it finds hosts, takes, shows and forgets objects."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.netloc = ""
        self.unsigned: list[str] = []

    def __call__(self, asked: Asked) -> Reply:
        if asked.path.startswith("/v4/query?"):
            region = {kind: {"domains": [self.netloc]} for kind in ("up", "rs")}
            return self._json({"hosts": [region]})
        if asked.path == "/":
            return self._upload(asked)
        token = Auth(ACCESS, SECRET).token_of_request(f"http://{self.netloc}{asked.path}")
        if asked.headers.get("authorization") != f"QBox {token}":
            return self._json({"error": "bad token"}, status=401)
        if asked.path.startswith("/v2/domains?tbl="):
            return self._json(["private.example.com"])
        _, operation, entry = asked.path.split("/")
        bucket, key = base64.urlsafe_b64decode(entry).decode().split(":")
        if (bucket, key) not in self.objects:
            return self._json({"error": "no such file or directory"}, status=612)
        if operation == "delete":
            del self.objects[bucket, key]
        return self._json({"fsize": 1})

    def _upload(self, asked: Asked) -> Reply:
        head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
        form = email.parser.BytesParser(policy=HTTP).parsebytes(head + asked.body)
        fields: dict[Any, Any] = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in form.iter_parts()
        }
        access, _, policy = Auth.up_token_decode(fields["token"].decode())
        bucket, key = policy["scope"].split(":")
        assert (access, key) == (ACCESS, fields["key"].decode())
        self.objects[bucket, key] = fields["file"]
        return self._json({"hash": "Fk2b9Qa", "key": key})

    @staticmethod
    def _json(content: object, status: int = 200) -> Reply:
        return Reply(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def kodo() -> Kodo:
    return Kodo()


@pytest.fixture
def stub(kodo: Kodo) -> Iterator[Stub]:
    with stub_server.running(kodo) as running:
        kodo.netloc = running.netloc
        yield running


@pytest.fixture
def storage(stub: Stub) -> Iterator[QiniuStorage]:
    opened = QiniuStorage(
        ACCESS, SECRET, bucket="news", media_url=MEDIA, uc_url=stub.url, limits=TIGHT
    )
    yield opened
    opened._provider.close()


def test_an_object_arrives_in_the_bucket(storage: QiniuStorage, kodo: Kodo, stub: Stub):
    storage.put(KEY, b"\xff\xd8pixels", "image/jpeg")

    assert kodo.objects == {("news", KEY): b"\xff\xd8pixels"}
    assert b"Content-Type: image/jpeg" in stub.asked[-1].body


def test_a_private_object_arrives_in_the_private_bucket(storage: QiniuStorage, kodo: Kodo):
    storage.put(PRIVATE, b"paper", "image/jpeg", private=True)

    assert kodo.objects == {("news-private", PRIVATE): b"paper"}


def test_an_object_can_be_looked_for_and_deleted_again_and_again(storage: QiniuStorage, kodo: Kodo):
    storage.put(KEY, b"pixels", "image/jpeg")

    assert storage.exists(KEY)
    storage.delete(KEY)
    storage.delete(KEY)
    assert not storage.exists(KEY)
    assert kodo.objects == {}


def test_the_hosts_of_a_bucket_are_asked_for_once(storage: QiniuStorage, stub: Stub):
    for _ in range(3):
        storage.put(KEY, b"pixels", "image/jpeg")

    assert sum(asked.path.startswith("/v4/query") for asked in stub.asked) == 1


def test_what_was_learnt_of_the_buckets_is_counted_and_can_be_forgotten(
    storage: QiniuStorage, stub: Stub
):
    memories.forget("storage_hosts")  # of storages of other tests, too
    storage.put(KEY, b"pixels", "image/jpeg")
    storage.signed_url(PRIVATE, 300, base_url="http://ours/")
    kept = memories.sizes()["storage_hosts"]

    memories.forget("storage_hosts")

    assert (kept, memories.sizes()["storage_hosts"]) == (2, 0)
    storage.put(KEY, b"pixels", "image/jpeg")
    storage.signed_url(PRIVATE, 300, base_url="http://ours/")
    assert sum(asked.path.startswith("/v4/query") for asked in stub.asked) == 2
    assert sum(asked.path.startswith("/v2/domains") for asked in stub.asked) == 2


def test_public_addresses_need_no_call(storage: QiniuStorage, stub: Stub):
    assert storage.url(KEY, base_url="http://ours/") == MEDIA + KEY
    assert storage.url("https://elsewhere/x", base_url="http://ours/") == "https://elsewhere/x"
    assert stub.asked == []


def test_a_signed_address_points_to_the_private_domain(storage: QiniuStorage, stub: Stub):
    url = storage.signed_url(PRIVATE, 300, base_url="http://ours/")
    storage.signed_url(PRIVATE, 300, base_url="http://ours/")

    address, _, token = url.partition("&token=")
    assert address.startswith(f"https://private.example.com/{PRIVATE}?e=")
    assert token == Auth(ACCESS, SECRET).token(address)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("key", [KEY, "../x"])
def test_only_private_keys_get_signed_addresses(storage: QiniuStorage, key: str):
    with pytest.raises(ValueError, match=r"private|malformed"):
        storage.signed_url(key, 300, base_url="")


FAILING = {
    "error": Reply(599, b'{"error": "internal"}'),
    "refused": Reply(401, b'{"error": "bad token"}'),
    "html": Reply(200, b"<html>maintenance</html>"),
    "array": Reply(200, b"[1, 2]"),
    "wrong key": Reply(200, b'{"key": "elsewhere", "hosts": [{"up": 1, "rs": "x"}]}'),
    "empty": Reply(200, b""),
    "redirect": Reply(302, headers={"Location": "http://127.0.0.1:1/"}),
    "endless": Reply(pieces=lambda: itertools.repeat(b"x" * 1000)),
    "silent": Reply(silent=True),
}


@pytest.mark.parametrize("reply", FAILING.values(), ids=FAILING.keys())
def test_every_failure_to_find_the_hosts_is_an_unavailable_storage(
    storage: QiniuStorage, stub: Stub, reply: Reply
):
    stub.follow(lambda _asked: reply)

    with pytest.raises(DependencyUnavailable) as refusal:
        storage.put(KEY, b"pixels", "image/jpeg")

    assert refusal.value.dependency == "storage"


@pytest.mark.parametrize("reply", FAILING.values(), ids=FAILING.keys())
def test_every_failure_of_an_upload_is_an_unavailable_storage(
    storage: QiniuStorage, stub: Stub, kodo: Kodo, reply: Reply
):
    stub.follow(lambda asked: kodo(asked) if "query" in asked.path else reply)

    with pytest.raises(DependencyUnavailable):
        storage.put(KEY, b"pixels", "image/jpeg")


@pytest.mark.parametrize("name", ["error", "refused", "redirect", "endless", "silent"])
def test_every_failure_to_delete_or_look_is_an_unavailable_storage(
    storage: QiniuStorage, stub: Stub, kodo: Kodo, name: str
):
    stub.follow(lambda asked: kodo(asked) if "query" in asked.path else FAILING[name])

    for act in (storage.delete, storage.exists):
        with pytest.raises(DependencyUnavailable):
            act(KEY)


@pytest.mark.parametrize("name", ["error", "html", "wrong key", "empty", "silent"])
def test_without_a_private_domain_there_are_no_signed_addresses(
    storage: QiniuStorage, stub: Stub, name: str
):
    stub.follow(lambda _asked: FAILING[name])

    with pytest.raises(DependencyUnavailable):
        storage.signed_url(PRIVATE, 300, base_url="")


def test_a_provider_that_is_not_there_is_an_unavailable_storage():
    storage = QiniuStorage(
        ACCESS, SECRET, bucket="news", media_url=MEDIA, uc_url="http://127.0.0.1:1", limits=TIGHT
    )

    with pytest.raises(DependencyUnavailable):
        storage.exists(KEY)


def test_thumbnails_are_objects_below_their_picture(storage: QiniuStorage, kodo: Kodo):
    storage.put(KEY, b"pixels", "image/jpeg")
    storage.put(f"{KEY}/240", b"small", "image/webp")

    assert kodo.objects == {("news", KEY): b"pixels", ("news", f"{KEY}/240"): b"small"}
    assert storage.url(f"{KEY}/240", base_url="") == f"{MEDIA}{KEY}/240"
