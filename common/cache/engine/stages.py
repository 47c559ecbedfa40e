"""Stages: one round trip to both Redis deployments, shared by all who ask within it.

    with stage() as ask:
        profiles = user.profile.want(ask, user_ids)
        likes = counters.article_likes.want(ask, article_ids)
    show(profiles(), likes())

Whoever asks knows what he wants. Which deployment holds it, and what this process knows without
asking (docs/adr/0004-tracked-copies.md), the models know.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar

from common.errors import DependencyUnavailable
from common.extensions.redis import Batch, Command, cache, store
from common.extensions.redis.copies import TrackedCopies

V = TypeVar("V")


# What was asked for within a stage: called when that is over, and loading what Redis did not have.
Answer = Callable[[], V]


class Known:
    """What this process has current copies of, as of one moment.

    What is read later can be kept, unless something has changed since that moment.
    """

    __slots__ = ("_copies", "_drops", "get")

    def __init__(self, copies: TrackedCopies) -> None:
        self._copies = copies
        self._drops = copies.drops
        self.get: Callable[[Hashable], Any] = copies.entries.get

    def keep(self, values: Mapping[str, Any], *, size: int) -> None:
        """Keep values by key.

        :param size: bytes they take, roughly
        """
        self._copies.keep(values, size=size, drops=self._drops)

    def keep_parts(self, key: str, parts: Mapping[int, int]) -> None:
        """Keep some more of what one key holds."""
        self._copies.keep_parts(key, parts, drops=self._drops)

    def keep_derived(
        self, name: Hashable, part: int, value: Any, sources: Mapping[str, Any], *, size: int
    ) -> None:
        """Keep what was made of copies as a part of an entry, for as long as these are current.

        :param sources: the copies by key; nothing is kept unless all of them still are copies
        """
        self._copies.keep_derived(name, part, value, sources, size=size, drops=self._drops)


class Look:
    """One look at what this process knows of each deployment, taken when it is first needed.

    :ivar cached: what is known of CACHE; None where nobody vouches for copies
    :ivar stored: the same of STORE
    """

    __slots__ = ("cached", "stored")

    cached: Known | None
    stored: Known | None

    def __getattr__(self, name: str) -> Known | None:
        # Only for what has no value yet: later questions cost no call, and a page asks a dozen.
        if name not in Look.__slots__:
            raise AttributeError(name)
        self.cached = _known(cache.copies())
        is_one = store.shares_copies_with(cache)
        self.stored = self.cached if is_one else _known(store.copies())
        return self.cached if name == "cached" else self.stored


def _known(copies: TrackedCopies | None) -> Known | None:
    return None if copies is None else Known(copies)


class Stage:
    """What is asked of STORE and CACHE together; asked at the end of its ``with``.

    A deployment that is dead shows when its answers are called.
    """

    __slots__ = ("_has_notes", "cache", "look", "store")

    def __init__(self, look: Look) -> None:
        self.look = look
        self.store = Batch(store)
        self.cache = Batch(cache)
        self._has_notes = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and not self.is_free:
            has_notes = self._has_notes
            self.store.run(read_only=not has_notes, is_repeatable=has_notes, beside=self.cache)

    @property
    def is_free(self) -> bool:
        """Whether nothing has to be asked."""
        return not (self.store.commands or self.cache.commands)

    def note(self, commands: Iterable[Command]) -> None:
        """Have STORE note something on the way; see :func:`note`."""
        for command in commands:
            self.store.add(*command)
            self._has_notes = True


def note(commands: Sequence[Command]) -> None:
    """Have STORE note something without waiting for it. It may happen twice, and nobody hears if
    it fails: for what the answer does not depend on."""
    with suppress(DependencyUnavailable):
        store.tell(commands)


def stage(look: Look | None = None) -> Stage:
    """A new stage.

    :param look: one that was taken before, for what is asked now as well; each costs some time
    """
    return Stage(look or Look())
