"""Who acts in the current request, and whether what he does counts, for parts below the doors."""

from __future__ import annotations

from contextvars import ContextVar

_user_id: ContextVar[int | None] = ContextVar("acting_user", default=None)
_subject: ContextVar[str | None] = ContextVar("acting_subject", default=None)
_is_counted: ContextVar[bool] = ContextVar("acting_is_counted", default=True)


def begin(*, is_counted: bool = True) -> None:
    """A request begins: nobody is known to act yet.

    :param is_counted: whether somebody may be reading what is answered (docs/figures.md)
    """
    _user_id.set(None)
    _subject.set(None)
    _is_counted.set(is_counted)


def set_user(user_id: int | None, subject: str | None = None) -> None:
    """This user acts, until the request ends.

    :param subject: whom statistics are about: a user or a device
    """
    _user_id.set(user_id)
    _subject.set(subject)


def subject() -> str | None:
    """Who acts, for statistics; None for a visitor, and where nobody asked who it is."""
    return _subject.get()


def is_counted() -> bool:
    """Whether what is done in this request counts: no robot does it, and it is not HEAD."""
    return _is_counted.get()


def user_id() -> int | None:
    """The acting user, or None: a visitor, a job."""
    return _user_id.get()
