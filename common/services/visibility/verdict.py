"""The verdict: how much a reader gets to see. Plain values in, one word out.

Its twin in SQL is ``models/visibility.py``, which says how much of it queries decide, place by
place; a test holds both against the whole truth table.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, IntEnum
from functools import cache

from common.utils.constants import ArticleStatus, AttitudeKind, RelationKind, UserStatus


class Verdict(IntEnum):
    """How much a reader gets to see of something; each one allows what those before it allow."""

    HIDDEN = 0  # nowhere: for readers it does not exist
    OPENED_ONLY = 1  # where he goes by himself: its address, and lists of what somebody chose
    NOT_OFFERED = 2  # everywhere but in his feed
    SEEN = 3  # everywhere


class Place(Enum):
    """Where something is shown, and the least verdict with which it is."""

    FEED = "feed", Verdict.SEEN  # pages of a channel with their pins, however they are asked for
    SIMILAR = "similar", Verdict.NOT_OFFERED  # what an article page recommends besides
    SEARCH = "search", Verdict.NOT_OFFERED
    LIST = "list", Verdict.OPENED_ONLY  # published by somebody, collected, read
    LINK = "link", Verdict.OPENED_ONLY  # its page; also everything that is done to it there
    COMMENTS = "comments", Verdict.NOT_OFFERED  # what people write below an article
    NOTIFICATIONS = "notifications", Verdict.NOT_OFFERED  # what people did

    def __init__(self, _name: str, least: Verdict) -> None:
        self.least = least


def verdict(
    *,
    status: int,
    author_status: int,
    relation: int | None = None,
    attitude: int | None = None,
) -> Verdict:
    """What a reader gets to see of an article (contract/user-app.md §1.12, §5.4, §8.2).

    His own is judged like any other: what is not approved he sees at the media platform's door.

    :param status: ``ArticleStatus``
    :param author_status: ``UserStatus``
    :param relation: the reader's to the author, ``RelationKind``
    :param attitude: the reader's to the article, ``AttitudeKind``; None for none, and for visitors
    """
    if status != ArticleStatus.APPROVED:
        return Verdict.HIDDEN
    of_author = person_verdict(status=author_status, relation=relation)
    if attitude == AttitudeKind.DISLIKE:
        return min(of_author, Verdict.NOT_OFFERED)
    return of_author


def person_verdict(*, status: int, relation: int | None = None) -> Verdict:
    """What a reader gets to see of somebody: of what he writes, and does.

    :param status: ``UserStatus``; who is frozen counts as not existing
    :param relation: the reader's to him, ``RelationKind``; None for none, and for visitors
    """
    if status != UserStatus.ENABLED:
        return Verdict.HIDDEN
    if relation == RelationKind.BLACKLIST:
        return Verdict.OPENED_ONLY
    return Verdict.SEEN


@cache
def of_visible(relation: int | None, attitude: int | None) -> Verdict:
    """The verdict on an approved article of an enabled author: what caches hold is that."""
    return verdict(
        status=ArticleStatus.APPROVED,
        author_status=UserStatus.ENABLED,
        relation=relation,
        attitude=attitude,
    )


def verdicts(relations: Iterable[int | None], attitudes: Iterable[int | None]) -> list[Verdict]:
    """:func:`of_visible` of many articles, in order, without a line of Python per article."""
    return list(map(of_visible, relations, attitudes))


def is_shown(judged: Verdict, place: Place) -> bool:
    """Whether what is judged like this appears in a place."""
    return judged >= place.least
