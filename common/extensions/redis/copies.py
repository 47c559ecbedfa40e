"""What a process keeps of a Redis server's values, as long as the server vouches for it."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

KEPT_SECONDS: Final = 60.0  # then all are read again: no copy outlives the key's own end for long
MOST_BYTES: Final = 24_000_000
PART_BYTES: Final = 100  # two numbers in a dictionary
SOURCE_BYTES: Final = 250  # that a key knows one thing which was made of its value


class TrackedCopies:
    """Values by key, all of them current when :meth:`Tracker.current` returned them, and what was
    made of such values, by whatever name.

    Whoever reads a value in order to keep a copy notes :attr:`drops` before reading: a change that
    was announced meanwhile may be younger than what was read.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self.drops = 0  # grows with every change that was announced
        self.entries: dict[Hashable, Any] = {}
        self._derived: dict[
            str, set[tuple[Hashable, int]]
        ] = {}  # by what was made of a key's value
        self._most_bytes = most_bytes
        self._size = 0  # bytes, roughly
        self._fresh_until = 0.0
        self._lock = threading.Lock()

    def kept(self) -> int:
        """How many entries are kept now."""
        return len(self.entries)

    def keep(self, values: Mapping[str, Any], *, size: int, drops: int) -> None:
        """Keep values just read, by key; not if anything has changed since ``drops``.

        :param size: bytes they take, roughly
        """
        with self._lock:
            if self.drops == drops:
                self._make_room(size)
                self.entries.update(values)

    def keep_parts(self, key: str, parts: Mapping[int, int], *, drops: int) -> None:
        """Keep some more of what one key holds; likewise."""
        with self._lock:
            if self.drops != drops:
                return
            self._make_room(PART_BYTES * len(parts))
            known = self.entries.get(key)
            if known is None:
                known = self.entries[key] = {}
            known.update(parts)

    def keep_derived(
        self,
        name: Hashable,
        part: int,
        value: Any,
        sources: Mapping[str, Any],
        *,
        size: int,
        drops: int,
    ) -> None:
        """Keep what was made of copies as a part of an entry, for as long as these are current.

        :param sources: the copies by key; nothing is kept unless all of them still are copies
        """
        with self._lock:
            if self.drops != drops:
                return
            self._make_room(size + SOURCE_BYTES * len(sources))
            entries = self.entries
            if any(entries.get(key) is not copy for key, copy in sources.items()):
                return
            entries.setdefault(name, {})[part] = value
            for key in sources:
                self._derived.setdefault(key, set()).add((name, part))

    def drop(self, keys: Iterable[str]) -> None:
        """These have changed."""
        with self._lock:
            self.drops += 1
            for key in keys:
                self.entries.pop(key, None)
                for name, part in self._derived.pop(key, ()):
                    self.entries[name].pop(part, None)

    def clear(self) -> None:
        """Anything may have changed."""
        with self._lock:
            self.drops += 1
            self._let_go()

    def age(self, now: float) -> None:
        """Let go of everything once in a while."""
        if now >= self._fresh_until:
            with self._lock:
                self._fresh_until = now + KEPT_SECONDS
                self._let_go()

    def _make_room(self, size: int) -> None:
        self._size += size
        if self._size > self._most_bytes:
            self._let_go()
            self._size = size

    def _let_go(self) -> None:
        self.entries, self._derived, self._size = {}, {}, 0
