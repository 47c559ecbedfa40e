"""Each kind of cache over real rows; its loads are counted in a file, and can be held half-way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from common.cache.engine.membership import Members, Membership
from common.cache.engine.ranked import KEPT, TAIL_KEPT, Head, RankedList
from common.cache.engine.read_models import ReadModel, Ttl
from common.extensions.db import db, session_scope, transaction
from common.models import Relation, User
from common.utils.constants import RelationKind
from tests.factories import RelationFactory, UserFactory

Answer = TypeVar("Answer")

HOLD_SECONDS = 20.0
TARGETS = (11, 12, 13)  # whom everybody follows; lists show the greatest first
NEW_TARGET = 14
TTL = Ttl(timedelta(minutes=30), jitter=timedelta(minutes=10))
NULL_TTL = Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1))


class Name(BaseModel):
    """What is kept of a user."""

    model_config = ConfigDict(frozen=True)

    name: str


class Ledger:
    """Which ids were loaded from SQL, by whatever thread or process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, ids: Sequence[int]) -> None:
        """One load of these ids; a single append, so that lines of processes do not mix."""
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, json.dumps(list(ids)).encode() + b"\n")
        os.close(file)

    @property
    def loads(self) -> list[list[int]]:
        """The ids of every load, in order."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    @property
    def ids(self) -> list[int]:
        """Every id, as often as it was loaded, smallest first."""
        return sorted(chain.from_iterable(self.loads))


class Event(Protocol):
    """Of threading or of multiprocessing."""

    def set(self) -> None:
        """Let those who wait go on."""

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it was set in time."""


class Gate:
    """Holds the first load between reading its rows and storing them."""

    def __init__(self, reached: Event, opened: Event) -> None:
        self.reached = reached
        self.opened = opened
        self._used = False

    def hold(self) -> None:
        """Say that the rows are read, and wait until somebody opens."""
        if self._used:
            return
        self._used = True
        self.reached.set()
        if not self.opened.wait(HOLD_SECONDS):
            raise TimeoutError("nobody opened the gate")


class Cached:
    """The four kinds of caches, over users and whom they follow."""

    def __init__(
        self,
        ledger: Ledger,
        gate: Gate | None = None,
        *,
        l1: timedelta | None = None,
        is_tracked: bool = False,
    ) -> None:
        self.ledger = ledger
        self._gate = gate
        self.names: ReadModel[Name] = ReadModel(
            key="test:{}:name",
            value=Name,
            ttl=TTL,
            null_ttl=NULL_TTL,
            load=self._load_names,
            l1=l1,
            is_tracked=is_tracked,
        )
        self.relations = Membership(
            key="test:{}:relations",
            kind="hash",
            ttl=TTL,
            empty_ttl=NULL_TTL,
            load=self._load_kinds,
            is_tracked=is_tracked,
        )
        self.targets = Membership(
            key="test:{}:targets",
            kind="set",
            ttl=TTL,
            empty_ttl=NULL_TTL,
            load=self._load_targets,
            is_tracked=is_tracked,
        )
        self.following = RankedList(
            key="test:{}:following",
            ttl=TTL,
            load=self._load_head,
            load_by_index=self._load_by_index,
            load_from_end=self._load_from_end,
            load_after=self._load_after,
        )

    def _loaded(self, ids: Sequence[int]) -> None:
        self.ledger.note(ids)
        if self._gate is not None:
            self._gate.hold()

    def _load_names(self, user_ids: Sequence[int]) -> dict[int, Name]:
        rows = db.session.execute(
            select(User.user_id, User.user_name).where(User.user_id.in_(user_ids))
        ).all()
        self._loaded(user_ids)
        return {user_id: Name(name=name) for user_id, name in rows}

    def _load_kinds(self, user_id: int) -> Members:
        rows = db.session.execute(
            select(Relation.target_user_id, Relation.relation).where(Relation.user_id == user_id)
        ).all()
        self._loaded([user_id])
        return {target: int(kind) for target, kind in rows}

    def _load_targets(self, user_id: int) -> Members:
        return dict.fromkeys(self._load_kinds(user_id), 1)

    def _load_head(self, user_id: int) -> Head:
        ids = tuple(all_following(user_id))
        self._loaded([user_id])
        return Head(ids[:KEPT], len(ids), ids[-TAIL_KEPT:] if len(ids) > KEPT else ())

    def _load_by_index(self, user_id: int, first: int, limit: int) -> list[int]:
        return list(db.session.scalars(_following(user_id).offset(first).limit(limit)))

    def _load_from_end(self, user_id: int, first: int, limit: int) -> list[int]:
        backwards = _following(user_id).order_by(None).order_by(Relation.target_user_id)
        return list(db.session.scalars(backwards.offset(first).limit(limit)))

    def _load_after(self, user_id: int, cursor: int, limit: int) -> list[int]:
        behind = _following(user_id).where(Relation.target_user_id < cursor).limit(limit)
        return list(db.session.scalars(behind))


