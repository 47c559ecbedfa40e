"""What is made of two cached values: made once, and never of what has changed since."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from common.cache.engine.derived import Derived
from common.cache.engine.read_models import ReadModel
from common.cache.engine.stages import stage
from common.extensions.db import db, transaction
from common.extensions.redis import cache
from common.models import User
from tests.support.harness.cached import NULL_TTL, TTL, Name, people
from tests.support.harness.threads import at_once
from tests.support.harness.tracking import vouch_for_long
from tests.support.harness.waiting import eventually

PUPILS, TEACHERS = (1, 2, 3, 4), (11, 12, 13, 14)
_numbers = itertools.count()


class Pupil(BaseModel):
    """Somebody who has a teacher: the one whose id is greater by ten."""

    model_config = ConfigDict(frozen=True)

    name: str
    teacher_id: int


class Badges:
    """What pupils wear: their name and their teacher's; it is counted how many are made."""

    def __init__(self, *, is_tracked: bool, kept: int = 100) -> None:
        self.made: list[int] = []
        options: dict[str, Any] = {"ttl": TTL, "null_ttl": NULL_TTL, "is_tracked": is_tracked}
        self.pupils: ReadModel[Pupil] = ReadModel(
            key="test:{}:pupil", value=Pupil, load=self._pupils, **options
        )
        self.teachers: ReadModel[Name] = ReadModel(
            key="test:{}:name", value=Name, load=self._teachers, **options
        )
        self.badge: Derived[Pupil, Name, str] = Derived(
            f"test badges {next(_numbers)}",
            sources=(self.pupils, self.teachers),
            refers=lambda pupil: pupil.teacher_id,
            build=self._build,
            size=len,
            kept=kept,
        )

    def ask(self, ids: Sequence[int] = PUPILS, guess: Sequence[int] = (), variant: str = "!", **n):
        """The badges of these pupils."""
        guess = guess or [id_ + 10 for id_ in ids]
        with stage() as ask:
            wanted = self.badge.column(ask, ids, guess=guess, variant=variant, **n)
        return wanted()

    def _pupils(self, ids):
        return {id_: Pupil(name=n, teacher_id=id_ + 10) for id_, n in _names_of(ids)}

    def _teachers(self, ids):
        return {id_: Name(name=name) for id_, name in _names_of(ids)}

    def _build(self, id_, pupil, teacher, variant):
        self.made.append(id_)
        return f"{pupil.name} of {teacher.name}{variant}"


def _names_of(ids):
    return db.session.execute(select(User.user_id, User.user_name).where(User.user_id.in_(ids)))


def rename(badges, user_id):
    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name="new"))
    badges.pupils.invalidate(user_id)
    badges.teachers.invalidate(user_id)


def expected(*ids, variant="!"):
    return [f"user{id_} of user{id_ + 10}{variant}" for id_ in ids]


@pytest.fixture(params=["asked each time", "tracked"])
def badges(request, runtime):
    """Badges of four pupils, as one whose CACHE vouches for copies has them, or not."""
    people(*PUPILS, *TEACHERS)
    made = Badges(is_tracked=request.param == "tracked")
    if request.param == "tracked":
        vouch_for_long(runtime)
        eventually(lambda: cache.command("PING") and cache.copies())
    return made


@pytest.fixture
def warm(badges):
    """They are made of what is in CACHE."""
    for _ in range(2):
        assert badges.ask() == expected(*PUPILS)
    badges.made.clear()
    return badges


def test_what_is_made_is_kept(warm, cost):
    with cost() as spent:
        assert warm.ask() == warm.ask() == expected(*PUPILS)

    assert (warm.made, spent.sql) == ([], 0)


def test_where_copies_are_vouched_for_nothing_is_asked(warm, request, cost):
    with cost() as spent:
        warm.ask()

    assert spent.stages == (0 if "tracked" in request.node.callspec.id else 1)


@pytest.mark.parametrize(
    ("changed", "shown"), [(2, "new of user12!"), (12, "user2 of new!")], ids=["first", "second"]
)
def test_when_either_value_has_changed_it_is_made_anew(warm, changed, shown):
    rename(warm, changed)

    for _ in range(3):
        assert warm.ask() == [*expected(1), shown, *expected(3, 4)]
    assert warm.made == [2, 2]  # of what was loaded, and of what CACHE has of it


def test_where_one_of_both_is_missing_there_is_none_and_the_order_stays(badges):
    people(5, 16)  # one has no teacher, the other teacher no pupil

    for _ in range(2):
        found = badges.ask((4, 5, 3, 6))
        assert found == [*expected(4), None, *expected(3), None]


def test_a_wrong_guess_costs_one_stage_in_which_more_can_be_asked(badges, cost):
    badges.teachers.get_many(TEACHERS)
    badges.pupils.get_many(PUPILS)
    along = []

    with cost() as spent:
        found = badges.ask(
            guess=[11, 0, 12, 14], along=lambda ask, ids: along.append((ask.is_free, ids))
        )

    assert found == expected(*PUPILS)
    assert along == [(False, {13})]
    assert (spent.sql, spent.stages) == (0, 2)


def test_variants_are_kept_apart(warm):
    assert warm.ask(variant="?") == expected(*PUPILS, variant="?")
    assert warm.ask() == expected(*PUPILS)
    assert warm.made == list(PUPILS)


def test_more_than_are_kept_are_made_all_the_same(runtime):
    people(*PUPILS, *TEACHERS)
    badges = Badges(is_tracked=False, kept=3)

    answers = at_once(*[badges.ask] * 4)

    assert answers == [expected(*PUPILS)] * 4
