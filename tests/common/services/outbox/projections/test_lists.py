"""The lists of other people are dropped, a bounded number at a time, and all of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view, transaction
from common.models import OutboxEvent, Relation
from common.schemas.events.accounts import UserFrozen
from common.services import outbox
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections import lists
from common.services.outbox.projections.lists import Concerned
from common.services.outbox.relay import Relay
from common.utils import clock
from tests import factories
from tests.support.scenarios.crowds import crowd

SUBJECT = 1


def open_rows():
    refresh_view()
    query = select(OutboxEvent).where(
        OutboxEvent.topic == lists.TOPIC, OutboxEvent.done_at.is_(None)
    )
    return db.session.scalars(query).all()


def test_a_source_that_nobody_knows_is_refused_where_it_is_asked_for():
    with pytest.raises(KeyError):
        lists.effects_of([Concerned("neighbours", 1)])


def test_one_delivery_drops_a_bounded_number_of_lists_and_leaves_the_rest_to_the_next(runtime):
    crowd(lambda user_id: Relation(user_id=user_id, target_user_id=SUBJECT, relation=1))
    with transaction():
        outbox.add(UserFrozen(user_id=SUBJECT))
    relay = Relay({lists.TOPIC: lists.PROJECTION})

    rounds = []
    while relay.run_once():
        rounds.append([row.payload["source"] for row in open_rows()])

    assert rounds == [["followers"], ["followers"], []]


def test_while_cache_is_away_nothing_is_lost(runtime, valkey):
    factories.RelationFactory(target_user_id=SUBJECT)
    valkey.stop()
    (effect,) = lists.effects_of([Concerned("followers", SUBJECT)])

    with pytest.raises(DependencyUnavailable):
        lists.deliver([StoredEffect(1, effect.payload, clock.now(), 0)])


@pytest.mark.parametrize("payload", [{}, {"source": "x", "id": 1}, {"source": "followers"}])
def test_a_payload_that_says_nothing_is_malformed(runtime, payload):
    with pytest.raises(MalformedPayload):
        lists.deliver([StoredEffect(1, payload, clock.now(), 0)])
