"""Effects of the outbox: what they are, how a projection makes them, how a row keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from common.models import OutboxEvent
from common.schemas.events import Event
from common.utils import clock
from common.utils.observing import request_id

Payload = dict[str, Any]
Wish = TypeVar("Wish")  # what a projection is asked for: a key to drop, a figure to move, ...

# Whoever takes an effect up has this long to begin delivering it. A process that slept through
# more (stopped, swapped out) must leave the effect to others: what protects against doubles is
# remembered only for a while (services/counters/flushing.py, APPLIED_KEPT).
DELIVERY_TIME = timedelta(minutes=5)

FIVE_MINUTES = timedelta(minutes=5)
ONE_SECOND = timedelta(seconds=1)
NO_TIME = timedelta()

_REQUEST = "_request_id"


@dataclass(frozen=True)
class Effect:
    """Something to be done. Effects of one ``agg_key`` are done in the order of their events."""

    agg_key: str
    payload: Payload


@dataclass(frozen=True)
class StoredEffect:
    """An effect as the outbox keeps it.

    :param created_at: when the event happened, product time
    :param deadline_ms: epoch ms after which whoever took the effect up must leave it to others
    """

    id: int
    payload: Payload
    created_at: datetime
    deadline_ms: int
    request_id: str | None = None


class MalformedPayload(Exception):
    """This row can never be delivered; it alone fails."""


@dataclass(frozen=True)
class Projection(Generic[Wish]):
    """One topic of the outbox: how its effects are written down, and how they are done.

    It knows no event; who asks it for what is said in tables (:class:`Reactions`).

    :param effects_of: what fulfils all wishes that an event, or some together, cause; ``[]`` if
        there are none
    :param deliver: does any number of effects, in their order. Idempotent: a row may come twice.
        Raises ``DependencyUnavailable`` when nothing can be delivered at present (no row is to
        blame, so none is ever given up for it); any other exception blames the rows.
    :param inline: tried right after the commit too, as best effort
    :param in_transaction: writes SQL only, in the transaction that marks the rows done
    :param erases: the payload is emptied once it is done with
    :param inline_time: what is tried inline is not offered to the relay for so long
    :param delay: anything else is due only so long after the event
    :param first_backoff: between two tries; doubled each time, up to ``max_backoff``
    :param is_slow: talks to something outside; must not hold up the others
    :param is_alone: nor may others hold it up: it has a relay of its own
    :param by_leader: whether only the leading process may deliver it at present
    """

    topic: str
    effects_of: Callable[[Sequence[Wish]], list[Effect]]
    deliver: Callable[[Sequence[StoredEffect]], None]
    inline: bool = False
    in_transaction: bool = False
    erases: bool = False
    is_slow: bool = False
    is_alone: bool = False
    batch: int = 500
    inline_time: timedelta = ONE_SECOND
    delay: timedelta = NO_TIME
    first_backoff: timedelta = ONE_SECOND
    max_backoff: timedelta = FIVE_MINUTES
    by_leader: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Reactions(Generic[Wish]):
    """What a noun of the product asks one projection for: ``{event: function}``.

    A function says what one event of its type calls for, ``()`` or ``[]`` if nothing.
    """

    projection: Projection[Wish]
    functions: Mapping[type[Event], Callable[[Any], Iterable[Wish]]]


def new_row(projection: Projection[Any], effect: Effect, *, at: datetime) -> OutboxEvent:
    """The row of an effect that happened at ``at``, not yet added to a session."""
    return OutboxEvent(**new_values(projection, effect, at=at))


def new_values(projection: Projection[Any], effect: Effect, *, at: datetime) -> dict[str, Any]:
    """What is written of a new row, for who inserts many."""
    payload = dict(effect.payload)
    if current := request_id.current():
        payload[_REQUEST] = current
    return {
        "topic": projection.topic,
        "agg_key": effect.agg_key,
        "payload": payload,
        "created_at": at,
        "available_at": at + (projection.inline_time if projection.inline else projection.delay),
        "attempts": 0,
    }


def stored_effect(
    id_: int, payload: object, created_at: datetime, *, taken_up: datetime
) -> StoredEffect:
    """The effect of a row that was taken up just now.

    :raises MalformedPayload: the payload is no object
    """
    if not isinstance(payload, dict):
        raise MalformedPayload("the payload is no object")
    return StoredEffect(
        id=id_,
        payload={name: value for name, value in payload.items() if name != _REQUEST},
        created_at=created_at,
        deadline_ms=clock.to_ms(taken_up + DELIVERY_TIME),
        request_id=payload.get(_REQUEST),
    )
