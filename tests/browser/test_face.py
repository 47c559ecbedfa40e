"""The page at the root as a browser shows it: whole, in every width and light, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from werkzeug.serving import make_server

from common.utils import storage
from scripts.demo import content, default_avatar, loading
from scripts.gateway import create_gateway
from tests.support.clients.browser import Browser, browsing
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores

CHANNELS = 2  # of the demo; enough for a page
WIDTHS = (320, 375, 768, 1280)
PICTURES_ARE_SHOWN = """
Promise.all([...document.images].map(async (image) => {
    image.loading = "eager";
    await image.decode();
    return image.naturalWidth > 0;
}))
"""
TOO_WIDE = """
[...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .filter((each) => !each.closest("pre, table"))
    .map((each) => each.tagName + "." + each.className)
"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of a product with some demo content."""
    texts = content.read()
    texts = replace(texts, channels=texts.channels[:CHANNELS])
    with Stores(tmp_path_factory.mktemp("demo")) as stores:
        stores.reset()
        settings = stores.settings().model_copy(update={"demo": "on"})
        with bound(settings):
            pictures = storage.build(settings)
            default_avatar.provide(pictures, settings.default_avatar)
            loading.load(storage=pictures, texts=texts)
            server = make_server("127.0.0.1", 0, create_gateway(settings), threaded=True)
            thread = Thread(target=server.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}/"
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_shown_whole(browser: Browser, address: str, width: int, scheme: str):
    browser.open(address, width=width, scheme=scheme)

    shown = browser.ask(PICTURES_ARE_SHOWN)
    assert len(shown) >= 10
    assert all(shown)
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert browser.ask(TOO_WIDE) == []
    assert browser.complaints() == []
    assert [url for url in browser.requests() if not url.startswith((address, "data:"))] == []


def test_it_is_light_or_dark_as_its_user_likes_it(browser: Browser, address: str):
    grounds = []
    for scheme in ("light", "dark"):
        browser.open(address, width=1280, scheme=scheme)
        grounds.append(browser.ask(BACKGROUND))

    assert grounds == ["rgb(247, 245, 241)", "rgb(18, 21, 24)"]


def test_what_it_says_needs_no_scripts(browser: Browser, address: str):
    browser.do("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(address, width=375)
    text = browser.ask("document.body.innerText")
    browser.do("Emulation.setScriptExecutionDisabled", value=False)

    for word in ("最新文章", "小时前", "演示登录", "246810", "各个入口"):
        assert word in text


def test_a_headline_leads_to_its_article_and_back(browser: Browser, address: str):
    browser.open(address, width=375)
    title, link = browser.ask(
        "(link => [link.textContent, link.href])(document.querySelector('.card h3 a'))"
    )
    browser.open(link, width=375)

    assert browser.ask("document.querySelector('h1').textContent") == title
    assert all(browser.ask(PICTURES_ARE_SHOWN))
    assert browser.ask(TOO_WIDE) == []
    assert browser.complaints() == []
    assert browser.ask("document.querySelector('.mark').href") == address


def test_nothing_that_got_into_a_page_would_run(browser: Browser, address: str):
    browser.open(address, width=1280)

    browser.ask(
        """
        const script = document.createElement("script");
        script.textContent = "document.title = 'ran'";
        document.body.append(script);
        const picture = new Image();
        picture.src = "http://127.0.0.1:9/x.gif";
        new Promise((done) => { picture.onerror = done; });
        """
    )

    assert browser.ask("document.title") == "头条 · 自己托管的新闻产品"
    assert sum("Content Security Policy" in each for each in browser.complaints()) >= 2
