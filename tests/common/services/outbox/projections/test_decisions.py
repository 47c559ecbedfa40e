"""Decisions of operators are kept for whom they concern, each once (contract/realtime.md §4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.extensions.db import db, transaction
from common.models import Notification
from common.schemas.events.accounts import LegalizeDecided
from common.services.outbox.dispatch import effects_in
from common.services.outbox.effects import MalformedPayload, stored_effect
from common.services.outbox.projections import decisions
from common.utils import clock
from common.utils.constants import NotificationKind
from tests.factories import UserFactory
from tests.support.harness.outbox import topics

pytestmark = pytest.mark.usefixtures("runtime")


def stored(event, number=1):
    """The effects of an event as the relay finds them."""
    now = clock.now_precise()
    return [
        stored_effect(number, effect.payload, now, taken_up=now)
        for effect in effects_in(decisions.TOPIC, event)
    ]


def decided(user_id, **changes):
    """Somebody's papers were rejected."""
    values = {"legalize_id": 7, "user_id": user_id, "kind": 1, "status": 3, "reason": "不清"}
    return LegalizeDecided(**{**values, **changes})


def deliver(effects):
    """As the relay does."""
    with transaction():
        decisions.deliver(effects)


def test_a_decision_that_comes_twice_is_told_once():
    user_id = UserFactory().user_id

    for number in (1, 2):
        deliver(stored(decided(user_id), number))

    (row,) = db.session.scalars(select(Notification)).all()
    assert (row.kind, row.user_id, row.actor_id) == (NotificationKind.VERIFICATION, user_id, None)
    assert {name: row.payload[name] for name in ("type", "status", "reason")} == {
        "type": 1,
        "status": 3,
        "reason": "不清",
    }
    assert isinstance(row.payload["timestamp"], int)
    assert topics() == ["push"]


def test_two_decisions_are_told_apart():
    user_id = UserFactory().user_id

    deliver([*stored(decided(user_id)), *stored(decided(user_id, legalize_id=8))])

    assert len(db.session.scalars(select(Notification)).all()) == 2


def test_a_row_that_is_none_is_blamed():
    now = clock.now_precise()

    with pytest.raises(MalformedPayload):
        deliver([stored_effect(1, {"kind": 99}, now, taken_up=now)])
