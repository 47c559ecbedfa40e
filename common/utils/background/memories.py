"""What a process keeps in memory so as not to ask again: every such memory, by name.

All are bounded; ``/metrics`` shows how full they are; whoever binds the process anew forgets all
of them in one go.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from cachetools import TTLCache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Owner = TypeVar("Owner")


class _Known(NamedTuple):
    entries: Callable[[], int]
    forget: Callable[[], object]


_known: dict[str, _Known] = {}


def register(name: str, *, entries: Callable[[], int], forget: Callable[[], object]) -> None:
    """Make a memory known that is more than a table.

    :param name: label on ``/metrics``; one memory has it
    :param entries: how many entries are kept now
    """
    if name in _known:
        raise ValueError(f"there is a memory called {name}")
    _known[name] = _Known(entries, forget)


class Memory(dict[Key, Value]):
    """A table of bounded size: when it is full, all of it is forgotten.

    Reading is reading a dict. So crude a bound costs nothing per use; what is asked often is soon
    there again.
    """

    def __init__(self, name: str, *, size: int) -> None:
        super().__init__()
        self._size = size
        register(name, entries=self.__len__, forget=self.clear)

    def remember(self, key: Key, value: Value) -> None:
        """Keep a value, if need be in place of all others."""
        if len(self) >= self._size:
            self.clear()
        self[key] = value


def expiring(name: str, *, size: int, seconds: float) -> TTLCache[Key, Value]:
    """A table whose entries last ``seconds``; the oldest makes room. For one thread at a time."""
    table: TTLCache[Key, Value] = TTLCache(size, ttl=seconds)
    register(name, entries=table.__len__, forget=table.clear)
    return table


def cached(name: str, *, size: int) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """A function whose last answers are kept, as by :func:`functools.lru_cache`."""

    def keep(function: Callable[..., Value]) -> Callable[..., Value]:
        kept = lru_cache(maxsize=size)(function)
        register(name, entries=lambda: kept.cache_info().currsize, forget=kept.cache_clear)
        return kept

    return keep


class Family(Generic[Owner]):
    """The memories of all objects of one kind, which come and go; together they have one name."""

    def __init__(
        self, name: str, *, entries: Callable[[Owner], int], forget: Callable[[Owner], object]
    ) -> None:
        self._owners: list[weakref.ref[Owner]] = []
        self._entries, self._forget = entries, forget
        register(name, entries=self._count, forget=self._forget_all)

    def add(self, owner: Owner) -> None:
        """One more object, for as long as somebody else holds it."""
        self._owners.append(weakref.ref(owner, self._owners.remove))

    def _living(self) -> list[Owner]:
        return [owner for each in list(self._owners) if (owner := each()) is not None]

    def _count(self) -> int:
        return sum(map(self._entries, self._living()))

    def _forget_all(self) -> None:
        for owner in self._living():
            self._forget(owner)


def sizes() -> dict[str, int]:
    """Entries kept by this process, by name of the memory."""
    return {name: known.entries() for name, known in _known.items()}


def forget(name: str) -> None:
    """Forget what one memory keeps: what it was made of has changed."""
    _known[name].forget()


def forget_all() -> None:
    """Forget everything that can be asked for again."""
    for known in _known.values():
        known.forget()
