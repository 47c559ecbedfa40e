"""Cached membership: which of these few does that one hold, without loading them all.

The per-user hashes and sets of contract/redis.md §2 ("variant deployments"): relations, attitudes,
comment likings. A question about n members is one command, however many the owner has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from common.cache.engine import leases
from common.cache.engine.keys import MAX_ID, Keys, possible
from common.cache.engine.loading import Source, fetch, invalidate_keys
from common.cache.engine.read_models import Ttl, Wanted, run
from common.errors import DependencyUnavailable
from common.extensions.redis import Batch, Command, cache
from common.extensions.redis.copies import PART_BYTES, TrackedCopies
from common.extensions.redis.tracking import follow

Members = dict[int, int]
# Held by every stored collection: without it, a reply could not tell "none of these" from "not
# cached". It also keeps an empty collection alive.
MARKER = -1
SMALL = 128  # members of a collection that is worth a copy in the process
LARGE: Members = {MARKER: MARKER}  # stands for one that is not


class Membership:
    """What each owner holds: a hash member → value, or a set of members.

    :param key: template with one ``{}`` for the owner's id
    :param kind: ``hash`` answers the stored small integer, ``set`` answers 1
    :param load: all members of one owner, from SQL
    :param is_tracked: keep small collections in the process, as :class:`ReadModel` does
    """

    def __init__(
        self,
        *,
        key: str,
        kind: Literal["hash", "set"],
        ttl: Ttl,
        empty_ttl: Ttl,
        load: Callable[[int], Members],
        is_tracked: bool = False,
    ) -> None:
        self.key = key
        self.kind = kind
        self.keys = Keys(key)
        self.is_tracked = is_tracked
        if is_tracked:
            follow(key)
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
        invalidate_keys([self.keys[owner_id]])

    def question(self, owner_id: int, members: Sequence[int]) -> Command:
        """The command whose reply :meth:`answer` understands."""
        return (self._verb, self.keys[owner_id], MARKER, *members)

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

    def copied(self, copies: TrackedCopies, owner_id: int) -> Members | None:
        """All that an owner holds, if the process has a current copy; it is not the caller's."""
        held: Members | None = copies.entries.get(self.keys[owner_id])
        return None if held is LARGE else held

    def sample(self, owner_id: int) -> Command:
        """The command that replies the whole collection, or of a large one a part."""
        if self.kind == "hash":
            return ("HRANDFIELD", self.keys[owner_id], SMALL + 2, "WITHVALUES")
        return ("SRANDMEMBER", self.keys[owner_id], SMALL + 2)

    def whole(self, sample: Any) -> Members | None:
        """What a copy is made of: the collection, or :data:`LARGE`; None: there is nothing."""
        if not isinstance(sample, list) or not sample:
            return None
        if len(sample) > (SMALL + 1) * (1 + (self.kind == "hash")):
            return LARGE
        try:
            return self._decode(sample)
        except ValueError:
            return None

    def fill(self, owner_id: int, members: Sequence[int]) -> Members:
        """Load an owner's collection once for all who ask, and answer from it."""
        held = fetch(self._source, {owner_id: self.keys[owner_id]})[owner_id]
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
        self._position = self._sample = -1
        self._copy: Members | None = None
        if members:
            self._ask()

    def _ask(self) -> None:
        model, batch = self._model, self._batch
        copies = batch.copies if model.is_tracked else None
        if copies is not None:
            copy = copies.entries.get(model.keys[self._owner])
            if copy is None:
                self._sample = batch.add(*model.sample(self._owner))
            elif copy is not LARGE:
                self._copy = copy
                return
        self._position = batch.add(*model.question(self._owner, self._members))

    def resolve(self) -> Members:
        """Value by member, cached or loaded."""
        copy = self._copy
        if copy is not None:
            return {member: copy[member] for member in self._members if member in copy}
        if not self._members:
            return {}
        model, batch = self._model, self._batch
        try:
            found = model.answer(self._members, batch.reply(self._position))
        except (DependencyUnavailable, ValueError):
            return model.fill(self._owner, self._members)
        if self._sample >= 0:
            self._keep(model.whole(batch.reply(self._sample)))
        return found

    def _keep(self, whole: Members | None) -> None:
        copies = self._batch.copies
        if whole is not None and copies is not None:
            size = PART_BYTES * (1 + len(whole))
            copies.keep({self._model.keys[self._owner]: whole}, size=size, drops=self._batch.drops)
