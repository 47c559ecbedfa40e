"""Cached membership: which of these few does that one hold, without loading them all.

The per-user hashes and sets of contract/redis.md §2 ("variant deployments"): relations, attitudes,
comment likings. A question about n members is one command, however many the owner has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from common.cache.engine import MAX_ID, Ttl, Wanted, run
from common.cache.loading import invalidate_keys, load_collection
from common.cache.local import flights
from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.redis import Batch, Command, cache

Members = dict[int, int]
EMPTY_MEMBER = -1  # keeps an empty collection alive, or every question would be a miss


class Membership:
    """What each owner holds: a hash member → value, or a set of members.

    :param key: template with one ``{}`` for the owner's id
    :param kind: ``hash`` answers the stored small integer, ``set`` answers 1
    :param load: all members of one owner, from SQL
    """

    def __init__(
        self,
        *,
        key: str,
        kind: Literal["hash", "set"],
        ttl: Ttl,
        empty_ttl: Ttl,
        load: Callable[[int], Members],
    ) -> None:
        self.key = key
        self.kind = kind
        self._ttl = ttl
        self._empty_ttl = empty_ttl
        self._load = load

    def get_many(self, owner_id: int, members: Iterable[int]) -> Members:
        """Value by member, of those the owner holds. One Redis stage when cached."""
        batch = cache.batch()
        return run(batch, self.want(batch, owner_id, members))

    def get(self, owner_id: int, member: int) -> int | None:
        """The value of one member, or None."""
        return self.get_many(owner_id, (member,)).get(member)

    def want(self, batch: Batch, owner_id: int, members: Iterable[int]) -> Wanted[Members]:
        """Ask within a stage that other models share."""
        asked = [member for member in dict.fromkeys(members) if 0 < member <= MAX_ID]
        return _WantedMembers(self, batch, owner_id, asked)

    def invalidate(self, owner_id: int) -> None:
        """Drop an owner's collection now; see :meth:`ReadModel.invalidate`."""
        invalidate_keys([self.key.format(owner_id)])

    def question(self, owner_id: int, members: Sequence[int]) -> list[Command]:
        """The two commands that answer: the values, and whether the collection is there."""
        key = self.key.format(owner_id)
        verb = "HMGET" if self.kind == "hash" else "SMISMEMBER"
        return [(verb, key, *members), ("EXISTS", key)]

    def answer(self, members: Sequence[int], values: Any, is_there: Any) -> Members | None:
        """Members held, from the two replies; None for a miss or a key of another type."""
        if isinstance(values, Exception) or not is_there:
            return None
        return {
            member: int(value)
            for member, value in zip(members, values, strict=True)
            if value is not None and (self.kind == "hash" or value)
        }

    def fill(self, owner_id: int, members: Sequence[int]) -> Members:
        """Load an owner's collection once for all who ask, and answer from it."""
        if db.in_transaction():
            held: Mapping[int, int] = self._load(owner_id)
        else:
            key = self.key.format(owner_id)
            loaded = flights.run(
                {owner_id: key}, lambda ids: {i: self._load_leased(i) for i in ids}
            )
            held = loaded[owner_id]
        return {member: held[member] for member in members if member in held}

    def _load_leased(self, owner_id: int) -> Members:
        return load_collection(
            owner_id,
            self.key.format(owner_id),
            self.kind,
            load=self._load,
            arguments=self._arguments,
            read=self._read_all,
        )

    def _arguments(self, loaded: Members) -> tuple[str, Sequence[int], int]:
        ttl_ms = (self._ttl if loaded else self._empty_ttl).draw_ms()
        stored = loaded or {EMPTY_MEMBER: EMPTY_MEMBER}
        if self.kind == "hash":
            return "HSET", [part for pair in stored.items() for part in pair], ttl_ms
        return "SADD", list(stored), ttl_ms

    def _read_all(self, key: str) -> Members:
        """The collection another process has just stored."""
        if self.kind == "hash":
            flat = cache.command("HGETALL", key)
            pairs = zip(flat[::2], flat[1::2], strict=True)
            return {int(member): int(value) for member, value in pairs if int(member) > 0}
        return {int(member): 1 for member in cache.command("SMEMBERS", key) if int(member) > 0}


class _WantedMembers:
    """An owner's answer within a batch."""

    def __init__(
        self, model: Membership, batch: Batch, owner_id: int, members: Sequence[int]
    ) -> None:
        self._model, self._batch, self._owner, self._members = model, batch, owner_id, members
        self._positions = (
            [batch.add(*command) for command in model.question(owner_id, members)]
            if members
            else []
        )

    def resolve(self) -> Members:
        """Value by member, cached or loaded."""
        if not self._members:
            return {}
        try:
            values, is_there = (self._batch.reply(position) for position in self._positions)
        except DependencyUnavailable:
            return self._model.fill(self._owner, self._members)
        held = self._model.answer(self._members, values, is_there)
        return self._model.fill(self._owner, self._members) if held is None else held
