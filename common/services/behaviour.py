"""What readers do, recorded off the request: trace lines and behaviour events (rpc.md §5)."""

from __future__ import annotations

from collections.abc import Sequence

from common.settings import Settings
from common.utils.constants import BehaviourKind, ReadSource


def init(settings: Settings) -> None:
    """Set where trace lines go. Until then everything is dropped, and nothing is started."""


def expose(subject: str, channel_id: int, article_ids: Sequence[int]) -> None:
    """A feed page with these articles was served to ``subject``."""


def accept(
    header: str | None,
    *,
    action: str,
    subject: str | None,
    ip: str | None,
    article_id: int,
    channel_id: int,
    author_id: int | None = None,
    seconds: int | None = None,
) -> bool:
    """Record a ``Trace`` header echoed by a client; whether it was genuine enough.

    :param action: the endpoint's own, ``click``, ``collect`` or ``read``
    :param subject: ``g.subject``: whom the request is from, whatever the header claims
    """
    return False


def record(
    kind: BehaviourKind,
    *,
    subject: str | None,
    ip: str | None,
    article_id: int | None = None,
    channel_id: int | None = None,
    author_id: int | None = None,
    source: ReadSource | None = None,
    seconds: int | None = None,
    keyword: str | None = None,
    at_ms: int | None = None,
) -> None:
    """Record an event for the statistics; visits of one subject and address are added up."""


def flush() -> None:
    """Write everything now; for tests and at exit."""


def close() -> None:
    """Write everything and go back to the state before :func:`init`."""
