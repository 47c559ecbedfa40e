"""Cached membership: which of these few does that one hold, without loading them all.

The per-user hashes and sets of contract/redis.md §2 ("variant deployments"): relations, attitudes,
comment likings. A question about n members is one command, however many the owner has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

from common.cache.engine import leases
from common.cache.engine.keys import MAX_ID, Keys, possible
from common.cache.engine.loading import Source, fetch, invalidate_keys
from common.cache.engine.read_models import Ttl
from common.cache.engine.stages import Answer, Look, Stage, stage
from common.errors import DependencyUnavailable
from common.extensions.redis import Command
from common.extensions.redis.copies import PART_BYTES
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
        self._keys = Keys(key)
        self._is_tracked = is_tracked
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
        with stage() as ask:
            wanted = self.want(ask, owner_id, members)
        return wanted()

    def get(self, owner_id: int, member: int) -> int | None:
        """The value of one member, or None."""
        return self.get_many(owner_id, (member,)).get(member)

    def want(self, ask: Stage, owner_id: int, members: Iterable[int]) -> Answer[Members]:
        """Ask within a stage that others share."""
        asked = list(members)
        if not asked or not 0 < owner_id <= MAX_ID:
            return dict
        held = self._copied(owner_id, ask.look)
        if held is not None and held is not LARGE:
            return partial(_those_of, held, asked)
        if not (asked := possible(asked)):
            return dict
        return partial(self._answer, self._ask(ask, owner_id, asked, held))

    def column(
        self, ask: Stage, owner_id: int | None, members: Sequence[int]
    ) -> Answer[list[int | None]]:
        """Ask for the values of members in their order, None for those not held: no line of
        Python runs for each.

        :param owner_id: None: nobody, who holds nothing
        """
        if owner_id is None:
            return lambda: [None] * len(members)
        held = self._copied(owner_id, ask.look)
        if held is not None and held is not LARGE:
            known = held
            return lambda: list(map(known.get, members))
        wanted = self.want(ask, owner_id, members)
        return lambda: list(map(wanted().get, members))

    def peek(self, owner_id: int, look: Look | None = None) -> Members | None:
        """All that an owner holds, as this process knows it for certain; None if it would have to
        ask, or if it is too much to know. It is not the caller's to change.

        :param look: one that others share; see :meth:`ReadModel.peek_many`
        """
        held = self._copied(owner_id, look or Look())
        return None if held is LARGE else held

    def invalidate(self, owner_id: int) -> None:
        """Drop an owner's collection now; see :meth:`ReadModel.invalidate`."""
        invalidate_keys([self._keys[owner_id]])

    def _copied(self, owner_id: int, look: Look) -> Members | None:
        """The current copy of a collection, :data:`LARGE` if it is too large for one."""
        known = look.cached if self._is_tracked else None
        return None if known is None else known.get(self._keys[owner_id])

    def _ask(self, ask: Stage, owner_id: int, members: list[int], copy: Members | None) -> _Asked:
        key = self._keys[owner_id]
        sample: int | None = None
        if copy is None and self._is_tracked and ask.look.cached is not None:
            sample = ask.cache.add(*self._sample(key))
        question = ask.cache.add(self._verb, key, MARKER, *members)
        return _Asked(ask, owner_id, members, question, sample)

    def _answer(self, asked: _Asked) -> Members:
        batch = asked.ask.cache
        try:
            found = self._held_of(asked.members, batch.reply(asked.question))
        except (DependencyUnavailable, ValueError):
            return self._fill(asked.owner_id, asked.members)
        if asked.sample is not None:
            self._keep(asked, self._whole(batch.reply(asked.sample)))
        return found

    def _held_of(self, members: Sequence[int], reply: Any) -> Members:
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

    def _sample(self, key: str) -> Command:
        """The command that replies the whole collection, or of a large one a part."""
        if self.kind == "hash":
            return ("HRANDFIELD", key, SMALL + 2, "WITHVALUES")
        return ("SRANDMEMBER", key, SMALL + 2)

    def _whole(self, sample: Any) -> Members | None:
        """What a copy is made of: the collection, or :data:`LARGE`; None: there is nothing."""
        if not isinstance(sample, list) or not sample:
            return None
        if len(sample) > (SMALL + 1) * (1 + (self.kind == "hash")):
            return LARGE
        try:
            return self._decode(sample)
        except ValueError:
            return None

    def _keep(self, asked: _Asked, whole: Members | None) -> None:
        known = asked.ask.look.cached
        if whole is not None and known is not None:
            known.keep({self._keys[asked.owner_id]: whole}, size=PART_BYTES * (1 + len(whole)))

    def _fill(self, owner_id: int, members: Sequence[int]) -> Members:
        """Load an owner's collection once for all who ask, and answer from it."""
        return _those_of(fetch(self._source, {owner_id: self._keys[owner_id]})[owner_id], members)

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


class _Asked(NamedTuple):
    """Members that a stage asked for.

    :param question: position of the reply about them
    :param sample: position of the reply that a copy can be made of, if one is wanted
    """

    ask: Stage
    owner_id: int
    members: list[int]
    question: int
    sample: int | None


def _those_of(held: Members, members: Sequence[int]) -> Members:
    return {member: held[member] for member in members if member in held}
