"""Rate limits, taken by services and by methods of doors (contract/user-app.md §1.10).

Limits are moving windows shared by all processes. An endpoint without one pays nothing. The key
of a limit is a name, never the URL as sent, so aliases of a route share it. How a method declares
one: ``utils/http/limiting.py``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial

import structlog
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from common.errors import DependencyUnavailable, TemporarilyUnavailable, TooManyRequests

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """So many per time, as in ``Limit("1 per minute; 10 per day", scope="sms:mobile")``.

    :param scope: what is counted; endpoints that share a scope share the budget
    :param closed: refuse everything while the shared counts are out of reach, and for one window
        once they were lost; otherwise each process counts for itself meanwhile
    """

    rates: str
    scope: str
    closed: bool = False

    @cached_property
    def items(self) -> list[RateLimitItem]:
        """The parsed rates."""
        return parse_many(self.rates)

    @cached_property
    def window_seconds(self) -> int:
        """The shortest of its windows."""
        return min(item.get_expiry() for item in self.items)


class _Limiter:
    """The counts in use: shared ones, and local ones for when those are out of reach."""

    def __init__(self) -> None:
        self.shared: RateLimiter | None = None
        self.kept_since: Callable[[], float] | None = None

    @cached_property
    def local(self) -> RateLimiter:
        return MovingWindowRateLimiter(MemoryStorage())


_limiter = _Limiter()


def bind(shared: RateLimiter | None, *, kept_since: Callable[[], float] | None = None) -> None:
    """Count with ``shared``; None switches limits off.

    :param kept_since: since when nothing of the counts was lost, in epoch seconds
    """
    _limiter.shared, _limiter.kept_since = shared, kept_since


def check(*wanted: tuple[Limit, str], cost: int = 1) -> None:
    """Refuse as :func:`consume` would, but take nothing: for limits on what ends in a certain way.

    :param cost: how many would be taken
    """
    _guarded(wanted, lambda counts: [partial(counts.test, cost=cost)])


def note(*wanted: tuple[Limit, str], cost: int = 1) -> None:
    """Take ``cost`` from each limit because of how it ended; a full one is no refusal here."""
    with suppress(TooManyRequests):
        _guarded(wanted, lambda counts: [partial(counts.hit, cost=cost)])


def forget(limit: Limit, who: str) -> None:
    """Give back all that was taken from a limit: what it was about did not go wrong."""

    def clear(counts: RateLimiter) -> list[Step]:
        for item in limit.items:
            counts.clear(item, who, limit.scope)
        return []

    _guarded(((limit, who),), clear)


def consume(*wanted: tuple[Limit, str]) -> None:
    """Take one from each limit for its ``who``, or nothing at all.

    With several limits all are looked at before any is taken, in the given order, so that what
    one refuses does not eat the budget of another.

    :raises TooManyRequests: with the seconds until the first refusing limit gives way
    :raises TemporarilyUnavailable: a ``closed`` limit cannot be counted
    """
    _guarded(
        wanted,
        lambda counts: [counts.hit] if _count(wanted) == 1 else [counts.test, counts.hit],
    )


Step = Callable[..., bool]
Steps = Callable[[RateLimiter], list[Step]]


def _guarded(wanted: tuple[tuple[Limit, str], ...], steps: Steps) -> None:
    shared = _limiter.shared
    if shared is None:
        return
    try:
        _refuse_if_lost([limit.window_seconds for limit, _ in wanted if limit.closed])
        _take(shared, wanted, steps(shared))
    except (DependencyUnavailable, StorageError) as error:
        if any(limit.closed for limit, _ in wanted):
            raise TemporarilyUnavailable("store") from error
        _take(_limiter.local, wanted, steps(_limiter.local))


def _refuse_if_lost(windows: list[int]) -> None:
    """A wiped STORE must not give anybody his tries again (contract/faults.md 29).

    :param windows: of the closed limits, in seconds; those asked for together open together
    """
    if not windows or _limiter.kept_since is None:
        return
    left = _limiter.kept_since() + min(windows) - time.time()
    if left > 0:
        raise TooManyRequests(retry_after=math.ceil(left))


def _count(wanted: tuple[tuple[Limit, str], ...]) -> int:
    return sum(len(limit.items) for limit, _ in wanted)


def _take(counts: RateLimiter, wanted: tuple[tuple[Limit, str], ...], steps: list[Step]) -> None:
    for step in steps:
        for limit, who in wanted:
            for item in limit.items:
                if not step(item, who, limit.scope):
                    log.info("limited", scope=limit.scope, who=who)
                    window = counts.get_window_stats(item, who, limit.scope)
                    # Rounded first, or a fraction that floats make up costs a whole second.
                    wait = max(1, math.ceil(round(window.reset_time - time.time(), 3)))
                    raise TooManyRequests(retry_after=wait)
