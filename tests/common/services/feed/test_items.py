"""Items written from templates are what is built and encoded anew each time."""

from __future__ import annotations

import random

import orjson
import pytest

from common.schemas.news import ArticleInfo, Cover
from common.schemas.users import Profile
from common.services.articles.cards import LISTED, article_cards
from common.services.behaviour import traces
from common.services.feed import items
from common.services.recommending import Suggestion
from common.services.visibility import VisibleArticle
from common.utils import media
from tests.support.threads import at_once

TITLES = [
    "城市夜跑地图上线",
    '100 % "sure", 50%d %s %% \\u0000',
    "\x00\x01\x02?\x7f\u2028",
    "",
]


@pytest.fixture(autouse=True)
def pictures():
    """Pictures are at an address of their own."""
    media.init(media_url="https://img.example.com/", default_avatar="")
    yield
    media.init(media_url="", default_avatar="")


def article(article_id, *, title="t", name="林间小雨", images=(), **values):
    info = ArticleInfo(
        title=title,
        author_id=300127764410,
        published_at="2024-05-18T21:40:07",
        channel_id=7,
        allow_comment=True,
        cover=Cover(kind=len(images), images=images),
        is_top=values.pop("is_top", 0),
    )
    return VisibleArticle(article_id, info, Profile(name=name), **values)


def figures_of(articles):
    chance = random.Random(len(articles))
    return {
        name: {each.article_id: chance.randint(0, 10**6) for each in articles} for name in LISTED
    }


def suggested(articles):
    return [
        Suggestion(each.article_id, each.info.author_id, reason)
        for each, reason in zip(articles, ["fresh", "hot"] * len(articles), strict=False)
    ]


def plainly(pinned, others, shown, figures, subject):
    """The items, one by one."""
    cards = article_cards([*pinned, *others], figures)
    for card in cards[: len(pinned)]:
        card["is_top"] = 1
    for card, each, suggestion in zip(cards[len(pinned) :], others, shown, strict=True):
        card["is_top"] = 0
        card["reason"] = "follow" if each.follows_author else suggestion.reason
        card["trace"] = traces.of(subject, each.article_id)
    return orjson.dumps(cards)


def check(pinned, others, subject="318204775501"):
    figures, shown = figures_of([*pinned, *others]), suggested(others)
    written = items.results(pinned, others, shown, figures, subject)
    assert orjson.dumps(written) == plainly(pinned, others, shown, figures, subject)


@pytest.mark.parametrize("subject", ["7", "anon:" + "0f" * 32, ""])
@pytest.mark.parametrize("title", TITLES)
def test_an_item_is_written_byte_for_byte_as_it_is_built(title, subject):
    shown = [article(1, title=title, name=title), article(2**63 - 1, follows_author=True)]

    check([], shown, subject)
    check([], shown, subject)


def test_pins_come_first_and_carry_neither_reason_nor_trace():
    pins, others = [article(3), article(4, is_top=1)], [article(5, is_top=1), article(6)]

    check(pins, others)
    check(pins, [])
    check([], [])


def test_pictures_have_the_address_of_this_request():
    shown = [article(8, images=("c/9f31.jpg", "https://img.example.com/1.jpg", "c/%41.jpg"))]
    check([], shown)

    media.init(media_url="https://other.example.com/", default_avatar="")

    check([], shown)


def test_a_changed_article_or_author_is_shown_as_it_is_now():
    before = article(9, title="before", name="before")
    check([], [before])

    check([], [before._replace(info=article(9, title="after").info)])
    check([], [before._replace(author=Profile(name="after"))])
    check([], [before])


def test_more_articles_than_are_kept_are_written_all_the_same(monkeypatch):
    monkeypatch.setattr(items, "TEMPLATES_KEPT", 3)
    shown = [article(article_id, title=f"title {article_id}") for article_id in range(20, 30)]

    at_once(*(lambda: check([], shown) for _ in range(4)))
