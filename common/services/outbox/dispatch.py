"""From an event to its effects: the tables of all nouns, turned round once, asked by type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from common.schemas.events import Event
from common.services.outbox.effects import Effect, Projection
from common.services.outbox.projections import PROJECTIONS
from common.services.outbox.reactions import REACTIONS

Function = Callable[[Any], Iterable[Any]]


def reactions_to(kind: type[Event]) -> dict[str, list[Function]]:
    """By topic, in the order of the projections: what reacts to events of one type."""
    found: dict[str, list[Function]] = {topic: [] for topic in PROJECTIONS}
    for each in REACTIONS:
        if kind in each.functions:
            found[each.projection.topic].append(each.functions[kind])
    return {topic: functions for topic, functions in found.items() if functions}


def all_events() -> list[type[Event]]:
    """The events that anybody reacts to, which are all, noun by noun."""
    return list(dict.fromkeys(kind for each in REACTIONS for kind in each.functions))


_BY_EVENT = {kind: reactions_to(kind) for kind in all_events()}


def effects_of(events: Sequence[Event]) -> Iterator[tuple[Projection[Any], Effect]]:
    """Everything that has to follow from events, in the order of the projections.

    What a projection can do in one for several events becomes one effect: cached values are
    dropped together, figures are moved together.
    """
    concerned = {topic for kind in {type(event) for event in events} for topic in _topics(kind)}
    for topic in PROJECTIONS:
        if topic in concerned:
            for effect in PROJECTIONS[topic].effects_of(_wishes_in(topic, events)):
                yield PROJECTIONS[topic], effect


def effects_in(topic: str, event: Event) -> list[Effect]:
    """What has to follow from an event in one topic."""
    return PROJECTIONS[topic].effects_of(_wishes_in(topic, (event,)))


def _topics(kind: type[Event]) -> Iterable[str]:
    return _BY_EVENT.get(kind, ())


def _wishes_in(topic: str, events: Sequence[Event]) -> list[Any]:
    return [
        wish
        for event in events
        for function in _BY_EVENT.get(type(event), {}).get(topic, ())
        for wish in function(event)
    ]
