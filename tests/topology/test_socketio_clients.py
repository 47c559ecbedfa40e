"""What people's browsers run: socket.io-client of four generations, unmodified, from npm."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from common.extensions.description.docs import STATIC
from common.extensions.messaging.push import push, sign_out, user_room
from common.settings import Settings
from tests.factories import NotificationFactory
from tests.im.conftest import Reader, is_delivered, signed_in
from tests.support.clients.javascript import PACKAGES, javascript_client, running
from tests.support.harness.bus import be_patient
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, Node, node

TRANSPORTS = (["polling"], ["websocket"], ["polling", "websocket"])
OLD = ("client-2.3", "client-2.5")
FOLLOWING = "following notify"


@pytest.fixture(scope="module")
def im(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node, without limits per address."""
    stores.reset()
    settings: Settings = stores.settings()
    with bound(settings), node(settings, tmp_path_factory.mktemp("im"), NO_LIMITS) as running:
        be_patient(settings)
        yield running


@pytest.fixture
def someone(im: Node) -> Reader:
    return signed_in()


def credentials(package: str, token: str) -> dict[str, Any]:
    """As clients of that generation send a token."""
    return {"query": {"token": token}} if package in OLD else {"auth": {"token": token}}


@pytest.mark.parametrize("transports", TRANSPORTS, ids="-".join)
@pytest.mark.parametrize("package", PACKAGES)
def test_a_reader_hears_what_he_missed_and_what_happens(im, someone, package, transports):
    row = NotificationFactory(user_id=someone.user_id, payload={"user_name": "头条😀"})
    sent = credentials(package, someone.token)
    with javascript_client(package, im.url, transports=transports, **sent) as client:
        (transport,) = client.next("connect")  # newer ones may have upgraded before
        assert transport in transports
        (missed,) = client.next("event", FOLLOWING)
        assert (missed["id"], missed["user_name"]) == (row.id, "头条😀")
        assert client.next("event", "sync notify")[0]["last_id"] == row.id
        if len(transports) == 2 and transport == "polling":
            client.next("upgrade", "websocket")

        push(FOLLOWING, {"user_name": "😀 新"}, room=user_room(someone.user_id))

        assert client.next("event", FOLLOWING) == [{"user_name": "😀 新"}]
        eventually(lambda: is_delivered({"id": row.id}), what="confirmation")


@pytest.mark.parametrize("transports", TRANSPORTS, ids="-".join)
@pytest.mark.parametrize("package", PACKAGES)
def test_a_guest_talks_to_the_bot(im, package, transports):
    with javascript_client(package, im.url, transports=transports) as client:
        client.next("connect")

        client.emit("message", {"msg": "你好😀", "timestamp": int(time.time() * 1000)})

        assert client.next("answer")[0]["ok"] is True
        assert client.next("event", "message")[0]["msg"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_wrong_token_is_refused_with_its_reason(im, package):
    with javascript_client(package, im.url, **credentials(package, "nonsense")) as client:
        assert client.next("refused")[0] == "Wrong token."


@pytest.mark.parametrize("package", PACKAGES)
def test_the_chat_has_a_namespace_of_its_own(im, someone, package):
    sent = credentials(package, someone.token)
    with javascript_client(package, f"{im.url}/chatbot", **sent) as client:
        client.next("connect")

        assert client.next("event", "message")[0]["msg"]


@pytest.mark.parametrize("path", ["/app/socket.io", "/im"])
@pytest.mark.parametrize("package", PACKAGES)
def test_the_other_paths_serve_as_well(im, package, path):
    with javascript_client(package, im.url, path=path) as client:
        assert client.next("connect")


@pytest.mark.parametrize("package", PACKAGES)
def test_who_is_signed_out_is_told_and_stays_away(im, someone, package):
    sent = credentials(package, someone.token)
    with javascript_client(package, im.url, reconnection=True, **sent) as client:
        client.next("event", "sync notify")

        sign_out(someone.user_id)

        assert client.next("disconnect") == ["io server disconnect"]


@pytest.mark.parametrize("package", PACKAGES)
def test_who_is_sent_elsewhere_comes_back_by_himself(stores, runtime, tmp_path, package):
    with node(runtime, tmp_path, NO_LIMITS) as first:
        port = first.port
        with javascript_client(package, first.url, reconnection=True) as client:
            client.next("connect")

            first.stop()

            assert client.next("disconnect")[0] in ("transport close", "transport error")
            with node(runtime, tmp_path, NO_LIMITS, port=port):
                assert client.next("connect")


@pytest.mark.parametrize("package", OLD)
def test_older_clients_stay_by_pings_of_their_own(im, package):
    """They would leave half a minute after the first one that nobody answers."""
    with javascript_client(package, im.url) as client:
        client.next("upgrade", "websocket")

        client.next("pong", seconds=40)


@pytest.mark.parametrize("revision", ["3", "4"])
def test_the_page_of_the_description_chats_and_shows_notices(im, someone, revision):
    row = NotificationFactory(user_id=someone.user_id, payload={"user_name": "头条"})
    with running("page.js", str(STATIC / "chat.js"), im.url, revision, someone.token) as page:
        page.next("state", "已连接")
        (shown,) = page.next("line", FOLLOWING)
        assert json.loads(shown[shown.index("{") :])["id"] == row.id

        page.emit("message", "你好")

        assert page.next("line", "我")[0].endswith("你好")
        assert page.next("line", "message")[0]


@pytest.mark.parametrize("revision", ["3", "4"])
def test_the_page_says_why_somebody_is_refused(im, revision):
    with running("page.js", str(STATIC / "chat.js"), im.url, revision, "nonsense") as page:
        page.next("state", "被拒绝：Wrong token.")
