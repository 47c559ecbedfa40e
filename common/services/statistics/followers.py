"""Who follows an author (contract/media-platform.md §2.27)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select

from common.extensions.db import db, refresh_view
from common.models import Relation, User, UserProfile
from common.models.visibility import enabled_users_sql
from common.schemas.statistics import (
    AgeFigures,
    DeviceFigures,
    FollowerFigures,
    GenderFigures,
)
from common.utils import clock
from common.utils.constants import Device, Gender, RelationKind

OLDEST: Final = {"le18": 18, "le23": 23, "le30": 30, "le40": 40, "le50": 50}  # completed years


def figures_of(author_id: int) -> FollowerFigures:
    """Enabled followers, counted. One statement.

    Those who never said when they were born, or use no app, are in no group of age or device.
    """
    refresh_view()
    columns = _columns(clock.now().date())
    query = (
        select(*(_count(condition) for condition in columns.values()), func.count())
        .select_from(Relation)
        .join(User, User.user_id == Relation.user_id)
        .join(UserProfile, UserProfile.user_id == Relation.user_id, isouter=True)
        .where(
            Relation.target_user_id == author_id,
            Relation.relation == RelationKind.FOLLOW,
            enabled_users_sql(),
        )
    )
    *counts, total = db.session.execute(query).one()
    found = dict(zip(columns, map(int, counts), strict=True))
    return {
        "gender": GenderFigures(male=found["male"], female=found["female"]),
        "age": AgeFigures(
            le18=found["le18"],
            le23=found["le23"],
            le30=found["le30"],
            le40=found["le40"],
            le50=found["le50"],
            gt50=found["gt50"],
        ),
        "device": DeviceFigures(ios=found["ios"], android=found["android"]),
        "total": total,
    }


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _columns(today: date) -> dict[str, ColumnElement[bool]]:
    """By member of the wire, who belongs to it."""
    columns = {
        "male": UserProfile.gender == Gender.MALE,
        "female": UserProfile.gender == Gender.FEMALE,
        "ios": UserProfile.device == Device.IOS,
        "android": UserProfile.device == Device.ANDROID,
    }
    born, before = UserProfile.birthday, None
    for name, years in OLDEST.items():
        # Who is that old, or younger, was born after this day.
        after = _years_before(today, years + 1)
        is_young_enough = born > after
        columns[name] = is_young_enough if before is None else and_(is_young_enough, born <= before)
        before = after
    return columns | {"gt50": born <= before}


def _years_before(day: date, years: int) -> date:
    """The same day so many years ago; of 29 February, the day before where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
