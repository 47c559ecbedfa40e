"""What follows when people follow and block one another, and when they come and go."""

from __future__ import annotations

import pytest

from common.cache import people
from common.models import Relation
from common.schemas.events.accounts import UserFrozen
from common.schemas.events.relations import RelationChanged
from common.services.outbox.projections import lists
from common.utils import clock
from common.utils.constants import RelationKind
from tests import factories
from tests.support.harness.outbox import concerned, dropped, moved, relay_lists
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.crowds import PEOPLE, cache_page, cached, crowd

NONE, FOLLOW, BLACKLIST = RelationKind.NONE, RelationKind.FOLLOW, RelationKind.BLACKLIST
READER, AUTHOR = 1, 2


def changed(before, after):
    return RelationChanged(user_id=READER, target_user_id=AUTHOR, before=before, after=after)


FOLLOWED = {
    "user:1:relationship",
    "user:1:following",
    "user:2:fans",
    "user:1:mutual",
    "user:2:mutual",
}


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        (changed(NONE, FOLLOW), FOLLOWED),
        (changed(FOLLOW, NONE), FOLLOWED),
        (changed(FOLLOW, BLACKLIST), {*FOLLOWED, "user:1:blacklist"}),
        (changed(BLACKLIST, NONE), {"user:1:relationship", "user:1:blacklist"}),
    ],
)
def test_a_relation_drops_the_lists_that_one_of_the_two_enters_or_leaves_and_no_more(event, keys):
    assert dropped(event) == keys


@pytest.mark.parametrize(
    ("before", "after", "amount"),
    [
        (NONE, FOLLOW, 1),
        (BLACKLIST, FOLLOW, 1),
        (FOLLOW, NONE, -1),
        (FOLLOW, BLACKLIST, -1),
        (NONE, BLACKLIST, 0),
        (BLACKLIST, NONE, 0),
    ],
)
def test_following_counts_on_both_sides(before, after, amount):
    both = {("user:followings", READER): amount, ("user:followers", AUTHOR): amount}

    assert moved(changed(before, after)) == (both if amount else {})


def test_a_relation_concerns_the_lists_of_nobody_else():
    assert concerned(changed(NONE, FOLLOW)) == []


def test_a_user_who_comes_or_goes_concerns_all_who_have_to_do_with_him():
    sources = concerned(UserFrozen(user_id=AUTHOR))

    assert {"followers", "blockers", "followed"} <= set(sources)


@pytest.mark.parametrize(
    ("listed", "kind", "is_target"),
    [
        (people.followings, FOLLOW, True),
        (people.blocked, BLACKLIST, True),
        (people.followers, FOLLOW, False),
    ],
)
def test_a_user_vanishes_from_the_lists_of_a_crowd(runtime, redis, listed, kind, is_target):
    factories.UserFactory(user_id=AUTHOR)
    at = clock.now()  # all in one second: the cursor must tell them apart

    def relation(user_id):
        pair = (user_id, AUTHOR) if is_target else (AUTHOR, user_id)
        return Relation(user_id=pair[0], target_user_id=pair[1], relation=kind, update_time=at)

    crowd(relation)
    some = [PEOPLE[0], PEOPLE[lists.AT_ONCE], PEOPLE[-1]]
    cache_page(listed, some)
    lock_out(AUTHOR)

    before = cached(redis, listed)
    relay_lists()

    assert (before, cached(redis, listed)) == (3, 0)
    assert {listed.page(owner_id, first=0, limit=1).total for owner_id in some} == {0}


def test_a_list_loaded_after_the_event_is_right_before_the_relay_comes(runtime):
    owner = factories.UserFactory()
    factories.RelationFactory(
        user_id=owner.user_id, target_user_id=factories.UserFactory(user_id=AUTHOR).user_id
    )
    lock_out(AUTHOR)

    assert people.followings.page(owner.user_id, first=0, limit=1).total == 0
