"""The tables of who reacts to what are complete, and mean what they say."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import is_dataclass
from typing import get_args, get_type_hints

from common.schemas import events
from common.schemas.events import Event
from common.schemas.events.accounts import UserStatusChanged
from common.services.outbox import reactions
from common.services.outbox.dispatch import effects_of, reactions_to
from common.services.outbox.projections import PROJECTIONS
from common.services.outbox.reactions import REACTIONS

PAIRS = [(kind, function) for table in REACTIONS for kind, function in table.functions.items()]


def modules(package):
    names = (found.name for found in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def events_of_the_product():
    return {
        each
        for module in modules(events)
        for each in vars(module).values()
        if isinstance(each, type) and is_dataclass(each) and issubclass(each, Event)
    }


def leaves(kinds):
    return {kind for kind in kinds if not any(kind in other.__mro__[1:] for other in kinds)}


def test_every_event_has_somebody_who_reacts_to_it():
    assert leaves(events_of_the_product()) == {kind for kind, _ in PAIRS}


def test_the_tables_of_every_noun_are_in_use():
    tables = [table for module in modules(reactions) for table in module.REACTIONS]

    assert [table for table in tables if table not in REACTIONS] == []


def test_every_projection_that_is_asked_for_something_is_delivered():
    assert {table.projection.topic for table in REACTIONS} - set(PROJECTIONS) == set()


def test_a_function_reacts_only_to_events_that_it_says_it_takes():
    wrong = []
    for kind, function in PAIRS:
        taken = next(iter(get_type_hints(function).values()))
        if not issubclass(kind, get_args(taken) or taken):
            wrong.append((kind, function))

    assert wrong == []


def test_an_event_is_one_effect_of_the_cache_however_many_nouns_react_to_it():
    functions = reactions_to(UserStatusChanged)["cache.invalidate"]
    event = UserStatusChanged(user_id=1)

    topics = [projection.topic for projection, _ in effects_of([event])]

    assert len({function.__module__ for function in functions}) == 2
    assert topics.count("cache.invalidate") == 1


def test_what_follows_is_written_down_in_the_order_in_which_it_is_delivered():
    order = list(PROJECTIONS)

    for kind in {kind for kind, _ in PAIRS}:
        topics = list(reactions_to(kind))
        assert topics == sorted(topics, key=order.index)
