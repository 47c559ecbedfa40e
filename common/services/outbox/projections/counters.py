"""Counters in STORE follow what happened, each event counted once (contract/redis.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from common.cache import counters
from common.cache.engine import built
from common.cache.engine.counters import Counter, changed
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.services.outbox.effects import (
    ONE_SECOND,
    Effect,
    MalformedPayload,
    Payload,
    Projection,
    StoredEffect,
)

TOPIC = "counter.apply"
APPLIED = built.MARKED  # ids of outbox rows that were counted, scored by epoch seconds
DIRTY = "count:dirty"  # touched ids: articles as they are, users as ``u:<id>``

_APPLY = load_script(__file__, "count_apply")

Stored = tuple[str, int, int | None]  # a change in a row: key, member, amount

# Counters with a durable copy, by the row that holds it.
_ARTICLE_KEYS = frozenset(counter.key for counter in counters.OF_ARTICLES.values())
_USER_KEYS = frozenset(counter.key for counter in counters.OF_USERS.values())
_KNOWN_KEYS = frozenset(counter.key for counter in counters.ALL)


class Change(NamedTuple):
    """A figure to be moved by ``amount``; None forgets it."""

    counter: Counter
    member: int
    amount: int | None


def effects_of(changes: Sequence[Change]) -> list[Effect]:
    """One effect with every figure that moves, or none."""
    moved = [[each.counter.key, each.member, each.amount] for each in changes if each.amount != 0]
    if not moved:
        return []
    key, member, _ = moved[0]
    return [Effect(f"{key}:{member}", {"changes": moved})]


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Count effects that were not counted yet: one stage, all or nothing.

    :raises DependencyUnavailable: STORE is away, or the caller took too long to get here
    """
    keys: dict[str, int] = {}
    arguments: list[Any] = []
    for effect in effects:
        changes = _changes_in(effect.payload)
        touched = sorted(_marks_of(changes))
        arguments += [effect.id, len(touched), *touched, len(changes)]
        for key, member, amount in changes:
            index = keys.setdefault(key, len(keys) + 3)
            arguments += [index, member, "" if amount is None else amount]
    deadline = min(effect.deadline_ms for effect in effects) // 1000
    try:
        applied = store.script(_APPLY, [APPLIED, DIRTY, *keys], [deadline, *arguments])
    finally:
        changed(keys)
    if applied < 0:
        raise DependencyUnavailable(store.name)


def _marks_of(changes: Iterable[Stored]) -> set[str]:
    marks = {mark_of(key, member) for key, member, amount in changes if amount is not None}
    return {mark for mark in marks if mark is not None}


def _changes_in(payload: Payload) -> list[Stored]:
    try:
        changes = [
            (str(key), int(member), None if amount is None else int(amount))
            for key, member, amount in payload["changes"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedPayload(str(error)) from error
    if unknown := {key for key, _, _ in changes} - _KNOWN_KEYS:
        raise MalformedPayload(f"unknown counters: {', '.join(sorted(unknown))}")
    return changes


def mark_of(key: str, member: int) -> str | None:
    """How the set of touched ids names a member; None if no copy in SQL has to follow it."""
    if key in _ARTICLE_KEYS:
        return str(member)
    return f"u:{member}" if key in _USER_KEYS else None


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, inline=True, max_backoff=ONE_SECOND
)
