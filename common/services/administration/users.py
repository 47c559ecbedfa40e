"""Readers and editors as operators see them (contract/admin.md §2.24, §2.27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select

from common.cache import counters as figures
from common.cache.engine.stages import stage
from common.errors import InvalidInput
from common.extensions.db import (
    LongList,
    db,
    newest_long_page,
    reading_primary,
    refresh_view,
)
from common.models import User, UserProfile
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.users import OverseenUser, OverseenUserPage, UserList
from common.utils import media
from common.utils.parameters.basic import MAX_ID

UNKNOWN: Final = "Invalid user id."

_ROW: Final = (
    User.user_id,
    User.account,
    User.user_name,
    User.email,
    User.mobile,
    User.last_login,
    User.is_verified,
    User.is_media,
    User.status,
    User.frozen_until,
)


@dataclass(frozen=True, kw_only=True)
class UserFilter:
    """Which users; None means any. ``begin`` and ``end`` are about their last activity."""

    keyword: str | None = None
    status: int | None = None
    begin: datetime | None = None
    end: datetime | None = None


def list_users(
    operator: Operator, wanted: UserFilter, *, by_id: bool, page: int, per_page: int
) -> UserList:
    """A page of users, the last active first unless by id. Two statements."""
    users = LongList(
        rows=select(*_ROW),
        where=_conditions(wanted, parts_of_mobiles=operator.sees_mobiles),
        order=(User.user_id,) if by_id else (User.last_login, User.user_id),
        descends=not by_id,
    )
    rows, total = newest_long_page(users, page=page, per_page=per_page)
    return {"users": [_shown(operator, row) for row in rows], "total_count": total}


def get_user(operator: Operator, user_id: int) -> OverseenUserPage:
    """All that an operator may know of a user. One statement.

    :raises InvalidInput: there is none with this id
    """
    refresh_view()
    query = (
        select(User, UserProfile)
        .outerjoin(UserProfile, UserProfile.user_id == User.user_id)
        .where(User.user_id == user_id)
        .execution_options(populate_existing=True)
    )
    with reading_primary():
        found = db.session.execute(query).one_or_none()
    if found is None:
        raise InvalidInput(UNKNOWN)
    user, profile = found
    counted = _counted(user_id)
    return {
        **_shown(operator, user),
        "photo": media.url(user.profile_photo or ""),
        "introduction": user.introduction,
        "certificate": user.certificate,
        "article_count": counted["article_count"],
        "following_count": counted["following_count"],
        "fans_count": counted["fans_count"],
        "like_count": counted["like_count"],
        "read_count": counted["read_count"],
        "create_time": _time(profile.create_time if profile else None),
        "gender": profile.gender if profile else 0,
        "birthday": profile.birthday.isoformat() if profile and profile.birthday else "",
        "area": profile.area if profile else None,
        "company": profile.company if profile else None,
        "career": profile.career if profile else None,
    }


def _counted(user_id: int) -> dict[str, int]:
    counters = {
        "article_count": figures.user_articles,
        "following_count": figures.user_followings,
        "fans_count": figures.user_followers,
        "like_count": figures.user_likes,
        "read_count": figures.user_reads,
    }
    with stage() as ask:
        wanted = {name: counter.want(ask, (user_id,)) for name, counter in counters.items()}
    return {name: answer()[user_id] for name, answer in wanted.items()}


def _conditions(wanted: UserFilter, *, parts_of_mobiles: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.keyword is not None:
        conditions.append(or_(*_meanings(wanted.keyword, parts_of_mobiles=parts_of_mobiles)))
    if wanted.status is not None:
        conditions.append(User.status == wanted.status)
    if wanted.begin is not None:
        conditions.append(User.last_login >= wanted.begin)
    if wanted.end is not None:
        conditions.append(User.last_login <= wanted.end)
    return conditions


def _meanings(keyword: str, *, parts_of_mobiles: bool) -> list[ColumnElement[bool]]:
    """What a keyword may be: a part of a name or account, a mobile, an id."""
    meanings = [
        User.user_name.icontains(keyword, autoescape=True),
        User.account.icontains(keyword, autoescape=True),
        # A part would tell a whole number, digit by digit, to whoever may not see it.
        User.mobile.contains(keyword, autoescape=True)
        if parts_of_mobiles
        else User.mobile == keyword,
    ]
    if keyword.isascii() and keyword.isdigit() and int(keyword) <= MAX_ID:
        meanings.append(User.user_id == int(keyword))
    return meanings


def _shown(operator: Operator, row: Any) -> OverseenUser:
    return {
        "user_id": row.user_id,
        "account": row.account,
        "name": row.user_name,
        "email": row.email,
        "mobile": operator.shown(row.mobile),
        "last_login": _time(row.last_login),
        "is_verified": int(row.is_verified),
        "is_media": int(row.is_media),
        "status": row.status,
        "frozen_until": _time(row.frozen_until),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
