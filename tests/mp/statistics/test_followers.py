"""Who follows an author, in figures (contract/media-platform.md §2.27, §2.28)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from common.extensions.db import transaction
from common.models import UserProfile
from common.services.statistics import followers
from common.utils.constants import Device, Gender, RelationKind, UserStatus
from tests.factories import RelationFactory, UserFactory

ALL = "/mp/v1_0/statistics/followers"
NOBODY: dict[str, Any] = {
    "gender": {"male": 0, "female": 0},
    "age": dict.fromkeys(("le18", "le23", "le30", "le40", "le50", "gt50"), 0),
    "device": {"ios": 0, "android": 0},
    "total": 0,
}


def follow(author_id, *, status=UserStatus.ENABLED, relation=RelationKind.FOLLOW, **profile):
    profile = {"gender": Gender.MALE} | profile
    user_id = UserFactory(status=status).user_id
    with transaction() as session:
        session.execute(update(UserProfile).where(UserProfile.user_id == user_id).values(**profile))
    RelationFactory(user_id=user_id, target_user_id=author_id, relation=relation)


def test_followers_are_counted_by_gender_age_and_device(author, cost):
    me = author.user.user_id
    for number in range(5):
        follow(me, gender=Gender.FEMALE if number else Gender.MALE, device=Device.IOS)
    follow(me, gender=Gender.FEMALE, device=Device.ANDROID, birthday=date(1950, 1, 1))
    follow(me, gender=Gender.FEMALE, status=UserStatus.DISABLED, device=Device.IOS)
    follow(me, relation=RelationKind.BLACKLIST, device=Device.IOS)
    follow(UserFactory().user_id, device=Device.IOS)
    author.get(ALL)

    with cost() as spent:
        found = author.get(ALL).json["data"]

    assert found == {
        "gender": {"male": 1, "female": 5},
        "age": NOBODY["age"] | {"gt50": 1},
        "device": {"ios": 5, "android": 1},
        "total": 6,
    }
    assert spent.sql == 1
    assert author.get(f"{ALL}/gender").json["data"] == found["gender"]
    assert author.get(f"{ALL}/age").json["data"] == found["age"]


def test_nobody_follows_is_zeros(author):
    assert author.get(ALL, query_string={"page": 1, "per_page": 99}).json["data"] == NOBODY


@pytest.mark.parametrize(
    ("born", "group"),
    [
        (date(2026, 6, 15), "le18"),
        (date(2007, 6, 16), "le18"),  # turns 19 tomorrow
        (date(2007, 6, 15), "le23"),
        (date(2002, 6, 16), "le23"),
        (date(2002, 6, 15), "le30"),
        (date(1995, 6, 16), "le30"),
        (date(1995, 6, 15), "le40"),
        (date(1985, 6, 16), "le40"),
        (date(1985, 6, 15), "le50"),
        (date(1975, 6, 16), "le50"),
        (date(1975, 6, 15), "gt50"),
        (None, None),
    ],
)
def test_age_is_that_of_the_last_birthday(runtime, born, group):
    me = UserFactory().user_id
    follow(me, birthday=born)

    with time_machine.travel("2026-06-15T12:00:00+08:00", tick=False):
        age = followers.figures_of(me)["age"]

    assert {name: number for name, number in age.items() if number} == ({group: 1} if group else {})


def test_a_leap_day_is_no_obstacle(runtime):
    me = UserFactory().user_id
    follow(me, birthday=date(2009, 2, 28))
    follow(me, birthday=date(2009, 3, 1))

    with time_machine.travel("2028-02-29T12:00:00+08:00", tick=False):
        age = followers.figures_of(me)["age"]

    assert (age["le18"], age["le23"]) == (1, 1)
