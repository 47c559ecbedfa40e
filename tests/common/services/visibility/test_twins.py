"""The verdict on plain values, its twin in SQL, and what the product shows: one truth table."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest
from sqlalchemy import exists, select

from common.extensions.db import db, transaction
from common.models import Article, Attitude, Relation, User
from common.models.visibility import (
    blocked_by_sql,
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
)
from common.services.visibility.verdict import verdict
from common.utils.constants import ArticleStatus, AttitudeKind, RelationKind, UserStatus

READER, FROZEN_READER = 1, 2
CHANNELS = (3, 4)
RELATIONS = [None, *RelationKind]
ATTITUDES = [None, *AttitudeKind]
OF_PEOPLE = {Place.COMMENTS, Place.NOTIFICATIONS}
OF_ARTICLES = sorted(set(Place) - OF_PEOPLE, key=list(Place).index)


class Author(NamedTuple):
    """Somebody, and how the reader stands to him; nobody stands to himself."""

    user_id: int
    status: UserStatus
    relation: RelationKind | None
    reader_id: int

    @property
    def is_own(self):
        """Whether it is the reader himself."""
        return self.user_id == self.reader_id


class Case(NamedTuple):
    """A row of the table: an article, and who looks at it."""

    article_id: int
    author: Author
    status: ArticleStatus
    attitude: AttitudeKind | None

    @property
    def verdict(self):
        """What the rule says."""
        return verdict(
            status=self.status,
            author_status=self.author.status,
            relation=self.author.relation,
            attitude=self.attitude,
        )


OTHERS = [
    Author(user_id, status, relation, READER)
    for user_id, (status, relation) in enumerate(product(UserStatus, RELATIONS), start=10)
]
OWN = [
    Author(READER, UserStatus.ENABLED, None, READER),
    Author(FROZEN_READER, UserStatus.DISABLED, None, FROZEN_READER),
]
TABLE = [
    Case(article_id, *row)
    for article_id, row in enumerate(product([*OWN, *OTHERS], ArticleStatus, ATTITUDES), start=100)
]


@pytest.fixture(autouse=True)
def table(runtime):
    """The whole table in a real database."""
    with transaction() as session:
        for each in (*OWN, *OTHERS):
            session.add(
                User(
                    user_id=each.user_id,
                    mobile=f"139{each.user_id:08d}",
                    user_name=f"user{each.user_id}",
                    status=each.status,
                )
            )
            if each.relation is not None:
                session.add(
                    Relation(
                        user_id=READER, target_user_id=each.user_id, relation=int(each.relation)
                    )
                )
        for case in TABLE:
            session.add(
                Article(
                    article_id=case.article_id,
                    user_id=case.author.user_id,
                    channel_id=CHANNELS[case.article_id % 2],
                    title=f"第{case.article_id}篇",
                    cover={"type": 0, "images": []},
                    status=case.status,
                )
            )
            if case.attitude is not None:
                session.add(
                    Attitude(
                        user_id=case.author.reader_id,
                        article_id=case.article_id,
                        attitude=int(case.attitude),
                    )
                )


def by_rule(place, reader_id):
    """Articles that a place shows a reader, by the verdict on plain values."""
    return {
        case.article_id
        for case in TABLE
        if case.author.reader_id == reader_id and is_shown(case.verdict, place)
    }


def by_sql(place, reader_id):
    """The same by conditions of queries."""
    conditions = [visible_articles_sql()]
    if place not in (Place.LINK, Place.LIST):
        conditions.append(Article.user_id.not_in(blocked_by_sql(reader_id)))
    if place is Place.FEED:  # no query of the product asks it: what it proposes is judged
        conditions.append(
            ~exists().where(
                Attitude.user_id == reader_id,
                Attitude.article_id == Article.article_id,
                Attitude.attitude == AttitudeKind.DISLIKE,
            )
        )
    return set(db.session.scalars(select(Article.article_id).where(*conditions)))


def mine(reader_id):
    return [case.article_id for case in TABLE if case.author.reader_id == reader_id]


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


@pytest.mark.parametrize("place", OF_ARTICLES)
@pytest.mark.parametrize("reader_id", [READER, FROZEN_READER])
def test_sql_agrees_with_the_verdict(place, reader_id):
    found = by_sql(place, reader_id).intersection(mine(reader_id))

    assert found == by_rule(place, reader_id)


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


@pytest.mark.parametrize("place", sorted(OF_PEOPLE, key=list(Place).index))
def test_sql_agrees_about_people(place):
    query = select(User.user_id).where(
        is_enabled_sql(User.user_id), User.user_id.not_in(blocked_by_sql(READER))
    )

    assert set(db.session.scalars(query)) - {READER} == {
        each.user_id
        for each in OTHERS
        if is_shown(person_verdict(status=each.status, relation=each.relation), place)
    }


def test_the_articles_of_nobody_are_hidden():
    with transaction() as session:
        article = session.get(Article, TABLE[0].article_id)
        article.user_id, article.status = 404, ArticleStatus.APPROVED

    assert TABLE[0].article_id not in by_sql(Place.LINK, READER)
    assert not visible_articles((TABLE[0].article_id,), reader_id=READER, place=Place.LINK)
