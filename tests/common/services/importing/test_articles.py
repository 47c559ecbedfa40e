"""Importing: what is new becomes articles, what is known stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from common.cache import channel, counters, shelves
from common.extensions.db import db, transaction
from common.models import (
    Article,
    ArticleContent,
    ArticleStatistic,
    Channel,
    OutboxEvent,
    User,
    UserProfile,
)
from common.services.counters import rebuilding
from common.services.importing.articles import import_items
from common.services.importing.items import Identity, Item, Unreadable
from common.utils import clock
from common.utils.constants import ArticleStatus
from scripts.demo import synthetic
from tests.common.services.importing.conftest import (
    ITEM,
    MOMENT,
    all_articles,
    another,
    content_of,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("runtime")


def test_an_item_becomes_a_visible_article_with_everything_that_belongs_to_it():
    outcome = import_items([ITEM])

    (article,) = all_articles()
    assert (outcome.imported, outcome.channels, outcome.authors) == (1, 1, 1)
    assert (article.title, article.status) == ("题目", ArticleStatus.APPROVED)
    assert (article.create_time, article.feed_ms) == (MOMENT, clock.to_ms(MOMENT))
    assert article.cover == {"type": 0, "images": []}
    assert content_of(article) == "<p>正文</p>"
    assert db.session.execute(select(ArticleContent.chars, ArticleContent.pictures)).all() == [
        (2, 0)
    ]
    assert db.session.scalars(select(ArticleStatistic.article_id)).all() == [article.article_id]


def test_channels_are_made_visible_and_the_cached_list_forgets_them_not(redis):
    assert channel.all_channels.get(channel.ONLY) == ()

    import_items([ITEM])

    row = db.session.scalars(select(Channel)).one()
    assert (row.channel_name, row.is_visible, row.is_default) == ("见闻", True, False)
    assert redis.exists("ch:all") == 0


def test_authors_are_verified_media_accounts_that_nobody_can_sign_in_to():
    import_items([ITEM, another("二", author="阿水")])

    users = db.session.scalars(select(User).order_by(User.mobile)).all()
    assert [user.mobile for user in users] == ["00000000001", "00000000002"]
    assert all(user.is_media and user.is_verified for user in users)
    assert db.session.scalar(select(func.count()).select_from(UserProfile)) == 2


def test_an_author_is_never_a_reader_who_has_the_same_name():
    reader = UserFactory(user_name="阿木", is_media=False)
    editor = UserFactory(user_name="阿水", is_media=True, is_verified=True)

    import_items([ITEM, another("二", author="阿水")])

    authors = {article.user_id for article in all_articles()}
    assert reader.user_id not in authors
    assert editor.user_id in authors
    assert db.session.scalars(select(User.user_name).where(User.user_name == "阿木 2")).one()


def test_an_author_who_only_looks_like_somebody_is_somebody_else():
    editor = UserFactory(user_name="Антон", is_media=True, is_verified=True)

    import_items(
        [
            replace(ITEM, author="Aнтoн"),
            replace(ITEM, author="АНТОН", title="另一题", identity=Identity()),
        ]
    )

    authors = set(db.session.scalars(select(User.user_name).where(User.mobile < "1")))
    assert authors == {"Aнтoн 2", "АНТОН 3"}
    assert editor.user_id not in {article.user_id for article in all_articles()}


def test_an_item_twice_in_one_source_is_imported_once():
    outcome = import_items([ITEM, ITEM, replace(ITEM, title="另一题", identity=Identity())])

    assert (outcome.imported, outcome.known) == (2, 1)


def test_what_people_changed_after_an_import_stays_changed():
    import_items([ITEM])
    with transaction() as session:
        session.execute(update(Article).values(title="编辑改的", status=ArticleStatus.BANNED))

    import_items([ITEM])

    (article,) = all_articles()
    assert (article.title, article.status) == ("编辑改的", ArticleStatus.BANNED)


def test_publication_times_are_unique_however_crowded_the_moment_is():
    crowd = [replace(ITEM, title=f"题{n}", identity=Identity()) for n in range(1200)]
    import_items(crowd[:700])

    import_items(crowd[700:])

    times = sorted(article.feed_ms for article in all_articles())
    assert times == [clock.to_ms(MOMENT) + n for n in range(1200)]


def test_undated_items_lie_behind_one_another_and_none_in_the_future():
    undated = [
        replace(ITEM, title=f"题{n}", identity=Identity(), published_at=None) for n in range(3)
    ]
    future = replace(
        ITEM, title="明天", identity=Identity(), published_at=clock.now() + timedelta(days=9)
    )

    import_items([*undated, future])

    times = {article.title: article.feed_ms for article in all_articles()}
    assert times["题0"] > times["题1"] > times["题2"]
    assert max(times.values()) <= clock.now_ms()


def test_foreign_html_is_sanitised_and_plain_text_gets_paragraphs():
    import_items(
        [
            replace(ITEM, content="<p onclick=x>好<script>坏()</script></p>", identity=Identity()),
            replace(ITEM, title="纯文本", content="第一段 1 < 2\n\n第二段", identity=Identity()),
        ]
    )

    contents = {article.title: content_of(article) for article in all_articles()}
    assert contents["题目"] == "<p>好</p>"
    assert contents["纯文本"] == "<p>第一段 1 &lt; 2</p><p>第二段</p>"


def test_names_that_are_too_long_are_cut():
    import_items([replace(ITEM, title="长" * 200, author="名" * 50, channel="道" * 50)])

    (article,) = all_articles()
    assert len(article.title) == 128
    assert article.title.endswith("…")
    assert len(db.session.scalars(select(User.user_name)).one()) == 32
    assert len(db.session.scalars(select(Channel.channel_name)).one()) == 32


@pytest.mark.parametrize(
    "broken",
    [{"title": " "}, {"content": ""}, {"content": "<script>x</script>"}, {"channel": ""}],
)
def test_items_with_nothing_to_show_are_counted_and_left_out(broken: dict[str, Any]):
    outcome = import_items([replace(ITEM, **broken)])

    assert (outcome.imported, outcome.unusable) == (0, 1)
    assert all_articles() == []


def test_figures_of_authors_follow_at_once_with_one_event_per_batch():
    import_items([another(n) for n in range(30)])

    author = all_articles()[0].user_id
    assert counters.user_articles.get(author) == 30
    topics = db.session.scalars(select(OutboxEvent.topic).order_by(OutboxEvent.id)).all()
    assert Counter(topics) == {
        "cache.invalidate": 2,
        "counter.apply": 1,
        "search.index": 30,
        "search.own": 30,
    }


def test_after_an_import_no_counter_differs_from_the_truth(runtime):
    rebuilding.rebuild()
    import_items([another(n) for n in range(30)])

    outcome = rebuilding.rebuild(dry_run=True)

    assert outcome.rows_changed == 0


def test_the_list_of_an_author_shows_what_was_imported_after_it_was_read():
    import_items([another(1)])
    author = all_articles()[0].user_id
    before = shelves.published.page(author, first=0, limit=10)

    import_items([another(2)])

    assert len(before.ids) == 1
    assert len(shelves.published.page(author, first=0, limit=10).ids) == 2


def test_what_came_before_a_break_is_imported_and_the_next_run_goes_on():
    whole = [replace(ITEM, title=f"题{n}", identity=Identity()) for n in range(30)]

    def broken() -> Iterator[Item]:
        yield from whole[:25]
        raise Unreadable("Line 26 is not JSON")

    with pytest.raises(Unreadable):
        import_items(broken(), batch_size=10)
    before = len(all_articles())
    outcome = import_items(whole)

    assert before == 20
    assert (outcome.imported, outcome.known) == (10, 20)
    assert counters.user_articles.get(all_articles()[0].user_id) == 30


def test_synthetic_items_are_the_same_for_the_same_seed_and_can_be_imported(tmp_path):
    headlines = tmp_path / "headlines.tsv"
    headlines.write_text("体育\t主队赢了\n体育\t客队也没输\n财经\t粮价平稳\n", encoding="utf-8")

    first = list(synthetic.items(40, 7))
    again = list(synthetic.items(40, 7))
    composed = list(synthetic.items(40, headlines=headlines))

    assert [(item.title, item.content) for item in first] == [
        (item.title, item.content) for item in again
    ]
    assert {item.channel for item in composed} == {"体育", "财经"}
    assert import_items([*first, *composed]).imported == 80
