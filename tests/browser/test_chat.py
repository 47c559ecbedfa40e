"""The page of chat and notices in a real browser, before the whole product of the demo; and what
other pages load, socket.io-client of both generations, in the same browser."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator

import pytest

from tests.support.clients.browser import Browser, browsing
from tests.support.clients.demo_reader import DemoReader
from tests.support.clients.javascript import bundle
from tests.support.harness.waiting import eventually
from tests.support.processes.runs import Run, run_of

FOLLOWING = "following notify"
QUESTION = "怎么搜索文章"
BUNDLES = [
    pytest.param(
        package,
        id=package,
        marks=pytest.mark.skipif(not bundle(package).exists(), reason="tests/topology fetches it"),
    )
    for package in ("client-2.3", "client-2.5", "client-3.1", "client-4")
]
LINES = """
[...document.querySelectorAll("#heard li")].map((line) => [line.dataset.kind, line.textContent])
"""
# In the words of their own documentation: the older ones have no "auth".
LISTEN = """
window.heard = [];
window.client = io(location.origin, {query: {token: %(token)s, greeting: 1}, auth: %(auth)s});
for (const name of ["connect", "message", "sync notify", "following notify"]) {
    client.on(name, (data) => heard.push([name, JSON.stringify(data || null)]));
}
"""
pytestmark = pytest.mark.timeout(400)  # the first one waits for a start with the demo
SAY = "client.emit('message', {msg: %s, timestamp: Date.now()})"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The product as people start it."""
    with run_of(tmp_path_factory.mktemp("product")) as made:
        yield made


@pytest.fixture(scope="module")
def reader(product: Run) -> DemoReader:
    """Who chats and is followed."""
    return DemoReader(product.url)


@pytest.fixture(scope="module")
def follower(product: Run) -> Callable[[], DemoReader]:
    """Somebody new at each call."""
    numbers = itertools.count(13_900_000_001)
    return lambda: DemoReader(product.url, str(next(numbers)))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def type_into(browser: Browser, name: str, text: str) -> None:
    """Write into a field as somebody at the keyboard does."""
    browser.ask(f"document.querySelector('[name={name}]').focus()")
    browser.do("Input.insertText", text=text)


def told(browser: Browser, kind: str, *, number: int = 1, by: str = LINES) -> list[str]:
    """What the page has heard of a kind, once there are so many."""

    def found() -> list[str]:
        own = [text for each, text in browser.ask(by) if each == kind]
        return own if len(own) >= number else []

    return list(eventually(found, what=kind))


def hear_of(browser: Browser, user_id: int, *, by: str = LINES) -> None:
    """Until the page has heard that this one follows. It may hear again of others: it went away
    before it could confirm them."""
    notices = eventually(
        lambda: [each for each in told(browser, FOLLOWING, by=by) if f":{user_id}," in each],
        what="the notice",
    )
    assert len(notices) == 1
    assert json.loads(notices[0][notices[0].index("{") :])["user_id"] == user_id


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("revision", ["3", "4"])
def test_a_reader_signs_in_chats_and_hears_of_a_follower(
    product, browser, reader, follower, revision, width
):
    somebody = follower()
    browser.open(f"{product.url}/docs/chat", width=width)
    browser.ask(f"document.querySelector('[name=revision]').value = '{revision}'")
    type_into(browser, "token", reader.token)
    browser.ask("document.querySelector('#opening button').click()")
    told(browser, "sync notify")
    told(browser, "message")  # the greeting
    type_into(browser, "msg", QUESTION)
    browser.ask("document.querySelector('#saying button').click()")
    answer, greeting = told(browser, "message", number=2)
    assert somebody.follow(reader.user_id) == 201
    hear_of(browser, somebody.user_id)

    assert browser.ask("document.getElementById('state').textContent") == "已连接"
    assert [each.endswith(QUESTION) for each in told(browser, "我")] == [True]
    assert answer != greeting
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert browser.complaints() == []


@pytest.mark.parametrize("package", BUNDLES)
def test_what_other_pages_load_does_the_same(product, browser, reader, follower, package):
    somebody = follower()
    browser.open(f"{product.url}/docs/chat", width=1280)
    browser.ask(bundle(package).read_text(encoding="utf-8") + "; 0")
    auth = json.dumps(None if package.startswith("client-2") else {"token": reader.token})
    browser.ask(LISTEN % {"token": json.dumps(reader.token), "auth": auth} + "; 0")
    told(browser, "sync notify", by="heard")
    told(browser, "message", by="heard")
    browser.ask(SAY % json.dumps(QUESTION) + "; 0")
    told(browser, "message", number=2, by="heard")
    assert somebody.follow(reader.user_id) == 201

    hear_of(browser, somebody.user_id, by="heard")
    eventually(
        lambda: browser.ask("client.io.engine.transport.name") == "websocket", what="a socket"
    )
