"""Loading from SQL once for all who ask, and dropping what was cached: for all kinds of caches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from common.cache.engine import leases, local
from common.cache.engine.local import OUTAGE_SECONDS, Landed, flights, outage_copies
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Command, cache

log = structlog.get_logger(__name__)

V = TypeVar("V")
# Selects columns, never entities: for a row that the thread still holds, the session would
# answer what that row was when it was read.
Loader = Callable[[Sequence[int]], Mapping[int, V]]

WAIT_MS = 50  # a loser looks again this often at most, until the lease runs out
FIRST_WAIT_MS = 2


@dataclass(frozen=True)
class Source(Generic[V]):
    """One kind of value: where it comes from, and how CACHE holds it.

    :param load: one query for any number of ids; absent ids are left out of its answer
    :param decode: a reply as Redis gives the whole value; None for a stored absence.
        Raises ``ValueError`` for anything else than a value of this kind
    :param store: command that stores a value (None: its absence) under key and lease token
    :param is_copied_in_outages: while CACHE is away, keep values in the process for a second
    """

    kind: leases.Kind
    load: Loader[V]
    decode: Callable[[Any], V | None]
    store: Callable[[str, str, V | None], Command]
    is_copied_in_outages: bool = True


def bear_outages(*, seconds: float = OUTAGE_SECONDS) -> None:
    """While CACHE is away a hot key costs this process one query in so long; until it is bound
    anew."""
    outage_copies.kept_seconds = seconds


def fetch(source: Source[V], keys: Mapping[int, str]) -> dict[int, V]:
    """Values by id of keys that CACHE does not have; absent ids are left out.

    :raises DependencyUnavailable: SQL is down
    """
    if db.in_transaction():
        # What this transaction sees is not committed: never let it reach the others.
        return dict(source.load(list(keys)))
    db.refresh_view()  # or those who wait would keep from the loader the connections they hold
    return flights.run(keys, lambda ids: _Load(source, {id_: keys[id_] for id_ in ids}).run())


def fresh(query: Callable[[], V], *, from_primary: bool = False) -> V:
    """Ask SQL as of now: a read transaction that this thread has open would be a stale view.

    A replica that fails is not noticed: the primary is asked instead.

    :raises DependencyUnavailable: the primary is down
    """
    if not from_primary:
        try:
            db.refresh_view()
            return query()
        except DependencyUnavailable:
            if db.router.replicas is None:
                raise
    db.refresh_view()
    with db.reading_primary():
        return query()


def invalidate_keys(keys: Iterable[str]) -> None:
    """Drop values by key, in one stage; loads under way may not store what they read.

    :raises DependencyUnavailable: CACHE is down, or that part of it; the outbox repeats this
    """
    unique = list(dict.fromkeys(keys))
    try:
        replies = cache.stage([command for key in unique for command in leases.forget(key)])
    finally:
        # After CACHE: whoever read the old value there until now has not put it back here.
        local.forget(unique)
        cache.drop_copies(unique)
    for reply in replies:
        if isinstance(reply, Exception):
            raise DependencyUnavailable(cache.name) from reply


class _Load(Generic[V]):
    """One load: takes values that appear in CACHE, loads those it gets the lease of."""

    def __init__(self, source: Source[V], keys: dict[int, str]) -> None:
        self._source = source
        self._keys = keys
        self._token = leases.new_token()
        self._pending = dict(keys)
        self._unreachable: list[int] = []
        self._values: dict[int, V] = {}
        self._refused: set[int] = set()

    def run(self) -> Landed[V]:
        try:
            self._with_leases()
        except DependencyUnavailable as error:
            if error.dependency != cache.name:
                raise
        left = [*self._pending, *self._unreachable]
        if left:
            self._without_cache(left)
        return Landed(self._values, frozenset(self._refused))

    def _with_leases(self) -> None:
        deadline = time.monotonic() + leases.LEASE_MS / 1000
        wait_ms = FIRST_WAIT_MS
        while self._pending and time.monotonic() < deadline:
            self._advance()
            if self._pending:
                time.sleep(wait_ms / 1000)
                wait_ms = min(WAIT_MS, wait_ms * 2)

    def _advance(self) -> None:
        asked = dict(self._pending)
        replies = cache.stage(
            [leases.take(key, self._token, self._source.kind) for key in asked.values()]
        )
        ours: list[int] = []
        poisoned: list[Command] = []
        was_invalidated = False
        for id_, reply in zip(asked, replies, strict=True):
            if isinstance(reply, Exception):
                self._unreachable.append(id_)
                del self._pending[id_]
                continue
            raw, is_ours, recently = reply
            if is_ours:
                ours.append(id_)
                was_invalidated = was_invalidated or bool(recently)
            elif raw is not None and not self._found(id_, raw):
                poisoned.append(("DEL", asked[id_]))
        if poisoned:
            cache.stage(poisoned)
        if ours:
            self._load_ours(ours, from_primary=was_invalidated)

    def _found(self, id_: int, raw: Any) -> bool:
        """Take a value that another process has stored; False if it is not one of ours."""
        try:
            value = self._source.decode(raw)
        except ValueError:
            log.warning("cache_value_unreadable", key=self._keys[id_])
            return False
        self._landed([id_], {} if value is None else {id_: value})
        return True

    def _load_ours(self, ids: list[int], *, from_primary: bool) -> None:
        keys = [self._keys[id_] for id_ in ids]
        try:
            loaded = fresh(lambda: self._source.load(ids), from_primary=from_primary)
        except BaseException:
            _quietly([leases.drop(key, self._token) for key in keys])
            raise
        self._landed(ids, loaded)
        stores = [self._source.store(self._keys[i], self._token, loaded.get(i)) for i in ids]
        for id_, stored in zip(ids, _quietly(stores), strict=False):
            if stored == 0:
                self._refused.add(id_)

    def _without_cache(self, ids: list[int]) -> None:
        drops = outage_copies.drops
        if self._source.is_copied_in_outages:
            ids = [id_ for id_ in ids if not self._copied(id_)]
        if not ids:
            return
        loaded = fresh(lambda: self._source.load(ids))
        self._landed(ids, loaded)
        if self._source.is_copied_in_outages:
            for id_ in ids:
                key = self._keys[id_]
                outage_copies.put(key, loaded.get(id_), outage_copies.kept_seconds, drops=drops)

    def _copied(self, id_: int) -> bool:
        """Take a value that was loaded a moment ago; False if there is none."""
        copy = outage_copies.fresh(self._keys[id_])
        if copy is None:
            return False
        self._landed([id_], {} if copy.value is None else {id_: copy.value})
        return True

    def _landed(self, ids: Iterable[int], values: Mapping[int, V]) -> None:
        self._values.update(values)
        for id_ in ids:
            self._pending.pop(id_, None)


def _quietly(commands: Sequence[Command]) -> list[Any]:
    """A stage whose failure costs only time: storing what was loaded, giving a lease back."""
    try:
        return cache.stage(commands)
    except DependencyUnavailable:
        log.info("cache_store_skipped", keys=len(commands))
        return []
