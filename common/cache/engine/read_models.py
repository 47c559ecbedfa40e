"""The cache engine: what happens underneath every declared read model (design.md §4).

A miss takes a lease; only the lease's holder loads and stores. An invalidation deletes value and
lease, so that a value read before it can never be stored after it. All of that is one SQL load
per key, however many threads and processes ask.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from common.cache.engine import leases
from common.cache.engine.keys import Keys, possible
from common.cache.engine.loading import Loader, Source, fetch, invalidate_keys
from common.cache.engine.local import Held, first_level
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Batch, Command, cache
from common.extensions.redis.copies import TrackedCopies
from common.extensions.redis.tracking import follow

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

REMEMBERED_BYTES = 4_000_000  # of texts whose parsed values a process keeps, per model
LONGEST_REMEMBERED = 32_000
COPY_BYTES = 300  # of a tracked copy besides its text
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
    :param is_tracked: keep copies in the process for as long as CACHE says that they are current
        (docs/adr/0004-tracked-copies.md); for what many requests read
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
        is_tracked: bool = False,
    ) -> None:
        self.key = key
        self.is_tracked = is_tracked
        if is_tracked:
            follow(key)
        self.keys = Keys(key)
        self._adapter: TypeAdapter[V] = TypeAdapter(value)
        self._ttl = ttl
        self._null_ttl = null_ttl
        self._l1_seconds = l1.total_seconds() if l1 else 0.0
        # Values are frozen, so equal texts may share one: parsing is most of a warm read.
        self.parsed: dict[bytes | None, V] = {}
        self._parsed_bytes = 0
        self._source = Source(
            kind="string",
            load=load,
            decode=self.decode,
            store=self._store_command,
            is_copied_in_outages=l1 is None,  # or the ages of two kinds of copies would add up
        )

    def get(self, id_: int) -> V | None:
        """The value of one id, or None."""
        return self.get_many((id_,)).get(id_)

    def get_many(self, ids: Iterable[int]) -> dict[int, V]:
        """Values by id; ids without one are left out. One Redis stage when all are cached."""
        batch = cache.batch()
        return run(batch, self.want(batch, ids))

    def want(self, batch: Batch, ids: Iterable[int]) -> Wanted[dict[int, V]]:
        """Ask for values within a stage that other models share."""
        missing = possible(ids)
        found: dict[int, V] = {}
        if self._l1_seconds:
            missing = [id_ for id_ in missing if not self._is_at_hand(id_, found)]
        if self.is_tracked and missing and (copies := batch.copies) is not None:
            missing = self._without_copied(missing, copies, found)
        return _WantedValues(self, batch, found, missing)

    def _without_copied(
        self, ids: list[int], copies: TrackedCopies, found: dict[int, V]
    ) -> list[int]:
        """The ids that there is no copy of; puts the copies of the others into ``found``."""
        values = list(map(copies.entries.get, map(self.keys.__getitem__, ids)))
        if all(values):  # nearly always: then no line of Python runs per value
            found.update(zip(ids, values, strict=True))  # type: ignore[arg-type] # all() said so
            return []
        copied = zip(ids, values, strict=True)
        found.update((id_, value) for id_, value in copied if value is not None)
        return [id_ for id_ in ids if id_ not in found]

    def _is_at_hand(self, id_: int, found: dict[int, V]) -> bool:
        """Whether the process knows about this id; puts what it knows into ``found``."""
        held = first_level.fresh(self.keys[id_])
        if held is not None and held.value is not None:
            found[id_] = held.value
        return held is not None

    def at_hand(self, id_: int) -> Held | None:
        """The process's own fresh copy of one id's value or absence, if it has one."""
        return first_level.fresh(self.keys[id_])

    def invalidate(self, *ids: int) -> None:
        """Drop values now. Services do not call this: their outbox events do, and repeat it.

        :raises DependencyUnavailable: CACHE is down; the values are still there
        """
        invalidate_keys([self.keys[id_] for id_ in ids])

    def decode(self, raw: Any) -> V | None:
        """The value of a reply, None for a stored absence.

        :raises ValueError: there is no reply, or it does not parse
        """
        if raw is None:
            raise ValueError
        if raw == NULL:
            return None
        value = self._adapter.validate_json(raw)
        if len(raw) <= LONGEST_REMEMBERED:
            if self._parsed_bytes >= REMEMBERED_BYTES:
                self.parsed.clear()
                self._parsed_bytes = 0
            self.parsed[raw] = value
            self._parsed_bytes += len(raw)
        return value

    def remember(self, ids: Iterable[int], values: Mapping[int, V], *, drops: int) -> None:
        """Keep values (and known absences) in the process, if this model does that."""
        if self._l1_seconds:
            for id_ in ids:
                first_level.put(self.keys[id_], values.get(id_), self._l1_seconds, drops=drops)

    def fill(self, ids: Iterable[int], *, drops: int) -> dict[int, V]:
        """Load the ids that CACHE does not have, once for all who ask."""
        keys = {id_: self.keys[id_] for id_ in ids}
        try:
            values = fetch(self._source, keys)
        except DependencyUnavailable:
            stale = self._stale(keys)
            if stale is None:
                raise
            return stale
        if not db.in_transaction():
            self.remember(keys, values, drops=drops)
        return values

    def _store_command(self, key: str, token: str, value: V | None) -> Command:
        if value is None:
            return leases.store_value(key, token, NULL, self._null_ttl.draw_ms())
        return leases.store_value(key, token, self._adapter.dump_json(value), self._ttl.draw_ms())

    def _stale(self, keys: Mapping[int, str]) -> dict[int, V] | None:
        """Old first-level copies of all ids, or None if one of them is not held."""
        held = {id_: first_level.stale(key) for id_, key in keys.items()}
        if not self._l1_seconds or None in held.values():
            return None
        return {id_: e.value for id_, e in held.items() if e is not None and e.value is not None}


class _WantedValues(Generic[V]):
    """Values of one read model within a batch."""

    def __init__(
        self, model: ReadModel[V], batch: Batch, found: dict[int, V], missing: list[int]
    ) -> None:
        self._model, self._batch, self._found, self._missing = model, batch, found, missing
        self._drops = first_level.drops
        self._positions = add_gets(batch, list(map(model.keys.__getitem__, missing)))

    def resolve(self) -> dict[int, V]:
        """Values by id, cached or loaded."""
        missing = self._missing
        if not missing:
            return self._found
        model, raws = self._model, self._raws()
        # Nearly always each text was parsed before: then no line of Python runs per value.
        values = list(map(model.parsed.get, raws))
        if not all(values):
            return self._resolve_each(raws)
        self._found.update(zip(missing, values, strict=True))  # type: ignore[arg-type] # all() said so
        self._keep(missing, raws)
        return self._found

    def _keep(self, ids: Sequence[int], raws: Sequence[bytes | None]) -> None:
        """Keep in the process what CACHE has just answered, if this model does that."""
        model = self._model
        model.remember(ids, self._found, drops=self._drops)
        copies = self._batch.copies if model.is_tracked else None
        if copies is None:
            return
        sizes = {
            id_: COPY_BYTES + len(raw)
            for id_, raw in zip(ids, raws, strict=True)
            if raw is not None and id_ in self._found and len(raw) <= LONGEST_REMEMBERED
        }
        values = {model.keys[id_]: self._found[id_] for id_ in sizes}
        copies.keep(values, size=sum(sizes.values()), drops=self._batch.drops)

    def _resolve_each(self, raws: list[Any]) -> dict[int, V]:
        model, found = self._model, self._found
        known: dict[int, bytes] = {}
        absent: list[int] = []
        for id_, raw in zip(self._missing, raws, strict=True):
            value = model.parsed.get(raw)
            if value is None:
                try:
                    value = model.decode(raw)
                except ValueError:
                    absent.append(id_)
                    continue
            known[id_] = raw
            if value is not None:
                found[id_] = value
        self._keep(list(known), list(known.values()))
        if absent:
            found.update(model.fill(absent, drops=self._drops))
        return found

    def _raws(self) -> list[Any]:
        """Replies by key; None where there is none, or one that is no string."""
        if isinstance(self._positions, list):
            return [self._raw(position) for position in self._positions]
        replies = self._raw(self._positions)
        return replies if isinstance(replies, list) else [None] * len(self._missing)

    def _raw(self, position: int) -> Any:
        try:
            reply = self._batch.reply(position)
        except DependencyUnavailable:
            return None
        return None if isinstance(reply, Exception) else reply


def add_gets(batch: Batch, keys: Sequence[str]) -> int | list[int]:
    """Queue reads of string keys: one MGET on a single server, a GET per key on a cluster."""
    if not keys:
        return []
    if batch.edge.is_cluster:
        return [batch.add("GET", key) for key in keys]
    return batch.add("MGET", *keys)


def run(batch: Batch, wanted: Wanted[V]) -> V:
    """Make the round trip of a batch with a single asker and return what it wanted."""
    batch.run()
    return wanted.resolve()
