"""Items filled into what is kept of an article are what is built and encoded anew each time."""

from __future__ import annotations

import orjson
import pytest

from common.cache import feed
from common.cache.cards import LISTED, article_card
from common.schemas import traces
from common.schemas.news import ArticleInfo, Cover
from common.schemas.users import Profile
from common.services.feed import items
from common.services.feed.looking import NOTHING, Seen
from common.services.recommending import Suggestion

PICTURES = "https://img.example.com/"
TITLES = [
    "城市夜跑地图上线",
    '100 % "sure", 50%d %s %% \\u0000',
    "\x00\x01\x02?\x7f\u2028",
    "",
]


class Article:
    """An article, and how the reader stands to its author."""

    def __init__(
        self, article_id, *, title="t", name="林间小雨", images=(), follows=False, is_top=0
    ):
        self.article_id = article_id
        self.author = Profile(name=name)
        self.info = ArticleInfo(
            title=title,
            author_id=300127764410,
            published_at="2024-05-18T21:40:07",
            channel_id=7,
            allow_comment=True,
            cover=Cover(kind=len(images), images=images),
            is_top=is_top,
        )
        self.figures = tuple(article_id % 1000 + n for n, _ in enumerate(LISTED))
        self.reason = "hot" if article_id % 2 else "fresh"
        self.why = "follow" if follows else self.reason

    @property
    def card(self):
        """What is kept of it."""
        return feed._build(self.article_id, self.info, self.author, PICTURES)

    def built(self, *, is_top):
        """Its item, one member after another."""
        figures = dict(zip(LISTED, self.figures, strict=True))
        return article_card(
            self.article_id, self.info, self.author, PICTURES, is_top=is_top, figures=figures
        )


def seen(articles):
    """All of them, as a look gives them."""
    if not articles:
        return NOTHING
    return Seen(
        [Suggestion(each.article_id, each.info.author_id, each.reason) for each in articles],
        [each.card for each in articles],
        [(*each.figures, each.why.encode()) for each in articles],
    )


def plainly(pinned, others, subject):
    """The items, one by one."""
    found = [each.built(is_top=1) for each in pinned]
    for each in others:
        item = each.built(is_top=0)
        item["reason"] = each.why
        item["trace"] = traces.of(subject, each.article_id, traces.IN_CHANNEL)
        found.append(item)
    return orjson.dumps(found)


def check(pinned, others, subject="318204775501"):
    written = items.render(seen(pinned), seen(others), subject, traces.IN_CHANNEL)
    assert orjson.dumps(written) == plainly(pinned, others, subject)


@pytest.mark.parametrize("subject", ["7", "anon:" + "0f" * 32, ""])
@pytest.mark.parametrize("title", TITLES)
def test_an_item_is_written_byte_for_byte_as_it_is_built(title, subject):
    shown = [Article(1, title=title, name=title), Article(2**63 - 1, follows=True)]

    check([], shown, subject)


def test_pins_come_first_and_carry_neither_reason_nor_trace():
    pins, others = [Article(3), Article(4, is_top=1)], [Article(5, is_top=1), Article(6)]

    check(pins, others)
    check(pins, [])
    check([], [])


def test_pictures_have_the_address_that_was_asked_for():
    check([], [Article(8, images=("c/9f31.jpg", f"{PICTURES}1.jpg", "c/%41.jpg"))])
