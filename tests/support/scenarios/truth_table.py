"""The whole truth table of who may see what, as rows of a database and as plain values."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from sqlalchemy import select

from common import search
from common.cache import shelves
from common.extensions.db import db, transaction
from common.models import Article, Attitude, Notification, Relation, User
from common.models.visibility import visible_articles_sql
from common.services.notices import notifications
from common.services.recommending import candidates
from common.services.search import searching
from common.services.visibility import Place, Verdict, is_shown
from common.services.visibility.verdict import verdict
from common.utils import clock
from common.utils.constants import (
    ArticleStatus,
    AttitudeKind,
    NotificationKind,
    RelationKind,
    UserStatus,
)
from common.utils.parameters.phrases import Phrase

READER, FROZEN_READER = 1, 2
CHANNELS = (3, 4)
IN_TITLES = "篇"
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
    def is_own(self) -> bool:
        """Whether it is the reader himself."""
        return self.user_id == self.reader_id


class Case(NamedTuple):
    """A row of the table: an article, and who looks at it."""

    article_id: int
    author: Author
    status: ArticleStatus
    attitude: AttitudeKind | None

    @property
    def verdict(self) -> Verdict:
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


def fill() -> None:
    """Write the whole table into the database."""
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
                    title=f"第{case.article_id}{IN_TITLES}",
                    cover={"type": 0, "images": []},
                    status=case.status,
                    feed_ms=case.article_id,
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


def by_rule(place: Place, reader_id: int) -> set[int]:
    """Articles that a place shows a reader, by the verdict on plain values."""
    return {
        case.article_id
        for case in TABLE
        if case.author.reader_id == reader_id and is_shown(case.verdict, place)
    }


def by_sql(place: Place, reader_id: int) -> set[int]:
    """The same by the product's own queries, where these decide."""
    return IN_SQL[place](reader_id)


def proposed_by_sql() -> set[int]:
    """Articles that may be proposed to anybody: the verdict judges them for a reader."""
    return set(db.session.scalars(candidates._visible(candidates.ALL_CHANNELS)))


def _opened(_reader_id: int) -> set[int]:
    return set(db.session.scalars(select(Article.article_id).where(visible_articles_sql())))


def _published(_reader_id: int) -> set[int]:
    lists = [shelves._published_by(each.user_id) for each in (*OWN, *OTHERS)]
    return {article_id for query in lists for article_id in db.session.scalars(query)}


def _searched(reader_id: int) -> set[int]:
    query = searching._query(searching.Wish(Phrase(IN_TITLES, IN_TITLES)), reader_id)
    return set(search.fallback.search(query, first=0, count=len(TABLE)).article_ids)


IN_SQL = {Place.LINK: _opened, Place.LIST: _published, Place.SEARCH: _searched}


def told_by_sql(reader_id: int) -> set[int]:
    """People of whose doings a reader is told, who was told of everybody's."""
    with transaction() as session:
        for each in OTHERS:
            session.add(
                Notification(
                    id=each.user_id,
                    user_id=reader_id,
                    actor_id=each.user_id,
                    kind=NotificationKind.FOLLOW,
                    payload={},
                    created_at=clock.now(),
                    dedup=f"follow:{each.user_id}",
                )
            )
    query = select(Notification.actor_id).where(notifications.told_to(reader_id))
    return set(db.session.scalars(query))


def mine(reader_id: int) -> list[int]:
    """Articles whose rows are about this reader."""
    return [case.article_id for case in TABLE if case.author.reader_id == reader_id]
