"""Search engines in tests: one that does nothing to build on, and patience with real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from common.errors import Conflict
from common.search.embedded import reading
from common.search.interface import (
    Document,
    Explanation,
    Hits,
    Kind,
    Query,
    Rebuild,
    Stored,
)
from common.utils.parameters.phrases import Phrase


class _AtOnce:
    """Stands for the thread that opens new snapshots: who asks opens them, and never gives up."""

    def __init__(self, *_size: int, **_options: str) -> None: ...

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """It, done."""
        done: Future[Any] = Future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:  # as a thread does
            done.set_exception(error)
        return done

    def shutdown(self, **_options: bool) -> None: ...


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Searches wait for what was just published, however slow the machine is."""
    patch.setattr(reading, "ThreadPoolExecutor", _AtOnce)


class NoEngine:
    """Finds nothing and keeps nothing."""

    has_one_writer = False

    def one_answer(self) -> AbstractContextManager[None]:
        """It is never waited for."""
        return nullcontext()

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """Nothing."""
        return Hits()

    def suggest(self, phrase: Phrase, *, count: int, correct: bool = True) -> list[str]:
        """Nothing."""
        return []

    def explain(self, query: Query, article_id: int) -> Explanation:
        """Nothing."""
        return Explanation(())

    def index(self, documents: Sequence[Document], kind: Kind = Kind.PUBLIC) -> None:
        """Forget them."""

    def delete(self, versions: Mapping[int, int], kind: Kind = Kind.PUBLIC) -> None:
        """They were never there."""

    def is_ready(self, kind: Kind) -> bool:
        """Always."""
        return True

    def stored(self, kind: Kind, *, after: int, upto: int | None) -> list[Stored]:
        """Nothing."""
        return []

    def removed(self, kind: Kind) -> dict[int, int]:
        """Nothing."""
        return {}

    def newest(self, kind: Kind) -> int:
        """Of nothing."""
        return 0

    def rebuild(self, kind: Kind, *, until: int | None = None) -> AbstractContextManager[Rebuild]:
        """Never."""
        raise Conflict("there is no index")

    def close(self) -> None:
        """Nothing is open."""
