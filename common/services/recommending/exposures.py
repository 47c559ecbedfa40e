"""What each subject has been served, page by page (STORE ``feed:<subject>:<channel>:pages``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from common.extensions.redis import store

PAGES_KEPT = 50
KEPT_SECONDS = int(timedelta(days=7).total_seconds())

_READ = (Path(__file__).parent / "exposures.lua").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page served before: its articles with their authors, and the next older page's cursor."""

    article_ids: tuple[int, ...]
    author_ids: tuple[int, ...]
    end_ms: int


@dataclass(frozen=True, slots=True)
class History:
    """What STORE knows at one time asked for.

    :param newest_ms: time of the newest page served, 0 if there is none
    :param page: the newest stored page not after the time asked for, if that is not a refresh
    :param served: articles of this channel's kept pages
    :param served_elsewhere: articles of channel 0's kept pages
    """

    newest_ms: int
    page: StoredPage | None
    served: frozenset[int]
    served_elsewhere: frozenset[int]


def key(subject: str, channel_id: int) -> str:
    """Where the pages of a subject and channel are kept."""
    return f"feed:{subject}:{channel_id}:pages"


def read(subject: str, channel_id: int, time_ms: int) -> History:
    """One STORE stage.

    :raises DependencyUnavailable: STORE is down
    """
    keys = (key(subject, channel_id), key(subject, 0))
    reply = store.command("EVAL", _READ, 2, *keys, time_ms, read_only=True)
    newest_ms = int(float(reply[0])) if reply[0] else 0
    if reply[1]:
        return History(newest_ms, _page(reply[2][0]), frozenset(), frozenset())
    return History(newest_ms, None, _ids(reply[2]), _ids(reply[3]))


def note(
    subject: str,
    channel_id: int,
    *,
    time_ms: int,
    end_ms: int,
    article_ids: Sequence[int],
    author_ids: Sequence[int],
    restarts: bool,
) -> list[tuple[object, ...]]:
    """Commands that keep a page just served; ``restarts`` forgets the earlier ones."""
    pages = key(subject, channel_id)
    joined = (",".join(map(str, ids)) for ids in (article_ids, author_ids))
    member = f"{end_ms}:{';'.join(joined)}"
    commands: list[tuple[object, ...]] = [("DEL", pages)] if restarts else []
    commands += [
        ("ZADD", pages, time_ms, member),
        ("ZREMRANGEBYRANK", pages, 0, -PAGES_KEPT - 1),
        ("EXPIRE", pages, KEPT_SECONDS),
    ]
    return commands


def _page(member: bytes) -> StoredPage:
    end, _, lists = member.partition(b":")
    articles, _, authors = lists.partition(b";")
    return StoredPage(
        tuple(map(int, articles.split(b","))), tuple(map(int, authors.split(b","))), int(end)
    )


def _ids(members: Iterable[bytes]) -> frozenset[int]:
    lists = [member.partition(b":")[2].partition(b";")[0] for member in members]
    return frozenset(map(int, b",".join(lists).split(b","))) if lists else frozenset()
