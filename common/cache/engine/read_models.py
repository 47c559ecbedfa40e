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
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import TypeAdapter

from common.cache.engine import absences, leases, strings
from common.cache.engine.keys import Keys, possible
from common.cache.engine.loading import Loader, Source, fetch, invalidate_keys
from common.cache.engine.local import first_level
from common.cache.engine.stages import Answer, Known, Look, Stage, stage
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Command
from common.extensions.redis.tracking import follow
from common.utils.background import memories

V = TypeVar("V")

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


class ReadModel(Generic[V]):
    """One JSON value per id, loaded from SQL in batches and kept in CACHE.

    :param key: template with one ``{}`` for the id, as in contract/redis.md §2
    :param value: the type stored as JSON and returned
    :param null_ttl: how long an id without a value is remembered; None: every id has one
    :param load: one query for any number of ids; absent ids are left out of its answer
    :param l1: keep values in the process for this long too (contract/redis.md §4 says which)
    :param is_tracked: keep copies in the process for as long as CACHE says that they are current
        (docs/adr/0004-tracked-copies.md); for what many requests read
    :param looks_again: what is remembered as absent may have come from elsewhere
    """

    def __init__(
        self,
        *,
        key: str,
        value: Any,
        ttl: Ttl,
        null_ttl: Ttl | None,
        load: Loader[V],
        l1: timedelta | None = None,
        is_tracked: bool = False,
        looks_again: bool = False,
    ) -> None:
        self.key = key
        self._looks_again = looks_again
        self._is_tracked = is_tracked
        if is_tracked:
            follow(key)
        self._keys = Keys(key)
        self._adapter: TypeAdapter[V] = TypeAdapter(value)
        self._ttl = ttl
        self._null_ttl = null_ttl
        self._l1_seconds = l1.total_seconds() if l1 else 0.0
        # Values are frozen, so equal texts may share one: parsing is most of a warm read.
        self._parsed: dict[bytes | None, V] = {}
        self._parsed_bytes = 0
        _parsed_values.add(self)
        self._source = Source(
            kind="string",
            load=load,
            decode=self._decode,
            store=self._store_command,
            is_copied_in_outages=l1 is None,  # or the ages of two kinds of copies would add up
        )

    def get(self, id_: int) -> V | None:
        """The value of one id, or None."""
        return self.get_many((id_,)).get(id_)

    def get_many(self, ids: Iterable[int]) -> dict[int, V]:
        """Values by id; ids without one are left out. One Redis stage when all are cached."""
        with stage() as ask:
            wanted = self.want(ask, ids)
        return wanted()

    def want(self, ask: Stage, ids: Iterable[int]) -> Answer[dict[int, V]]:
        """Ask for values within a stage that others share."""
        found: dict[int, V] = {}
        missing = self._unknown(ids, found, ask.look)
        if not missing:
            return lambda: found
        keys = list(map(self._keys.__getitem__, missing))
        asked = _Asked(ask, missing, found, strings.want(ask.cache, keys), first_level.drops)
        return partial(self._answer, asked)

    def peek_many(self, ids: Iterable[int], look: Look | None = None) -> dict[int, V] | None:
        """Values by id as this process knows them for certain; None if it would have to ask.

        :param look: one that others share; it costs more than all that is found with it
        """
        found: dict[int, V] = {}
        return None if self._unknown(ids, found, look or Look()) else found

    def invalidate(self, *ids: int) -> None:
        """Drop values now. Services do not call this: their outbox events do, and repeat it.

        :raises DependencyUnavailable: CACHE is down; the values are still there
        """
        invalidate_keys([self._keys[id_] for id_ in ids])

    def _unknown(self, ids: Iterable[int], found: dict[int, V], look: Look) -> list[int]:
        """The ids that have to be asked for; puts what the process knows into ``found``."""
        missing = list(dict.fromkeys(ids))
        if self._l1_seconds:
            missing = [id_ for id_ in missing if not self._is_held(id_, found)]
        if self._is_tracked and missing and (known := look.cached) is not None:
            missing = self._without_copied(missing, known, found)
        return possible(missing) if missing else missing

    def _is_held(self, id_: int, found: dict[int, V]) -> bool:
        held = first_level.fresh(self._keys[id_])
        if held is not None and held.value is not None:
            found[id_] = held.value
        return held is not None

    def _without_copied(self, ids: list[int], known: Known, found: dict[int, V]) -> list[int]:
        values = list(map(known.get, map(self._keys.__getitem__, ids)))
        if all(values):  # nearly always: then no line of Python runs per value
            found.update(zip(ids, values, strict=True))
            return []
        copied = zip(ids, values, strict=True)
        found.update((id_, value) for id_, value in copied if value is not None)
        return [id_ for id_ in ids if id_ not in found]

    def _answer(self, asked: _Asked[V]) -> dict[int, V]:
        raws = strings.read(asked.ask.cache, asked.positions, len(asked.ids))
        # Nearly always each text was parsed before: then no line of Python runs per value.
        values = list(map(self._parsed.get, raws))
        if not all(values):
            return self._answer_each(asked, raws)
        asked.found.update(zip(asked.ids, values, strict=True))  # type: ignore[arg-type] # all() said so
        self._keep(asked, asked.ids, raws)
        return asked.found

    def _answer_each(self, asked: _Asked[V], raws: list[Any]) -> dict[int, V]:
        known: dict[int, bytes] = {}
        absent: list[int] = []
        denied: dict[int, str] = {}
        for id_, raw in zip(asked.ids, raws, strict=True):
            value = self._parsed.get(raw)
            if value is None:
                try:
                    value = self._decode(raw)
                except ValueError:
                    absent.append(id_)
                    continue
            known[id_] = raw
            if value is not None:
                asked.found[id_] = value
            elif self._looks_again:
                denied[id_] = self._keys[id_]
        if denied:
            asked.found.update(absences.look_again(denied, self._source.load))
        self._keep(asked, list(known), list(known.values()))
        if absent:
            asked.found.update(self._fill(absent, drops=asked.drops))
        return asked.found

    def kept(self) -> int:
        """How many parsed values this process keeps."""
        return len(self._parsed)

    def forget_parsed(self) -> None:
        """Parse every value anew."""
        self._parsed.clear()
        self._parsed_bytes = 0

    def _decode(self, raw: Any) -> V | None:
        """The value of a reply, None for a stored absence.

        :raises ValueError: there is no reply, or it does not parse
        """
        if raw is None:
            raise ValueError
        if raw == NULL and self._null_ttl is not None:
            return None
        value = self._adapter.validate_json(raw)
        if len(raw) <= LONGEST_REMEMBERED:
            if self._parsed_bytes >= REMEMBERED_BYTES:
                self.forget_parsed()
            self._parsed[raw] = value
            self._parsed_bytes += len(raw)
        return value

    def _keep(self, asked: _Asked[V], ids: Sequence[int], raws: Sequence[bytes | None]) -> None:
        """Keep in the process what CACHE has just answered, if this model does that."""
        found = asked.found
        self._hold(ids, found, drops=asked.drops)
        known = asked.ask.look.cached if self._is_tracked else None
        if known is None:
            return
        sizes = {
            id_: COPY_BYTES + len(raw)
            for id_, raw in zip(ids, raws, strict=True)
            if raw is not None and id_ in found and len(raw) <= LONGEST_REMEMBERED
        }
        known.keep({self._keys[id_]: found[id_] for id_ in sizes}, size=sum(sizes.values()))

    def _hold(self, ids: Iterable[int], values: Mapping[int, V], *, drops: int) -> None:
        """Keep values and known absences in the first level, if this model has one."""
        if self._l1_seconds:
            for id_ in ids:
                first_level.put(self._keys[id_], values.get(id_), self._l1_seconds, drops=drops)

    def _fill(self, ids: Iterable[int], *, drops: int) -> dict[int, V]:
        """Load the ids that CACHE does not have, once for all who ask."""
        keys = {id_: self._keys[id_] for id_ in ids}
        try:
            values = fetch(self._source, keys)
        except DependencyUnavailable:
            stale = self._stale(keys)
            if stale is None:
                raise
            return stale
        if not db.in_transaction():
            self._hold(keys, values, drops=drops)
            if self._looks_again:
                absences.note(key for id_, key in keys.items() if id_ not in values)
        return values

    def _store_command(self, key: str, token: str, value: V | None) -> Command:
        if value is None:
            ttl = self._null_ttl or self._ttl
            return leases.store_value(key, token, NULL, ttl.draw_ms())
        return leases.store_value(key, token, self._adapter.dump_json(value), self._ttl.draw_ms())

    def _stale(self, keys: Mapping[int, str]) -> dict[int, V] | None:
        """Old first-level copies of all ids, or None if one of them is not held."""
        held = {id_: first_level.stale(key) for id_, key in keys.items()}
        if not self._l1_seconds or None in held.values():
            return None
        return {id_: e.value for id_, e in held.items() if e is not None and e.value is not None}


_parsed_values: memories.Family[ReadModel[Any]] = memories.Family(
    "parsed_values", entries=ReadModel.kept, forget=ReadModel.forget_parsed
)


class _Asked(NamedTuple, Generic[V]):
    """Ids that a stage asked for.

    :param found: values by id, as far as they are known
    :param positions: of the reply that has all raw values, or of those that have one each
    :param drops: of the first level, from before it asked
    """

    ask: Stage
    ids: list[int]
    found: dict[int, V]
    positions: int | list[int]
    drops: int
