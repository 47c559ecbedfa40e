"""The verdict on plain values, its twin in SQL, and what the product shows: one truth table."""

from __future__ import annotations

from itertools import compress, product

import pytest
from sqlalchemy import select

from common.cache.engine.stages import stage
from common.cache.feed import feed_card
from common.cache.guesses import article_authors
from common.extensions.db import db, transaction
from common.models import Article, User
from common.models.visibility import (
    enabled_users_sql,
    frozen_users_sql,
    is_enabled_sql,
    visible_articles_count_sql,
    visible_articles_sql,
)
from common.services.visibility import (
    Place,
    Verdict,
    is_shown,
    person_verdict,
    visible_articles,
    want_judged,
)
from common.utils.constants import ArticleStatus, UserStatus
from tests.support.scenarios import truth_table
from tests.support.scenarios.truth_table import (
    ATTITUDES,
    CHANNELS,
    FROZEN_READER,
    IN_SQL,
    OF_ARTICLES,
    OTHERS,
    OWN,
    READER,
    RELATIONS,
    TABLE,
    by_rule,
    by_sql,
    mine,
    proposed_by_sql,
    told_by_sql,
)


@pytest.fixture(autouse=True)
def table(runtime):
    """The whole table in a real database."""
    truth_table.fill()


def test_the_table_is_whole():
    rows = {
        (case.status, case.author.status, case.author.relation, case.attitude)
        for case in TABLE
        if not case.author.is_own
    }
    own = {(case.status, case.author.status, case.attitude) for case in TABLE if case.author.is_own}

    assert rows == set(product(ArticleStatus, UserStatus, RELATIONS, ATTITUDES))
    assert own == set(product(ArticleStatus, UserStatus, ATTITUDES))
    assert {case.verdict for case in TABLE} == set(Verdict)


@pytest.mark.parametrize("place", IN_SQL)
@pytest.mark.parametrize("reader_id", [READER, FROZEN_READER])
def test_sql_agrees_with_the_verdict(place, reader_id):
    found = by_sql(place, reader_id).intersection(mine(reader_id))

    assert found == by_rule(place, reader_id)


@pytest.mark.parametrize("place", [place for place in OF_ARTICLES if place not in IN_SQL])
def test_sql_proposes_what_is_not_hidden_and_leaves_the_rest_to_the_verdict(place):
    proposed = proposed_by_sql()

    assert proposed == {case.article_id for case in TABLE if case.verdict is not Verdict.HIDDEN}
    assert by_rule(place, READER) < proposed


@pytest.mark.parametrize("place", OF_ARTICLES)
@pytest.mark.parametrize("reader_id", [READER, FROZEN_READER])
def test_what_the_product_shows_agrees_with_the_verdict(place, reader_id):
    shown = visible_articles(mine(reader_id), reader_id=reader_id, place=place)

    assert {article.article_id for article in shown} == by_rule(place, reader_id)
    assert {article.article_id: article.verdict for article in shown} == {
        case.article_id: case.verdict
        for case in TABLE
        if case.article_id in by_rule(place, reader_id)
    }


@pytest.mark.parametrize("place", OF_ARTICLES)
@pytest.mark.parametrize("reader_id", [READER, FROZEN_READER])
def test_columns_agree_with_the_verdict(place, reader_id):
    asked = sorted(mine(reader_id))
    for authors in (
        [0] * len(asked),
        [article_authors.get(each) or 0 for each in asked],
    ):  # guessed, then known
        with stage() as ask:
            wanted = want_judged(
                ask, reader_id, article_ids=asked, authors=authors, cards=feed_card
            )
        judged = wanted()

        shown = compress(asked, judged.shown(place.least))
        assert set(shown) == by_rule(place, reader_id)
        assert judged.are_all_shown(place.least) is (set(asked) == by_rule(place, reader_id))


@pytest.mark.parametrize("author", [*OWN, *OTHERS])
def test_sql_agrees_about_one_author_whose_status_it_reads_once(author):
    query = select(Article.article_id).where(
        Article.user_id == author.user_id, visible_articles_sql(author.user_id)
    )

    assert set(db.session.scalars(query)) == {
        case.article_id
        for case in TABLE
        if case.author == author and case.verdict is not Verdict.HIDDEN
    }


def test_sql_counts_what_is_not_hidden():
    visible = [case for case in TABLE if case.verdict is not Verdict.HIDDEN]

    assert db.session.scalar(visible_articles_count_sql()) == len(visible)
    for index, channel_id in enumerate(CHANNELS):
        there = [case for case in visible if case.article_id % 2 == index]
        assert db.session.scalar(visible_articles_count_sql(channel_id)) == len(there)


@pytest.mark.parametrize(
    "condition", [is_enabled_sql(User.user_id), enabled_users_sql(), ~frozen_users_sql()]
)
def test_sql_agrees_about_who_is_hidden(condition):
    assert set(db.session.scalars(select(User.user_id).where(condition))) == {
        each.user_id
        for each in (*OWN, *OTHERS)
        if person_verdict(status=each.status) is not Verdict.HIDDEN
    }


def test_sql_agrees_about_whom_a_reader_has_blocked_since_he_was_told():
    assert told_by_sql(READER) == {
        each.user_id
        for each in OTHERS
        if is_shown(
            person_verdict(status=UserStatus.ENABLED, relation=each.relation), Place.NOTIFICATIONS
        )
    }


def test_the_articles_of_nobody_are_hidden():
    with transaction() as session:
        article = session.get(Article, TABLE[0].article_id)
        article.user_id, article.status = 404, ArticleStatus.APPROVED

    assert TABLE[0].article_id not in by_sql(Place.LINK, READER)
    assert not visible_articles((TABLE[0].article_id,), reader_id=READER, place=Place.LINK)
