"""The tables of who reacts to what are complete, and mean what they say."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

from common.schemas import events
from common.schemas.events import Event
from common.schemas.events.accounts import UserFrozen
from common.services.outbox import reactions
from common.services.outbox.dispatch import effects_of, reactions_to
from common.services.outbox.projections import PROJECTIONS
from common.services.outbox.reactions import REACTIONS

ROOT = Path(events.__file__).parents[3]
DOORS = ("toutiao", "mp", "mis", "im", "schedule")
# Modules that say what an event is and what follows from it, which is not that it happens.
ABOUT = (Path(events.__file__).parent, Path(reactions.__file__).parent)
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


def named(tree: ast.AST) -> Iterator[str]:
    """The names that code uses as values: neither what it imports nor what it annotates."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.AST):
                yield from named(node)


def test_every_event_happens_in_the_product():
    """What nobody emits is reacted to in vain, and tests of it are about no product."""
    sources = [path for folder in ("common", *DOORS) for path in (ROOT / folder).rglob("*.py")]
    causes = [path for path in sources if not set(ABOUT) & set(path.parents)]

    found = {name for path in causes for name in named(ast.parse(path.read_bytes()))}

    assert {kind.__name__ for kind in leaves(events_of_the_product())} - found == set()


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
    functions = reactions_to(UserFrozen)["cache.invalidate"]
    event = UserFrozen(user_id=1)

    topics = [projection.topic for projection, _ in effects_of([event])]

    assert len({function.__module__ for function in functions}) == 2
    assert topics.count("cache.invalidate") == 1


def test_what_follows_is_written_down_in_the_order_in_which_it_is_delivered():
    order = list(PROJECTIONS)

    for kind in {kind for kind, _ in PAIRS}:
        topics = list(reactions_to(kind))
        assert topics == sorted(topics, key=order.index)
