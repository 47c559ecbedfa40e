"""Processes of their own that ask the caches of :mod:`tests.support.harness.cached`."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import Barrier as BarrierType
from multiprocessing.synchronize import Event as EventType
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import update

from common.cache.engine import local
from common.cache.engine.loading import invalidate_keys
from common.extensions.db import db, engine, init_db, transaction
from common.extensions.redis import cache, init_redis, store
from common.models import User
from common.settings import Settings
from common.utils.observing import metering
from tests.support.harness.cached import KINDS, Cached, Gate, Ledger
from tests.support.harness.threads import at_once

PROCESSES = 4
START_SECONDS = 110.0


class Signals(NamedTuple):
    """What the processes and the test tell one another."""

    together: BarrierType
    reached: EventType
    opened: EventType


_signals: Signals | None = None


def _begin(signals: Signals) -> None:
    global _signals
    _signals = signals


class Processes:
    """A pool of processes that is started once for many tests."""

    def __init__(self) -> None:
        context: SpawnContext = multiprocessing.get_context("spawn")
        self.signals = Signals(context.Barrier(PROCESSES), context.Event(), context.Event())
        self._pool = ProcessPoolExecutor(
            PROCESSES, mp_context=context, initializer=_begin, initargs=(self.signals,)
        )

    def close(self) -> None:
        """End them."""
        self._pool.shutdown(cancel_futures=True)

    def all_at_once(self, task: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Run a task in every process at the same moment; results in the order of processes."""
        started = [self._pool.submit(task, number, *arguments) for number in range(PROCESSES)]
        return [one.result(START_SECONDS) for one in started]

    def one(self, task: Callable[..., Any], *arguments: Any) -> Any:
        """Start a task in one process; ``.result()`` waits for it."""
        self.signals.reached.clear()
        self.signals.opened.clear()
        return self._pool.submit(task, *arguments)


@contextmanager
def _stores(settings: Settings) -> Iterator[None]:
    init_db(settings)
    init_redis(settings)
    try:
        yield
    finally:
        db.session.remove()
        cache.close()
        local.forget_all()
        engine().dispose()


def ask(
    _number: int, settings: Settings, ledger: Path, kind: str, user_id: int, threads: int
) -> list[Any]:
    """What many threads of this process are answered."""
    assert _signals is not None
    with _stores(settings):
        cached = Cached(Ledger(ledger))
        _signals.together.wait(START_SECONDS)
        return at_once(*[lambda: KINDS[kind].ask(cached, user_id)] * threads)


def ask_batches(number: int, settings: Settings, ledger: Path, batches: Sequence[range]) -> Any:
    """What the threads of this process are answered that ask for one batch each."""
    assert _signals is not None
    with _stores(settings):
        cached = Cached(Ledger(ledger))
        _signals.together.wait(START_SECONDS)
        mine = batches[number::PROCESSES]
        return at_once(*[lambda batch=batch: cached.names.get_many(batch) for batch in mine])


def rename_and_ask(
    number: int, settings: Settings, ledger: Path, user_id: int, changes: int
) -> tuple[list[tuple[int, int]], int]:
    """Process 0 renames a user to 1, 2, 3 ...; what the others were told meanwhile.

    :returns: names that were told although a later one had been done before the question, with
        that one; and how many answers cost nothing
    """
    assert _signals is not None
    outdated: list[tuple[int, int]] = []
    free = 0
    with _stores(settings):
        cached = Cached(Ledger(ledger), is_tracked=True)
        _signals.together.wait(START_SECONDS)
        for name in range(1, changes + 1) if number == 0 else ():
            _rename(user_id, name)
            store.command("SET", "done", name)
        while (done := int(store.command("GET", "done") or 0)) < changes:
            with metering.measure() as spent:
                found = cached.names.get(user_id)
            free += spent.stages == 0
            if found is not None and found.name.isdigit() and int(found.name) < done:
                outdated.append((int(found.name), done))
    return outdated, free


def _rename(user_id: int, name: int) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name=str(name)))
    invalidate_keys([KINDS["value"].key(user_id)])


def ask_held(settings: Settings, ledger: Path, kind: str, user_id: int) -> Any:
    """The answer of a process that pauses between reading its rows and storing them."""
    assert _signals is not None
    gate = Gate(_signals.reached, _signals.opened)
    with _stores(settings):
        return KINDS[kind].ask(Cached(Ledger(ledger), gate), user_id)
