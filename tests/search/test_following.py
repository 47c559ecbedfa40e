"""The embedded index follows what happens to articles, from SQL through the outbox."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import insert, select

from common import search
from common.extensions.db import transaction
from common.models import Article, ArticleStatistic, OutboxEvent
from common.schemas.events.articles import ArticlePublished, ArticleSaved, ArticlesImported
from common.search import Kind, Query
from common.search.embedded.rebuilding import EmbeddedRebuild
from common.services import outbox
from common.services.search import comparing, rebuilding
from common.utils.constants import ArticleStatus
from common.utils.parameters.phrases import Phrase
from tests.factories import ArticleFactory
from tests.support.harness.outbox import relay_everything
from tests.support.processes.programs import environment
from tests.support.scenarios.feeding import withdraw


@pytest.fixture
def ready(runtime):
    """Both indexes, empty."""
    rebuilding.rebuild()
    return runtime


def publish(title, **values):
    article = ArticleFactory(published=True, title=title, **values)
    with transaction():
        outbox.add(
            ArticlePublished(
                article_id=article.article_id,
                author_id=article.user_id,
                channel_id=article.channel_id,
            )
        )
    return article.article_id


def found(phrase, **conditions):
    query = Query(Phrase.of(phrase), **conditions)
    return list(search.engine().search(query, first=0, count=10).article_ids)


def asked(client, phrase, **query):
    answer = client.get("/v1_0/search", query_string={"q": phrase, **query})
    assert answer.status_code == 200
    return answer.json["data"]


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(ready, anonymous):
    kept, gone = publish("城市夜跑路线"), publish("周末夜跑")
    relay_everything()
    before = [each["art_id"] for each in asked(anonymous, "夜跑")["results"]]

    withdraw(gone)
    at_once = [each["art_id"] for each in asked(anonymous, "夜跑")["results"]]
    relay_everything()

    assert sorted(before) == [kept, gone]
    assert at_once == [kept]  # whatever the index still has
    assert found("夜跑") == [kept]


def test_imported_articles_are_found_by_readers_and_by_their_author(ready):
    article = ArticleFactory(published=True, title="进口的文章")
    with transaction():
        outbox.add(ArticlesImported(article_ids=(article.article_id,), figures=()))

    relay_everything()

    assert found("进口") == [article.article_id]
    assert found("进口", owner_id=article.user_id) == [article.article_id]


def test_drafts_are_found_by_their_author_and_banned_ones_by_nobody(ready):
    draft = ArticleFactory(title="夜跑草稿")
    live = ArticleFactory(published=True, title="被封的草稿", user_id=draft.user_id)
    with transaction():
        for each in (draft, live):
            outbox.add(ArticleSaved(article_id=each.article_id, author_id=draft.user_id))
    relay_everything()
    mine = found("草稿", owner_id=draft.user_id)

    withdraw(live.article_id)
    relay_everything()

    assert sorted(mine) == sorted([draft.article_id, live.article_id])
    assert found("草稿") == []
    assert found("草稿", owner_id=draft.user_id) == [draft.article_id]


def test_a_correction_and_the_marked_terms_reach_readers(ready, anonymous):
    publish("臺灣的經典歌曲")
    relay_everything()

    data = asked(anonymous, "景典", highlight=1)

    assert data["corrected"] == {"from": "景典", "to": "经典"}
    assert data["results"][0]["highlight"]["title"] == "臺灣的<em>經典</em>歌曲"
    assert "corrected" not in asked(anonymous, "台湾")


def test_what_was_found_by_the_rest_of_a_phrase_is_marked(ready, anonymous):
    publish("否决立立电子是对股民负责")
    relay_everything()

    (item,) = asked(anonymous, "电立子是对", highlight=1)["results"]

    assert item["highlight"]["title"] == "否决立立电<em>子是对</em>股民负责"


def test_every_sort_is_answered(ready, anonymous):
    publish("夜跑")
    relay_everything()

    totals = [asked(anonymous, "夜跑", sort=sort)["total_count"] for sort in
              ("relevance", "time", "blend")]  # fmt: skip

    assert totals == [1, 1, 1]


def test_a_relay_that_was_stopped_does_not_bring_a_banned_article_back(ready, tmp_path):
    article_id = publish("夜跑")
    command = [sys.executable, "-m", "tests.support.processes.index_relay"]
    with subprocess.Popen(
        command, env=environment(ready), stdout=subprocess.PIPE, text=True
    ) as relay:
        assert relay.stdout.readline() == "reading\n"
        os.waitpid(relay.pid, os.WUNTRACED)

        withdraw(article_id)
        relay_everything()
        relay.send_signal(signal.SIGCONT)
        rest = relay.stdout.read()

    assert rest == "done\n"
    assert found("夜跑") == []
    assert comparing.compare().rows_changed == 0


def test_a_comparison_mends_what_is_missing_stale_or_too_much(ready):
    stale, surplus, good = (publish(f"夜跑{n}") for n in range(3))
    relay_everything()
    missing = ArticleFactory(published=True, title="夜跑").article_id  # no event says so
    with transaction() as session:  # nor of these two
        session.get_one(Article, stale).title = "早餐"
        session.get_one(Article, surplus).status = ArticleStatus.BANNED
    rehearsed = comparing.compare(dry_run=True)
    before = found("夜跑")

    mended = comparing.compare()

    assert f"{Kind.PUBLIC}: 3 articles differ" in mended.lines[0]
    assert rehearsed == mended
    assert sorted(before) == sorted([stale, surplus, good])
    assert sorted(found("夜跑")) == sorted([stale, good, missing])  # the text still has it
    assert found("早餐") == [stale]
    assert comparing.compare().rows_changed == 0


def test_what_is_read_more_is_refreshed_and_no_drift(ready):
    article_id = publish("夜跑")
    relay_everything()
    with transaction() as session:
        session.merge(ArticleStatistic(article_id=article_id, read_count=1000))

    mended = comparing.compare()
    (held,) = search.engine().stored(Kind.PUBLIC, after=0, upto=None)

    assert mended.lines == tuple(f"{kind}: 1 articles are read more by now" for kind in Kind)
    assert [comparing.DRIFT.labels(str(kind))._value.get() for kind in Kind] == [0, 0]
    assert held.weight == 10
    assert comparing.compare().rows_changed == 0


def come_back_in_silence(article_id):
    """As if what should have told the index had been given up."""
    with transaction() as session:
        session.get_one(Article, article_id).status = ArticleStatus.APPROVED


def test_a_comparison_brings_back_what_was_removed_a_moment_ago(ready):
    article_id = publish("夜跑")
    withdraw(article_id)
    relay_everything()
    come_back_in_silence(article_id)

    mended = comparing.compare()

    assert mended.rows_changed >= 1
    assert found("夜跑") == [article_id]
    assert comparing.compare().rows_changed == 0


def test_a_new_index_has_what_is_there_in_spite_of_its_removal(ready):
    article_id, gone = publish("夜跑"), publish("夜跑")
    withdraw(article_id)
    withdraw(gone)
    relay_everything()
    come_back_in_silence(article_id)

    rebuilding.rebuild()

    assert found("夜跑") == [article_id]


def test_a_change_whose_transaction_was_open_for_long_is_in_a_new_index(ready, monkeypatch):
    """Its row has an older id than others that were brought already."""
    early = publish("夜跑一")
    with transaction() as session:
        rows = session.scalars(select(OutboxEvent)).all()
        kept = [{each.name: getattr(row, each.name) for each in OutboxEvent.__table__.columns}
                for row in rows]  # fmt: skip
        for row in rows:
            session.delete(row)
    with transaction() as session:
        session.get_one(Article, early).status = ArticleStatus.DRAFT
    others: list[int] = []

    def meanwhile(_kind, done, total):
        if done == total and not others:
            others.append(publish("夜跑二"))

    switch = EmbeddedRebuild.switch

    def late(made, last):
        with transaction() as session:
            session.get_one(Article, early).status = ArticleStatus.APPROVED
            session.execute(insert(OutboxEvent), kept)
        relay_everything()
        switch(made, last)

    monkeypatch.setattr(EmbeddedRebuild, "switch", late)
    rebuilding.rebuild(kinds=[Kind.PUBLIC], progress=meanwhile)

    assert sorted(found("夜跑")) == sorted([early, *others])


def test_what_waits_in_the_outbox_is_no_drift(ready):
    publish("夜跑")

    assert comparing.compare().rows_changed == 0
    relay_everything()
    assert found("夜跑") != []


def test_an_index_is_made_by_itself_where_there_is_none(runtime):
    article = ArticleFactory(published=True, title="夜跑")

    first, second = rebuilding.prepare(), rebuilding.prepare()

    assert found("夜跑") == [article.article_id]
    assert (first.rows_changed, second.rows_changed) == (2, 0)


def test_what_happens_while_an_index_is_made_is_in_it(ready, monkeypatch):
    kept, gone = publish("夜跑一"), publish("夜跑二")
    late: list[int] = []

    def meanwhile(_kind, done, _total):
        if done and not late:
            late.append(publish("夜跑三"))
            withdraw(gone)

    rebuilding.rebuild(kinds=[Kind.PUBLIC], progress=meanwhile)

    assert sorted(found("夜跑")) == sorted([kept, *late])
