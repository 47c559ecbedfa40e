"""Two imports at once both succeed, whatever they collide over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, router, transaction
from common.models import Article, ArticleSource, Channel, User
from common.services.ids import identifiers
from common.services.importing import articles
from common.services.importing.articles import Outcome, import_items
from common.services.importing.drafts import draft_all
from common.services.importing.items import Item
from tests.common.services.importing.conftest import ITEM, all_articles, another

pytestmark = pytest.mark.usefixtures("runtime")


def _together(*sources: list[Item], **options: Any) -> list[Outcome]:
    start = threading.Barrier(len(sources))

    def run(items: list[Item]) -> Outcome:
        start.wait()
        return import_items(items, **options)

    with ThreadPoolExecutor(len(sources)) as pool:
        return list(pool.map(run, sources))


def test_the_same_source_twice_at_once_gives_each_article_once():
    items = [another(n) for n in range(100)]

    outcomes = _together(items, items, batch_size=20)

    assert sum(outcome.imported for outcome in outcomes) == 100
    assert all(outcome.imported + outcome.known == 100 for outcome in outcomes)
    assert len(all_articles()) == 100


def test_different_sources_of_one_moment_one_channel_and_one_author_share_them():
    first, second = ([another(f"{name}{n}") for n in range(50)] for name in "甲乙")

    outcomes = _together(first, second)

    assert [outcome.imported for outcome in outcomes] == [50, 50]
    assert db.session.scalar(select(func.count()).select_from(User)) == 1
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 1
    assert db.session.scalar(select(func.count(Article.feed_ms.distinct()))) == 100


def _first_time_only(deed: Callable[[], object]) -> Callable[..., object]:
    """``draft_all``, during whose first call somebody else does something."""
    done: list[bool] = []

    def drafting(*arguments: Any) -> object:
        if not done:
            done.append(True)
            with ThreadPoolExecutor(1) as rival:
                rival.submit(deed).result()
        return draft_all(*arguments)

    return drafting


def test_who_comes_second_takes_what_the_first_one_left(monkeypatch: pytest.MonkeyPatch):
    deed = _first_time_only(lambda: import_items([another(1), another(2)]))
    monkeypatch.setattr(articles, "draft_all", deed)

    outcome = import_items([another(n) for n in range(4)])

    assert (outcome.imported, outcome.known) == (2, 2)
    assert len(all_articles()) == 4


def test_a_batch_that_always_fails_leaves_nothing_of_itself_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
):
    import_items([ITEM])
    taken = all_articles()[0].article_id
    monkeypatch.setattr(identifiers, "new_ids", lambda count: [taken] * count)

    with pytest.raises(Exception, match="UNIQUE"):
        import_items([another(1)], pause_seconds=0.0)

    assert len(all_articles()) == 1
    assert db.session.scalar(select(func.count()).select_from(ArticleSource)) == 2


def test_a_writer_who_holds_the_database_for_a_while_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
):
    router.let_writers_wait(0.02)
    held, done, refused = threading.Event(), threading.Event(), []
    is_rivalry = articles._is_rivalry

    def note(error: Exception) -> bool:
        refused.append(error)
        done.set()
        return is_rivalry(error)

    monkeypatch.setattr(articles, "_is_rivalry", note)

    def hold() -> None:
        with transaction() as session:
            session.add(Channel(channel_name="别人", sequence=1, is_visible=True))
            session.flush()
            held.set()
            done.wait(5)

    import_items([another(1)])
    with ThreadPoolExecutor(1) as rival:
        holding = rival.submit(hold)
        held.wait()
        outcome = import_items([another(2)])
        holding.result()

    assert outcome.imported == 1
    assert refused
