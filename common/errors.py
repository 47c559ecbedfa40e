"""Everything the product may refuse, each with its HTTP status (style guide §8)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class DomainError(Exception):
    """A refusal the caller can understand; one handler per app renders it.

    ``reasons`` maps a parameter to its reason: the first entry becomes both ``message``
    (``"<parameter>: <reason>"``) and ``errors`` (contract/clients.md §3). A plain text is a
    business refusal and becomes the whole ``message``.
    """

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    # What a client needs to go on, beside the reason; None for nearly all.
    data: dict[str, Any] | None = None

    def __init__(self, reason: str | dict[str, str], *, retry_after: int | None = None) -> None:
        self.reasons: dict[str, str] | None = None
        if isinstance(reason, dict):
            name, text = next(iter(reason.items()))
            self.reasons = {name: text}
            self.message = f"{name}: {text}"
        else:
            self.message = reason
        self.retry_after = retry_after
        super().__init__(self.message)


class InvalidInput(DomainError):
    """A parameter (``{name: reason}``) or a business rule (text) refuses."""


class Closed(InvalidInput):
    """Nothing may be added there at present; the doors do not agree on the status of that."""


class NotAuthenticated(DomainError):
    """No token, or an expired or forged one: the only refusal that makes clients refresh."""

    status = HTTPStatus.UNAUTHORIZED


class NotAllowed(DomainError):
    """Known who, but may not: disabled, wrong kind of token, not the author."""

    status = HTTPStatus.FORBIDDEN


class NotFound(DomainError):
    """Absent, or must look absent."""

    status = HTTPStatus.NOT_FOUND


class Conflict(DomainError):
    """Uniqueness or state forbids it."""

    status = HTTPStatus.CONFLICT


class TooLarge(DomainError):
    """A body, file or picture beyond its limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooManyRequests(DomainError):
    """A rate limit was hit; ``retry_after`` is in seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("Too many requests.", retry_after=retry_after)


class DependencyUnavailable(DomainError):
    """A store or provider this answer cannot do without is down.

    :param dependency: which one, for logs and metrics; never shown to the caller.
    :param text: what the caller reads.
    :param because: what operators read on ``/readyz`` and in logs, if more than its name is known
    """

    status = HTTPStatus.INSUFFICIENT_STORAGE

    def __init__(
        self,
        dependency: str,
        *,
        text: str = "Unavailable service.",
        retry_after: int | None = None,
        because: str = "",
    ) -> None:
        super().__init__(text, retry_after=retry_after)
        self.dependency = dependency
        self.because = because


class TemporarilyUnavailable(DependencyUnavailable):
    """As :class:`DependencyUnavailable`, where the contract says 503 with ``Retry-After``."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, dependency: str, *, retry_after: int = 3) -> None:
        super().__init__(dependency, retry_after=retry_after)


class TransactionConflict(Exception):
    """The database gave this transaction up (deadlock); nothing was kept, it may be repeated."""
