"""The cache engine: what happens underneath every declared read model (design.md §4).

A miss takes a lease; only the lease's holder loads and stores. An invalidation deletes value and
lease together, so that a value read before it can never be stored after it. All of that is one
SQL load per key, however many threads and processes ask.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from common.cache import leases
from common.cache.loading import (
    FIRST_WAIT_MS,
    WAIT_MS,
    Loader,
    invalidate_keys,
    load_fresh,
    load_or_drop,
    quietly,
)
from common.cache.local import first_level, flights
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Batch, Command, cache

log = structlog.get_logger(__name__)

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

MAX_ID = 2**63 - 1
NULL = b"-1"  # the marker of contract/redis.md §2: this id is known to have no value


@dataclass(frozen=True)
class Ttl:
    """A life time, spread by ``jitter`` so that keys written together do not expire together."""

    base: timedelta
    jitter: timedelta = timedelta()

    def draw_ms(self) -> int:
        """A life time in milliseconds: base plus a random part of the jitter."""
        spread = random.random() * self.jitter.total_seconds()  # noqa: S311 - load spreading
        return int((self.base.total_seconds() + spread) * 1000)


class Wanted(Protocol[V_co]):
    """Values asked for in a batch; :meth:`resolve` loads what the batch did not find."""

    def resolve(self) -> V_co:
        """The values, after the batch has run."""


class ReadModel(Generic[V]):
    """One JSON value per id, loaded from SQL in batches and kept in CACHE.

    :param key: template with one ``{}`` for the id, as in contract/redis.md §2
    :param value: the type stored as JSON and returned
    :param null_ttl: how long an id without a value is remembered
    :param load: one query for any number of ids; absent ids are left out of its answer
    :param l1: keep values in the process for this long too (contract/redis.md §4 says which)
    """

    def __init__(
        self,
        *,
        key: str,
        value: Any,
        ttl: Ttl,
        null_ttl: Ttl,
        load: Loader[V],
        l1: timedelta | None = None,
    ) -> None:
        self.key = key
        self._adapter: TypeAdapter[V] = TypeAdapter(value)
        self._ttl = ttl
        self._null_ttl = null_ttl
        self._load = load
        self._l1_seconds = l1.total_seconds() if l1 else 0.0

    def get(self, id_: int) -> V | None:
        """The value of one id, or None."""
        return self.get_many((id_,)).get(id_)

    def get_many(self, ids: Iterable[int]) -> dict[int, V]:
        """Values by id; ids without one are left out. One Redis stage when all are cached."""
        batch = cache.batch()
        return run(batch, self.want(batch, ids))

    def want(self, batch: Batch, ids: Iterable[int]) -> Wanted[dict[int, V]]:
        """Ask for values within a stage that other models share."""
        found: dict[int, V] = {}
        missing: dict[int, str] = {}
        for id_ in ids:
            if not 0 < id_ <= MAX_ID:
                continue
            key = self.key.format(id_)
            held = first_level.fresh(key) if self._l1_seconds else None
            if held is None:
                missing[id_] = key
            elif held.value is not None:
                found[id_] = held.value
        return _WantedValues(self, batch, found, missing)

    def invalidate(self, *ids: int) -> None:
        """Drop values now. Services do not call this: their outbox events do, and repeat it.

        :raises DependencyUnavailable: CACHE is down; the values are still there
        """
        invalidate_keys([self.key.format(id_) for id_ in ids])

    def decode(self, raw: Any) -> tuple[bool, V | None]:
        """(found, value) of a reply; anything that does not parse counts as not found."""
        if raw is None or isinstance(raw, Exception):
            return False, None
        if raw == NULL:
            return True, None
        try:
            return True, self._adapter.validate_json(raw)
        except ValidationError:
            log.warning("cache_value_unreadable", key=self.key)
            return False, None

    def remember(self, keys: Mapping[int, str], values: Mapping[int, V]) -> None:
        """Keep values (and known absences) in the process, if this model does that."""
        if self._l1_seconds:
            for id_, key in keys.items():
                first_level.put(key, values.get(id_), self._l1_seconds)

    def fill(self, keys: dict[int, str]) -> dict[int, V]:
        """Load the ids that CACHE does not have, once for all who ask."""
        if db.in_transaction():
            # What this transaction sees is not committed: never let it reach the others.
            return dict(self._load(list(keys)))
        try:
            values = flights.run(keys, lambda ids: self._load_leased({i: keys[i] for i in ids}))
        except DependencyUnavailable:
            stale = self._stale(keys)
            if stale is None:
                raise
            return stale
        self.remember(keys, values)
        return values

    def _load_leased(self, keys: dict[int, str]) -> dict[int, V]:
        values: dict[int, V] = {}
        pending = keys
        deadline = time.monotonic() + leases.LEASE_MS / 1000
        wait_ms = FIRST_WAIT_MS
        try:
            while pending and time.monotonic() < deadline:
                pending = self._advance(pending, values)
                if pending:
                    time.sleep(wait_ms / 1000)
                    wait_ms = min(WAIT_MS, wait_ms * 2)
        except DependencyUnavailable as error:
            if error.dependency != cache.name:
                raise
            pending = {id_: key for id_, key in keys.items() if id_ not in values}
        if pending:
            values.update(load_fresh(self._load, list(pending)))
        return values

    def _advance(self, pending: dict[int, str], values: dict[int, V]) -> dict[int, str]:
        """Take values that appeared, load those we got the lease of; returns what others load."""
        token = leases.new_token()
        replies = cache.stage([leases.take(key, token) for key in pending.values()])
        leased: dict[int, str] = {}
        waiting: dict[int, str] = {}
        poisoned: list[str] = []
        invalidated = False
        for (id_, key), (raw, is_ours, recently) in zip(pending.items(), replies, strict=True):
            found, value = self.decode(raw)
            if is_ours:
                leased[id_] = key
                invalidated = invalidated or bool(recently)
            elif not found:
                waiting[id_] = key
                if raw is not None:
                    poisoned.append(key)
            elif value is not None:
                values[id_] = value
        if poisoned:
            cache.stage([("DEL", key) for key in poisoned])
        if leased:
            values.update(self._load_and_store(leased, token, from_primary=invalidated))
        return waiting

    def _load_and_store(
        self, keys: dict[int, str], token: str, *, from_primary: bool
    ) -> dict[int, V]:
        loaded = load_or_drop(self._load, keys, token, from_primary=from_primary)
        quietly([self._store_command(key, token, loaded.get(id_)) for id_, key in keys.items()])
        return loaded

    def _store_command(self, key: str, token: str, value: V | None) -> Command:
        if value is None:
            return leases.store_value(key, token, NULL, self._null_ttl.draw_ms())
        return leases.store_value(
            key, token, self._adapter.dump_json(value, by_alias=True), self._ttl.draw_ms()
        )

    def _stale(self, keys: Mapping[int, str]) -> dict[int, V] | None:
        """Old first-level copies of all ids, or None if one of them is not held."""
        held = {id_: first_level.stale(key) for id_, key in keys.items()}
        if not self._l1_seconds or None in held.values():
            return None
        return {id_: e.value for id_, e in held.items() if e is not None and e.value is not None}


class _WantedValues(Generic[V]):
    """Values of one read model within a batch."""

    def __init__(
        self, model: ReadModel[V], batch: Batch, found: dict[int, V], missing: dict[int, str]
    ) -> None:
        self._model, self._batch, self._found, self._missing = model, batch, found, missing
        self._positions = add_gets(batch, list(missing.values()))

    def resolve(self) -> dict[int, V]:
        """Values by id, cached or loaded."""
        if not self._missing:
            return self._found
        cached: dict[int, V] = {}
        absent: dict[int, str] = {}
        known: dict[int, str] = {}
        for (id_, key), raw in zip(self._missing.items(), self._raws(), strict=True):
            is_found, value = self._model.decode(raw)
            if not is_found:
                absent[id_] = key
                continue
            known[id_] = key
            if value is not None:
                cached[id_] = value
        self._model.remember(known, cached)
        self._found.update(cached)
        if absent:
            self._found.update(self._model.fill(absent))
        return self._found

    def _raws(self) -> list[Any]:
        nothing = [None] * len(self._missing)
        try:
            if isinstance(self._positions, int):
                replies = self._batch.reply(self._positions)
                return nothing if isinstance(replies, Exception) else list(replies)
            return [self._batch.reply(position) for position in self._positions]
        except DependencyUnavailable:
            return list(nothing)


def add_gets(batch: Batch, keys: Sequence[str]) -> int | list[int]:
    """Queue reads of string keys: one MGET on a single server, a GET per key on a cluster."""
    if not keys:
        return []
    try:
        is_cluster = batch.edge.is_cluster
    except DependencyUnavailable:
        is_cluster = True  # the batch will fail and say so to each reader of a reply
    if is_cluster:
        return [batch.add("GET", key) for key in keys]
    return batch.add("MGET", *keys)


def run(batch: Batch, wanted: Wanted[V]) -> V:
    """Make the round trip of a batch with a single asker and return what it wanted."""
    batch.run()
    return wanted.resolve()
