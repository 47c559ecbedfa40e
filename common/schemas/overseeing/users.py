"""Users as operators see them, and the papers that they hand in."""

from __future__ import annotations

from typing_extensions import TypedDict


class OverseenUser(TypedDict):
    """A reader or editor in a list; the mobile is masked for who may not see it."""

    user_id: int
    account: str | None
    name: str
    email: str | None
    mobile: str
    last_login: str | None
    is_verified: int
    is_media: int
    status: int
    frozen_until: str | None


class OverseenUserPage(OverseenUser):
    """All that operators may know of one."""

    photo: str
    introduction: str | None
    certificate: str | None
    article_count: int
    following_count: int
    fans_count: int
    like_count: int
    read_count: int
    create_time: str | None
    gender: int
    birthday: str
    area: str | None
    company: str | None
    career: str | None


class UserList(TypedDict):
    """A page of users."""

    users: list[OverseenUser]
    total_count: int
