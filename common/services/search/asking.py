"""Which phrases people ask for, and how many do (contract/search.md §3, security.md row 113).

Whoever is no user counts by his address: one machine makes any number of devices. A search does
not count whose phrase was only a beginning, typed on at once (contract/additions.md §6.7).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, or_, select, true

from common.extensions.db import SecondsBetween, db
from common.models import BehaviourEvent
from common.services.behaviour.events import LONGEST_USER_ID
from common.utils.constants import BehaviourKind

FEWEST_PEOPLE: Final = 3
TYPING_SECONDS: Final = 10
NEXT_LOOKED_AT: Final = 3  # searches of the same subject: the same phrase may come in between

_event: Final = BehaviourEvent


class Asked(NamedTuple):
    """A phrase, and how many different people asked for it.

    :param before: how many did before the time that is looked at
    """

    keyword: str
    people: int
    before: int = 0


def phrases(
    *,
    since: datetime,
    compared_since: datetime | None = None,
    most: int,
    view: Connection | None = None,
) -> list[Asked]:
    """What enough people have asked for since then, most people first; one statement.

    :param compared_since: from when on, up to ``since``, people are counted as having asked before
    :param most: phrases
    :param view: what it is asked over, if it may take longer than a request
    """
    counted = _counted(_searches(compared_since or since), since).c
    query = (
        select(counted.keyword, counted.people, counted.before)
        .where(counted.people >= FEWEST_PEOPLE)
        .order_by(counted.people.desc(), counted.searches.desc(), counted.keyword)
        .limit(most)
    )
    rows = (view or db.session).execute(query)
    return [Asked(keyword, int(now), int(before)) for keyword, now, before in rows if keyword]


def _counted(searches: FromClause, since: datetime) -> FromClause:
    """Phrases, each with its people since then and before, and its searches since then."""
    columns = searches.c
    is_now = columns.at >= since
    return (
        select(
            columns.keyword,
            _people(is_now, columns.person).label("people"),
            _people(~is_now, columns.person).label("before"),
            func.sum(case((is_now, 1), else_=0)).label("searches"),
        )
        .where(_is_typed_on(columns).is_not(true()))
        .group_by(columns.keyword)
        .subquery("counted")
    )


def _searches(since: datetime) -> FromClause:
    """Searches, each with those that its subject made next."""
    is_user = func.length(_event.subject) <= LONGEST_USER_ID
    person = case(
        (is_user, _event.subject), else_=func.coalesce(_event.ip_hash, _event.subject)
    ).label("person")
    following = [
        _next(column, nth).label(f"{column.key}_{nth}")
        for nth in range(1, NEXT_LOOKED_AT + 1)
        for column in (_event.keyword, _event.at)
    ]
    return (
        select(_event.keyword, _event.at, person, *following)
        .where(
            _event.kind == BehaviourKind.SEARCH,
            _event.at >= since,
            _event.keyword.is_not(None),
        )
        .subquery("searches")
    )


def _next(column: Any, nth: int) -> ColumnElement[Any]:
    """Of the search that the same subject made so many searches later."""
    order = (_event.at, _event.id)
    return func.lead(column, nth).over(partition_by=_event.subject, order_by=order)


def _is_typed_on(columns: Any) -> ColumnElement[bool]:
    """Whether one of the next is longer, begins with all of this, and came at once."""
    return or_(
        *(
            and_(
                func.instr(columns[f"keyword_{nth}"], columns.keyword) == 1,
                func.char_length(columns[f"keyword_{nth}"]) > func.char_length(columns.keyword),
                SecondsBetween(columns.at, columns[f"at_{nth}"]) <= TYPING_SECONDS,
            )
            for nth in range(1, NEXT_LOOKED_AT + 1)
        )
    )


def _people(condition: ColumnElement[bool], person: ColumnElement[str]) -> ColumnElement[int]:
    return func.count(case((condition, person)).distinct())
