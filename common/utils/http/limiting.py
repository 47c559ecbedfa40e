"""Limits declared on a method of a resource (contract/user-app.md §1.10, security.md row 78)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from common.errors import TooManyRequests
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.http.describing import describes
from common.utils.http.idempotency import answered_before
from common.utils.limiter import Limit, consume
from common.utils.networks import limit_group

Method = Callable[..., Any]


def limited(
    rates: str,
    *,
    scope: str | None = None,
    by: Literal["user", "address"] = "user",
    closed: bool = False,
) -> Callable[[Method], Method]:
    """Limit a method: ``method_decorators = (limited("60 per minute"), login_required)``.

    A request whose key was answered before takes nothing and is never refused.

    :param scope: shared name of several endpoints; the endpoint itself when None
    :param by: the logged-in user (inside of ``login_required``), or the client's address
    """

    @describes(errors=(429, 503) if closed else (429,))
    def decorate(method: Method) -> Method:
        limits: dict[str, Limit] = {}  # one per endpoint the resource is registered as

        @wraps(method)
        def guarded(**kwargs: Any) -> Any:
            answered = answered_before(kwargs)  # asked for again, not done again
            if answered is not None:
                return answered
            name = scope or str(current.request().endpoint)
            limit = limits.setdefault(name, Limit(rates, name, closed))
            user_id = current.namespace().get("user_id") if by == "user" else None
            consume((limit, address_key() if user_id is None else f"user:{user_id}"))
            return method(**kwargs)

        return guarded

    return decorate


def few_at_once(count: int) -> Callable[[Method], Method]:
    """Serve a user so many calls of a method at a time, in each process; refuse the others.

    For what is expensive and may be asked in parallel (contract/security.md row 78). Visitors
    share addresses, so they are not told apart and not limited.
    """

    @describes(errors=(429,))
    def decorate(method: Method) -> Method:
        running: Counter[int] = Counter()
        lock = threading.Lock()

        @wraps(method)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            user_id = current.reader_id()
            if user_id is None:
                return method(*args, **kwargs)
            with lock:
                if running[user_id] >= count:
                    raise TooManyRequests(retry_after=1)
                running[user_id] += 1
            try:
                return method(*args, **kwargs)
            finally:
                with lock:
                    running[user_id] -= 1
                    if not running[user_id]:
                        del running[user_id]

        return guarded

    return decorate


def address_key() -> str:
    """Who the current request counts as in limits per address."""
    return f"address:{limit_group(client_address())}"
