"""The id that ties together all log lines, tasks and calls of one request."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from itertools import count
from typing import Final

from common.utils.background import process

HEADER: Final = "X-Request-Id"

_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


class _Source:
    """Ids unique among all processes: a random prefix and a counter, cheaper than randomness."""

    def __init__(self) -> None:
        self.prefix = ""
        self.numbers = count(1)
        self.renew()

    def renew(self) -> None:
        self.prefix = secrets.token_hex(6)


_source = _Source()
process.on_fork(_source.renew)


def current() -> str:
    """The id of the work at hand, empty outside of any."""
    return _current.get()


def new() -> str:
    """An id nobody else has."""
    return f"{_source.prefix}-{next(_source.numbers):x}"


def begin(offered: str | None) -> str:
    """Make ``offered`` the current id, or a new one if it is absent or not in the right form."""
    if offered is None or _ACCEPTED.fullmatch(offered) is None:
        offered = new()
    _current.set(offered)
    return offered
