"""What follows when accounts appear, change and go, and their tokens with them."""

from __future__ import annotations

import pytest

from common.cache import tokens
from common.schemas.events.accounts import (
    ProfileChanged,
    TokenRevoked,
    UserFrozen,
    UserRegistered,
    UserThawed,
)
from common.services.outbox.dispatch import reactions_to
from tests.support.harness.outbox import concerned, dropped

JTI = "3f2a"


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        (
            UserRegistered(user_id=1),
            {"user:1:profile", "user:1:status", "user:1:ver", "user:1:art"},
        ),
        (
            UserFrozen(user_id=1),
            {"user:1:profile", "user:1:status", "user:1:ver", "user:1:art"},
        ),
        (
            UserThawed(user_id=1),
            {"user:1:profile", "user:1:status", "user:1:ver", "user:1:art"},
        ),
        (ProfileChanged(user_id=1), {"user:1:profile", "user:1:profilex"}),
        (TokenRevoked(jti=JTI), {tokens.revoked.key.format(tokens.number(JTI))}),
    ],
)
def test_a_change_of_an_account_drops_what_it_made_wrong_and_no_more(event, keys):
    assert dropped(event) == keys


def test_a_new_name_concerns_no_lists():
    assert concerned(ProfileChanged(user_id=1)) == []


def test_whoever_is_thawed_concerns_all_that_a_freeze_does():
    frozen, thawed = reactions_to(UserFrozen), reactions_to(UserThawed)

    assert frozen.keys() - thawed.keys() == {"push"}  # he has no connections to close
    assert thawed == {topic: frozen[topic] for topic in thawed}
    assert {"cache.invalidate", "cache.lists", "search.authors"} <= thawed.keys()
