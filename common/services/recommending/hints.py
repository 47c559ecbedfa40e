"""What each reader was just found not to be shown in the feed: disliked, or of a blocked author.

Only a hint for choosing: a page of articles that all turn out to be visible needs no correction of
what was noted as served. Whether an article is visible is decided when the page is put together,
and a hint lives for a minute: whoever changes his mind waits no longer for an article.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Final, NamedTuple

KEPT_SECONDS: Final = 60.0
READERS_KEPT: Final = 10_000

_NOTHING: Final[frozenset[int]] = frozenset()


class _Hint(NamedTuple):
    article_ids: frozenset[int]
    until: float


# By the time of the first finding. Reading takes no lock: a look-up in a dictionary is one step.
_hints: dict[int, _Hint] = {}
_lock = threading.Lock()


def of(user_id: int | None) -> frozenset[int]:
    """Articles that had better not be suggested to a reader."""
    hint = _hints.get(user_id) if user_id is not None else None
    return hint.article_ids if hint is not None and hint.until > time.monotonic() else _NOTHING


def learn(user_id: int, article_ids: Iterable[int]) -> None:
    """A reader is not shown these; known until a minute after the first one was found."""
    now = time.monotonic()
    with _lock:
        hint = _hints.get(user_id)
        if hint is None or hint.until <= now:
            _hints.pop(user_id, None)
            if len(_hints) >= READERS_KEPT:
                del _hints[next(iter(_hints))]
            hint = _Hint(_NOTHING, now + KEPT_SECONDS)
        _hints[user_id] = _Hint(hint.article_ids.union(article_ids), hint.until)


def forget() -> None:
    """Know nothing again: another database may be bound next."""
    with _lock:
        _hints.clear()
