"""The page at the root: made seldom, shown to many, and there when the stores are not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from itertools import product

import pytest
from werkzeug.test import EnvironBuilder

from common.errors import DependencyUnavailable, NotFound
from common.extensions.web.face import Face, Login, Place
from common.extensions.web.face.pages import HEADLINES, KEPT_SECONDS
from common.extensions.web.face.rendering import FOLDER, ago, figure
from common.schemas.news import Headline
from common.utils import clock
from common.utils.background import memories
from tests.support.clients.html_page import HtmlPage

MINUTE_MS = 60_000
ENOUGH = 4.5  # WCAG 2.2, 1.4.3: contrast of text to what is behind it


def headline(title: str, **values: object) -> Headline:
    defaults = {
        "article_id": 7,
        "title": title,
        "summary": "",
        "author_name": "旧城漫步",
        "author_photo": "default/avatar-03.jpg",
        "channel_name": "城市",
        "published_ms": clock.now_ms(),
        "picture": "",
        "comments": 0,
        "likes": 0,
    }
    return Headline.model_validate(defaults | values)


class Newsroom:
    """Has one headline, and a clock that people set."""

    def __init__(self) -> None:
        self.title = "一"
        self.asked: list[int] = []
        self.is_away = False
        self.seconds = 1000.0
        self.happens: Callable[[], object] = lambda: None  # while somebody asks for the newest
        self.face = Face(
            newest=self._newest,
            opened=self._opened,
            places=[Place("chat", "聊天", "说说话。", links=())],
            logins=[Login("读者", "手机", "13812345678", "验证码", "246810", "")],
            media_url="",
            clock=lambda: self.seconds,
        )

    def _newest(self, count: int) -> list[Headline]:
        self.asked.append(count)
        self.happens()
        if self.is_away:
            raise DependencyUnavailable("sql")
        return [headline(self.title)]

    def _opened(self, article_id: int) -> None:
        raise NotFound(f"{article_id}")

    def shown(self) -> list[str]:
        """The texts of the page."""
        answer = self.face.front(EnvironBuilder().get_request())
        return HtmlPage(answer.get_data(as_text=True)).texts


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


def test_it_is_kept_for_a_few_seconds(newsroom):
    first = newsroom.shown()
    newsroom.title = "二"
    newsroom.seconds += KEPT_SECONDS - 0.1
    kept = newsroom.shown()
    newsroom.seconds += 0.1
    renewed = newsroom.shown()

    assert "一" in first
    assert kept == first
    assert "二" in renewed
    assert newsroom.asked == [HEADLINES, HEADLINES]


def test_a_forgotten_page_is_made_for_the_next_who_looks(newsroom):
    newsroom.shown()
    newsroom.title = "二"

    memories.forget_all()

    assert "二" in newsroom.shown()
    assert memories.sizes()["front_page"] >= 1


def test_what_it_showed_stays_while_the_stores_are_away(newsroom):
    first = newsroom.shown()
    newsroom.is_away = True
    newsroom.seconds += KEPT_SECONDS

    assert newsroom.shown() == first
    assert newsroom.shown() == first
    assert len(newsroom.asked) == 2  # nobody asks again within the next seconds


def test_without_any_store_it_still_says_what_this_is(newsroom):
    newsroom.is_away = True
    without = newsroom.shown()
    newsroom.is_away = False
    newsroom.seconds += KEPT_SECONDS
    again = newsroom.shown()

    assert any(text.startswith("文章暂时取不到") for text in without)
    assert "读者" in without
    assert "一" in again


def test_while_one_makes_the_new_page_the_others_take_the_old_one(newsroom):
    newsroom.shown()
    is_asked, may_answer = threading.Event(), threading.Event()

    def take_long() -> None:
        is_asked.set()
        assert may_answer.wait(10)

    newsroom.happens = take_long
    newsroom.title = "二"
    newsroom.seconds += KEPT_SECONDS
    maker = threading.Thread(target=newsroom.shown)
    maker.start()
    assert is_asked.wait(10)

    meanwhile = newsroom.shown()
    may_answer.set()
    maker.join()

    assert "一" in meanwhile
    assert "二" in newsroom.shown()


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (-5, "刚刚"),
        (0.5, "刚刚"),
        (1, "1 分钟前"),
        (59.9, "59 分钟前"),
        (60, "1 小时前"),
        (24 * 60, "1 天前"),
        (7 * 24 * 60 - 1, "6 天前"),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(minutes, text):
    assert ago(clock.now_ms() - int(minutes * MINUTE_MS)) == text


def test_what_is_older_than_a_week_has_a_date():
    assert ago(1_700_000_000_000) == "2023 年 11 月 15 日"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (9_999, "9999"), (10_000, "1.0 万"), (123_456, "12.3 万")]
)
def test_large_figures_are_short(count, text):
    assert figure(count) == text


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _palettes() -> dict[str, dict[str, str]]:
    style = (FOLDER / "static" / "face.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colour = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {"light": dict(colour.findall(light)), "dark": dict(colour.findall(dark))}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(scheme):
    colours = _palettes()[scheme]
    pairs = [*product(("ink", "soft", "accent"), ("paper", "card")), ("ink", "wash")]
    pairs += [("soft", "wash"), ("on-accent", "accent")]

    weak = {pair: _contrast(*map(colours.__getitem__, pair)) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < ENOUGH} == {}
