"""Reading: counts, histories, and how long readers stayed (contract/user-app.md §8.1, §10.4)."""

from __future__ import annotations

from common.cache.engine.keys import ids_among
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.services.behaviour import recording
from common.services.behaviour.events import address_hash
from common.services.reading.bounds import USUAL, Bounds
from common.services.reading.delivery import Delivery, history_key
from common.settings import Settings
from common.utils.background import process
from common.utils.constants import ReadSource
from common.utils.observing import acting

JOURNALS = "journal"  # in the data directory

_delivery: Delivery | None = None


def init(settings: Settings, bounds: Bounds = USUAL) -> None:
    """Begin counting; what former processes could not deliver is delivered now.

    Call it after ``init_redis``. Before this call nothing is counted.
    """
    global _delivery
    directory = settings.data_dir.resolve() / JOURNALS
    if _delivery is None or (_delivery.directory, _delivery.bounds) != (directory, bounds):
        close()
        _delivery = Delivery(directory, bounds)
        _delivery.look_for_orphans()


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
    """An article's page was computed. Returns at once, whatever is down.

    Nothing is noted of robots and HEAD requests; an author's view of his own article is, in his
    history, but does not count.

    :param visitor: the subject of a device without a user; if that is unknown too, the client
        address tells readers apart
    :param source: what led here
    """
    if _delivery is None or not acting.is_counted():
        return
    address = address_hash(ip) if ip else ""
    subject = visitor or address if user_id is None else str(user_id)
    _delivery.add(
        article_id, author_id, channel_id, user_id=user_id, subject=subject, ip=ip, source=source
    )


def history(user_id: int, first: int, limit: int) -> list[int]:
    """Articles a reader opened, newest first, 100 at most in all; ``[]`` while STORE is away.

    What this process has served is part of it. One STORE stage.
    """
    if _delivery is not None:
        _delivery.settle(user_id)
    try:
        members = store.read("zset", "ZREVRANGE", history_key(user_id), first, first + limit - 1)
    except DependencyUnavailable:
        return []
    return ids_among(members or ())


def clear_history(user_id: int) -> None:
    """Forget what a reader opened. One STORE stage.

    :raises DependencyUnavailable: STORE is down
    """
    if _delivery is not None:
        _delivery.settle(user_id)
    store.command("DEL", history_key(user_id))


def duration(
    header: str | None,
    *,
    subject: str | None,
    ip: str | None,
    article_id: int,
    channel_id: int,
    author_id: int | None = None,
    seconds: int,
) -> None:
    """A reader stayed on an article; dropped unless ``header`` is a token of that article."""
    recording.accept(
        header,
        action="read",
        subject=subject,
        ip=ip,
        article_id=article_id,
        channel_id=channel_id,
        author_id=author_id,
        seconds=seconds,
    )


def flush() -> None:
    """Deliver what is there now, in the calling thread."""
    if _delivery is not None:
        _delivery.flush()


def close() -> None:
    """Deliver what is there (to the journal, if need be) and stop until the next :func:`init`."""
    global _delivery
    delivery, _delivery = _delivery, None
    if delivery is not None:
        delivery.close()


def _start_anew() -> None:
    """A forked child has neither the thread nor the right to its parent's reads."""
    global _delivery
    if _delivery is not None:
        _delivery.abandon()
        _delivery = Delivery(_delivery.directory, _delivery.bounds)


process.on_fork(_start_anew)
process.on_exit(close)
