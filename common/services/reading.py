"""Reading: counts, histories, and how long readers stayed (contract/user-app.md §8.1, §10.4)."""

from __future__ import annotations

from common.settings import Settings
from common.utils.constants import ReadSource


def init(settings: Settings) -> None:
    """Set where reads are kept while STORE is away. Until then nothing is counted."""


def viewed(
    article_id: int,
    author_id: int,
    channel_id: int,
    *,
    user_id: int | None,
    visitor: str | None,
    ip: str | None = None,
    source: ReadSource = ReadSource.OTHER,
) -> None:
    """An article's page was computed (not for HEAD). Returns at once, never fails.

    :param visitor: subject of a device (``g.subject``) when there is no user id; the address
        stands in when both are None
    """


def history(user_id: int, first: int, limit: int) -> list[int]:
    """Articles a reader opened, newest first; ``[]`` while STORE is away."""
    return []


def clear_history(user_id: int) -> None:
    """Forget what a reader opened.

    :raises DependencyUnavailable: STORE is down
    """


def duration(
    header: str,
    *,
    subject: str | None,
    ip: str | None,
    article_id: int,
    channel_id: int,
    author_id: int | None = None,
    seconds: int,
) -> None:
    """A reader stayed on an article for so long (clamped to a day)."""


def flush() -> None:
    """Deliver everything now; for tests and at exit."""


def close() -> None:
    """Deliver everything and go back to the state before :func:`init`."""
