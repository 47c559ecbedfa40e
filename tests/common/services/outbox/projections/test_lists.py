"""Which lists of other people an event makes wrong, and that all of them are dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.cache import people, shelves
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view, transaction
from common.models import Article, Collection, OutboxEvent, Relation, User
from common.schemas import events
from common.services import outbox
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections import lists
from common.services.outbox.relay import Relay
from common.utils import clock
from common.utils.constants import ArticleStatus, RelationKind, UserStatus
from tests import factories
from tests.support.outbox import relay_lists

CROWD = 2 * lists.AT_ONCE + 5
SUBJECT = 1
PEOPLE = range(100, 100 + CROWD)


def happened(event):
    with transaction():
        outbox.add(event)


def crowd(*rows_of):
    """Rows for each of many people, in one transaction."""
    with transaction() as session:
        session.add_all(row for user_id in PEOPLE for row in (of(user_id) for of in rows_of))


def cache_page(listed, owners):
    for owner_id in owners:
        listed.page(owner_id, first=0, limit=1)


def cached(redis, listed):
    return len(redis.keys(listed.key.format("*")))


def open_rows():
    refresh_view()
    query = select(OutboxEvent).where(
        OutboxEvent.topic == lists.TOPIC, OutboxEvent.done_at.is_(None)
    )
    return db.session.scalars(query).all()


@pytest.mark.parametrize(
    ("event", "sources"),
    [
        (events.ArticlePublished(7, 1, 2), ["collectors"]),
        (events.ArticleWithdrawn(7, 1, 2), ["collectors"]),
        (
            events.UserStatusChanged(1),
            ["collectors of author", "followers", "blockers", "followed"],
        ),
        (events.ProfileChanged(1), []),
        (events.ArticleEdited(7, 1, 2), []),
        (events.RelationChanged(1, 2, RelationKind.NONE, RelationKind.FOLLOW), []),
    ],
)
def test_only_who_appears_or_vanishes_concerns_the_lists_of_others(event, sources):
    assert [effect.payload["source"] for effect in lists.effects_of(event)] == sources


@pytest.mark.parametrize(
    ("listed", "kind", "is_target"),
    [
        (people.followings, RelationKind.FOLLOW, True),
        (people.blocked, RelationKind.BLACKLIST, True),
        (people.followers, RelationKind.FOLLOW, False),
    ],
)
def test_a_user_vanishes_from_the_lists_of_a_crowd(runtime, redis, listed, kind, is_target):
    factories.UserFactory(user_id=SUBJECT)
    at = clock.now()  # all in one second: the cursor must tell them apart

    def relation(user_id):
        pair = (user_id, SUBJECT) if is_target else (SUBJECT, user_id)
        return Relation(user_id=pair[0], target_user_id=pair[1], relation=kind, update_time=at)

    crowd(relation)
    some = [PEOPLE[0], PEOPLE[lists.AT_ONCE], PEOPLE[-1]]
    cache_page(listed, some)
    with transaction() as session:
        session.get(User, SUBJECT).status = UserStatus.DISABLED

    happened(events.UserStatusChanged(SUBJECT))
    before = cached(redis, listed)
    relay_lists()

    assert (before, cached(redis, listed)) == (3, 0)
    assert {listed.page(owner_id, first=0, limit=1).total for owner_id in some} == {0}


@pytest.mark.parametrize(
    "event",
    [events.ArticleWithdrawn(7, SUBJECT, 2), events.UserStatusChanged(SUBJECT)],
    ids=lambda event: type(event).__name__,
)
def test_an_article_vanishes_from_the_collections_of_a_crowd(runtime, redis, event):
    factories.UserFactory(user_id=SUBJECT)
    for article_id in (6, 7):
        factories.ArticleFactory(article_id=article_id, user_id=SUBJECT, published=True)
    crowd(
        lambda user_id: Collection(user_id=user_id, article_id=7),
        lambda user_id: Collection(user_id=user_id, article_id=6, is_deleted=user_id % 2 == 0),
    )
    some = [PEOPLE[0], PEOPLE[lists.AT_ONCE], PEOPLE[-1]]
    cache_page(shelves.collections, some)

    happened(event)
    before = cached(redis, shelves.collections)
    relay_lists()

    assert (before, cached(redis, shelves.collections)) == (3, 0)


def test_one_delivery_drops_a_bounded_number_of_lists_and_leaves_the_rest_to_the_next(runtime):
    crowd(lambda user_id: Relation(user_id=user_id, target_user_id=SUBJECT, relation=1))
    happened(events.UserStatusChanged(SUBJECT))
    relay = Relay({lists.TOPIC: lists.PROJECTION})

    rounds = []
    while relay.run_once():
        rounds.append([row.payload["source"] for row in open_rows()])

    assert rounds == [["followers"], ["followers"], []]


def test_a_list_loaded_after_the_event_is_right_before_the_relay_comes(runtime):
    owner = factories.UserFactory()
    factories.RelationFactory(
        user_id=owner.user_id, target_user_id=factories.UserFactory(user_id=SUBJECT).user_id
    )
    with transaction() as session:
        session.get(User, SUBJECT).status = UserStatus.DISABLED
        outbox.add(events.UserStatusChanged(SUBJECT))

    assert people.followings.page(owner.user_id, first=0, limit=1).total == 0


def test_an_article_that_returns_is_in_collections_again(runtime):
    article = factories.ArticleFactory(published=True)
    collection = factories.CollectionFactory(article_id=article.article_id)
    totals = []
    for status, event in (
        (ArticleStatus.BANNED, events.ArticleWithdrawn),
        (ArticleStatus.APPROVED, events.ArticlePublished),
    ):
        with transaction() as session:
            session.get(Article, article.article_id).status = status
            outbox.add(event(article.article_id, article.user_id, article.channel_id))
        relay_lists()
        totals.append(shelves.collections.page(collection.user_id, first=0, limit=1).total)

    assert totals == [0, 1]


def test_while_cache_is_away_nothing_is_lost(runtime, valkey):
    factories.RelationFactory(target_user_id=SUBJECT)
    valkey.stop()
    effect = StoredEffect(
        1, lists.effects_of(events.UserStatusChanged(1))[1].payload, clock.now(), 0
    )

    with pytest.raises(DependencyUnavailable):
        lists.deliver([effect])


@pytest.mark.parametrize("payload", [{}, {"source": "x", "id": 1}, {"source": "followers"}])
def test_a_payload_that_says_nothing_is_malformed(runtime, payload):
    with pytest.raises(MalformedPayload):
        lists.deliver([StoredEffect(1, payload, clock.now(), 0)])
