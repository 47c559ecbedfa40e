"""Cached membership: which of these few does that one hold, without loading them all.

The per-user hashes and sets of contract/redis.md §2 ("variant deployments"): relations, attitudes,
comment likings. A question about n members is one command, however many the owner has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from common.cache import leases
from common.cache.engine import MAX_ID, Keys, Ttl, Wanted, possible, run
from common.cache.loading import Source, fetch, invalidate_keys
from common.errors import DependencyUnavailable
from common.extensions.redis import Batch, Command, cache

Members = dict[int, int]
# Held by every stored collection: without it, a reply could not tell "none of these" from "not
# cached". It also keeps an empty collection alive.
MARKER = -1


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
        self._keys = Keys(key)
        self._verb = "HMGET" if kind == "hash" else "SMISMEMBER"
        self._not_held = None if kind == "hash" else 0  # what the reply says of such a member
        self._ttl = ttl
        self._empty_ttl = empty_ttl
        self._source = Source(
            kind=kind,
            load=lambda owners: {owner_id: load(owner_id) for owner_id in owners},
            decode=self._decode,
            store=self._store_command,
        )

    def get_many(self, owner_id: int, members: Iterable[int]) -> Members:
        """Value by member, of those the owner holds. One Redis stage when cached."""
        batch = cache.batch()
        return run(batch, self.want(batch, owner_id, members))

    def get(self, owner_id: int, member: int) -> int | None:
        """The value of one member, or None."""
        return self.get_many(owner_id, (member,)).get(member)

    def want(self, batch: Batch, owner_id: int, members: Iterable[int]) -> Wanted[Members]:
        """Ask within a stage that other models share."""
        asked = possible(members) if 0 < owner_id <= MAX_ID else []
        return _WantedMembers(self, batch, owner_id, asked)

    def invalidate(self, owner_id: int) -> None:
        """Drop an owner's collection now; see :meth:`ReadModel.invalidate`."""
        invalidate_keys([self._keys[owner_id]])

    def question(self, owner_id: int, members: Sequence[int]) -> Command:
        """The command whose reply :meth:`answer` understands."""
        return (self._verb, self._keys[owner_id], MARKER, *members)

    def answer(self, members: Sequence[int], reply: Any) -> Members:
        """Members held, from a reply.

        :raises ValueError: not cached, or not a collection of this kind
        """
        if not isinstance(reply, list) or not reply[0]:
            raise ValueError
        if reply.count(self._not_held) == len(members):
            return {}
        held = zip(members, reply[1:], strict=True)
        if self.kind == "set":
            return {member: 1 for member, is_in in held if is_in}
        return {member: int(value) for member, value in held if value is not None}

    def fill(self, owner_id: int, members: Sequence[int]) -> Members:
        """Load an owner's collection once for all who ask, and answer from it."""
        held = fetch(self._source, {owner_id: self._keys[owner_id]})[owner_id]
        return {member: held[member] for member in members if member in held}

    def _store_command(self, key: str, token: str, loaded: Members | None) -> Command:
        ttl_ms = (self._ttl if loaded else self._empty_ttl).draw_ms()
        stored = {MARKER: MARKER, **(loaded or {})}
        if self.kind == "set":
            return leases.store_members(key, token, "SADD", list(stored), ttl_ms)
        pairs = [part for pair in stored.items() for part in pair]
        return leases.store_members(key, token, "HSET", pairs, ttl_ms)

    def _decode(self, raw: Sequence[Any]) -> Members:
        """The whole collection, as another process has just stored it.

        :raises ValueError: it has no marker, so it is not ours
        """
        if self.kind == "set":
            held = {int(member): 1 for member in raw}
        else:
            held = {int(raw[at]): int(raw[at + 1]) for at in range(0, len(raw), 2)}
        if held.pop(MARKER, None) is None:
            raise ValueError
        return held


class _WantedMembers:
    """An owner's answer within a batch."""

    def __init__(
        self, model: Membership, batch: Batch, owner_id: int, members: Sequence[int]
    ) -> None:
        self._model, self._batch, self._owner, self._members = model, batch, owner_id, members
        self._position = batch.add(*model.question(owner_id, members)) if members else -1

    def resolve(self) -> Members:
        """Value by member, cached or loaded."""
        if not self._members:
            return {}
        try:
            return self._model.answer(self._members, self._batch.reply(self._position))
        except (DependencyUnavailable, ValueError):
            return self._model.fill(self._owner, self._members)