def _following(user_id: int) -> Any:
    return (
        select(Relation.target_user_id)
        .where(Relation.user_id == user_id)
        .order_by(Relation.target_user_id.desc())
    )


def all_following(user_id: int) -> list[int]:
    """The whole list that the cache shows pages of."""
    return list(db.session.scalars(_following(user_id)))


class Kind:
    """One kind of cache: what is asked, and what it answers before and after :func:`change`."""

    def __init__(
        self, key: str, ask: Callable[[Cached, int], Any], before: Any, after: Any, redis_type: str
    ) -> None:
        self.ask = ask
        self.before = before
        self.after = after
        self.redis_type = redis_type
        self._key = key

    def key(self, user_id: int) -> str:
        """Where CACHE holds it."""
        return self._key.format(user_id)


_ASKED = (*TARGETS, NEW_TARGET)
_FOLLOWED = dict.fromkeys(TARGETS, int(RelationKind.FOLLOW))
KINDS = {
    "value": Kind(
        "test:{}:name",
        lambda cached, user_id: cached.names.get(user_id),
        Name(name="before"),
        Name(name="after"),
        "string",
    ),
    "hash": Kind(
        "test:{}:relations",
        lambda cached, user_id: cached.relations.get_many(user_id, _ASKED),
        _FOLLOWED,
        _FOLLOWED | {NEW_TARGET: int(RelationKind.BLACKLIST)},
        "hash",
    ),
    "set": Kind(
        "test:{}:targets",
        lambda cached, user_id: cached.targets.get_many(user_id, _ASKED),
        dict.fromkeys(TARGETS, 1),
        dict.fromkeys(_ASKED, 1),
        "set",
    ),
    "list": Kind(
        "test:{}:following",
        lambda cached, user_id: cached.following.page(user_id, first=0, limit=10).ids,
        TARGETS[::-1],
        _ASKED[::-1],
        "zset",
    ),
}


def person(user_id: int) -> int:
    """A user of whom every kind answers ``before``; returns the id."""
    UserFactory(user_id=user_id, user_name="before")
    for target in TARGETS:
        RelationFactory(user_id=user_id, target_user_id=target)
    return user_id


def people(*user_ids: int) -> tuple[int, ...]:
    """Users with nothing but a name, ``user<id>``."""
    with transaction() as session:
        session.add_all(
            User(user_id=id_, mobile=f"139{id_:08d}", user_name=f"user{id_}") for id_ in user_ids
        )
    return user_ids


def change(user_id: int) -> None:
    """Make SQL say ``after`` for every kind."""
    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name="after"))
        session.add(
            Relation(
                user_id=user_id, target_user_id=NEW_TARGET, relation=int(RelationKind.BLACKLIST)
            )
        )


def in_background(call: Callable[[], Answer]) -> Future[Answer]:
    """Start a call in a thread with a session of its own; ``.result()`` waits for its answer."""

    def run() -> Answer:
        with session_scope():
            return call()

    with_one_thread = ThreadPoolExecutor(1)
    started = with_one_thread.submit(run)
    with_one_thread.shutdown(wait=False)
    return started


def elsewhere(call: Callable[[], Answer]) -> Answer:
    """Do something as another request would: another thread, another connection."""
    return in_background(call).result(HOLD_SECONDS)
