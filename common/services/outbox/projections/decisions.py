"""What operators decided is kept for whom it concerns, and told at once (contract/realtime.md §4).

Unlike other notifications these have nobody who acted, are never left out, and each decision is
told once, whenever it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.extensions.db import db, insert_new
from common.extensions.messaging.push import user_room
from common.models import Notification
from common.services.ids import identifiers
from common.services.outbox.effects import (
    Effect,
    MalformedPayload,
    Projection,
    StoredEffect,
    new_row,
)
from common.services.outbox.projections import pushes
from common.utils import clock
from common.utils.constants import NotificationKind

TOPIC = "notify.decision"

EVENTS = {
    NotificationKind.REVIEW: "review notify",
    NotificationKind.VERIFICATION: "verification notify",
}


@dataclass(frozen=True)
class Decision:
    """Somebody is to be told what was decided about something of his.

    :param about: names the decision: told once, however often it is delivered
    :param members: what it says, besides its time
    """

    kind: NotificationKind
    user_id: int
    about: str
    members: Mapping[str, Any] = field(default_factory=dict)
    article_id: int | None = None


def effects_of(decisions: Sequence[Decision]) -> list[Effect]:
    """One effect each; those of one user stay in order."""
    return [Effect(f"user:{each.user_id}", dict(vars(each))) for each in decisions]


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Store what is new of it, and write down whom to tell at once."""
    for effect in effects:
        decision = _parsed(effect)
        at = effect.created_at.replace(microsecond=0)
        members = {**decision.members, "timestamp": clock.to_ms(at) // 1000}
        row = Notification(
            id=identifiers.new_id(),
            user_id=decision.user_id,
            kind=decision.kind,
            article_id=decision.article_id,
            payload=members,
            created_at=at,
            dedup=_name(decision),
        )
        session = db.session()
        if insert_new(session, row):
            told = {**members, "id": row.id}
            message = pushes.Message(EVENTS[decision.kind], told, room=user_room(row.user_id))
            for push in pushes.effects_of([message]):
                session.add(new_row(pushes.PROJECTION, push, at=clock.now_precise()))


def _parsed(effect: StoredEffect) -> Decision:
    try:
        payload = dict(effect.payload)
        return Decision(**{**payload, "kind": NotificationKind(payload["kind"])})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedPayload(str(error)) from error


def _name(decision: Decision) -> str:
    text = f"{decision.kind}:{decision.about}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, in_transaction=True, batch=100
)
