"""What makes two items of any runs the same one (contract/additions.md §8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from common.extensions.db import db
from common.models import ArticleSource
from common.services.importing.articles import Outcome, import_items
from common.services.importing.items import Identity, Item
from common.utils import clock
from tests.common.services.importing.conftest import ITEM, MOMENT, all_articles

pytestmark = pytest.mark.usefixtures("runtime")

LINK = "https://news.example/1"
FEED = "https://news.example/"


def _item(own_id: str = "", link: str = "", scope: str = FEED, **changes: Any) -> Item:
    shared = {name: bool(changes.pop(name, False)) for name in ("is_id_shared", "is_link_shared")}
    return replace(ITEM, identity=Identity(scope, own_id, link, **shared), **changes)


def _again(first: Item, second: Item) -> Outcome:
    """What the second run does with an item after the first run."""
    import_items([first])
    return import_items([second])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_item("1", LINK), _item("1", "https://news.example/moved", title="改", content="改")),
        (_item("", LINK), _item("", LINK, title="改", content="改")),
        (_item(), _item(published_at=MOMENT + timedelta(days=1))),
        (_item(), _item(published_at=None, content="<p>正文</p>\n")),
        (_item("1", LINK), _item("1", LINK, published_at=None)),
        (_item("1", LINK), _item("", LINK)),
        (_item("", LINK), _item("", "http://www.news.example/1/?utm_source=rss")),
    ],
    ids=["id", "link", "title and text", "blanks aside", "date gone", "id gone", "same page"],
)
def test_an_item_is_the_same(first: Item, second: Item):
    outcome = _again(first, second)

    assert (outcome.imported, outcome.known) == (0, 1)
    assert len(all_articles()) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_item("1", LINK), _item("2", LINK)),
        (_item("1"), _item("1", scope="https://other.example/")),
        (_item("", LINK), _item("", "https://news.example/2")),
        (_item(), _item(content="<p>另一篇</p>")),
        (_item(), _item(title="另一题")),
        (_item("N/A", LINK, is_id_shared=True), _item("N/A", f"{LINK}2", is_id_shared=True)),
        (
            _item("", LINK, is_link_shared=True),
            _item("", LINK, is_link_shared=True, content="<p>另一篇</p>"),
        ),
    ],
    ids=["id", "feed", "link", "text", "title", "shared id", "shared link"],
)
def test_an_item_is_another_one_although_the_rest_agrees(first: Item, second: Item):
    outcome = _again(first, second)

    assert (outcome.imported, outcome.known) == (1, 0)
    assert len(all_articles()) == 2


def test_what_identified_nothing_once_identifies_nothing_when_it_stands_alone():
    shared = [_item("N/A", f"{LINK}{n}", title=f"题{n}", is_id_shared=True) for n in range(3)]
    import_items(shared)

    outcome = import_items(
        [_item("N/A", f"{LINK}2", title="题2"), _item("N/A", f"{LINK}9", title="题9")]
    )

    assert (outcome.imported, outcome.known) == (1, 1)


def test_an_item_is_known_when_its_id_turns_out_to_be_shared():
    import_items([_item("N/A", LINK)])

    outcome = import_items(
        [
            _item("N/A", f"{LINK}0", title="新", is_id_shared=True),
            _item("N/A", LINK, is_id_shared=True),
        ]
    )
    later = import_items([_item("N/A", f"{LINK}5", title="更新")])

    assert (outcome.imported, outcome.known) == (1, 1)
    assert later.imported == 1


def test_two_runs_that_overlap_double_nothing():
    items = [_item(str(n), f"{LINK}{n}", title=f"题{n}") for n in range(30)]
    import_items(items[10:])

    outcome = import_items(items[:20])

    assert (outcome.imported, outcome.known) == (10, 10)


def test_an_unknown_or_future_date_makes_no_new_article_at_the_next_run():
    undated = _item("", "", published_at=None)
    future = _item("2", "", title="明天", published_at=clock.now() + timedelta(days=1))
    import_items([undated, future])

    outcome = import_items([undated, replace(future, published_at=clock.now())])

    assert (outcome.imported, outcome.known) == (0, 2)
    assert all(article.create_time <= clock.now() for article in all_articles())


def test_a_second_run_writes_nothing_about_what_it_knows():
    items = [_item(str(n), f"{LINK}{n}", title=f"题{n}") for n in range(5)]
    import_items(items)
    count = select(func.count()).select_from(ArticleSource)
    before = db.session.scalar(count)

    import_items(items)

    assert db.session.scalar(count) == before == 15
