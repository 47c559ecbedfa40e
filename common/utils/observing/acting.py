"""Who acts in the current request, for parts below the doors that route by it."""

from __future__ import annotations

from contextvars import ContextVar

_user_id: ContextVar[int | None] = ContextVar("acting_user", default=None)


def begin() -> None:
    """A request begins: nobody is known to act yet."""
    _user_id.set(None)


def set_user(user_id: int | None) -> None:
    """This user acts, until the request ends."""
    _user_id.set(user_id)


def user_id() -> int | None:
    """The acting user, or None: a visitor, a job."""
    return _user_id.get()
