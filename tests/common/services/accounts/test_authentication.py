"""Accounts that come into being at the first login (contract/user-app.md §3.2)."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from common.cache.engine.local import first_level
from common.errors import TemporarilyUnavailable
from common.extensions.db import db
from common.models import User
from common.services.accounts import authentication, logging_in
from common.utils.http.credentials import Credentials
from common.utils.observing import metering
from tests.factories import UserFactory
from tests.support.scenarios.accounts import lock_out

DEMO_CODE = "246810"

pytestmark = pytest.mark.settings(demo="on")


def log_in(mobile):
    """Log in as a client does in demo mode."""
    return logging_in.log_in(mobile=mobile, code=DEMO_CODE, address="192.0.2.1")


def names():
    """All nicknames, oldest account first."""
    return list(db.session.scalars(select(User.user_name).order_by(User.user_id)))


def test_a_name_that_is_taken_is_not_given_again(runtime, monkeypatch):
    letters = itertools.chain("a" * 10, itertools.repeat("b"))
    monkeypatch.setattr("secrets.choice", lambda _letters: next(letters))

    log_in("13900000001")
    log_in("13900000002")

    assert names() == ["用户aaaaa", "用户bbbbb"]


def test_when_no_free_name_is_found_the_reader_is_asked_to_come_back(runtime, monkeypatch):
    monkeypatch.setattr("secrets.choice", lambda _letters: "a")
    log_in("13900000001")

    with pytest.raises(TemporarilyUnavailable):
        log_in("13900000002")

    assert names() == ["用户aaaaa"]


def test_names_have_no_letters_that_look_alike_and_fit_the_limit(runtime):
    for n in range(20):
        log_in(f"139000001{n:02d}")

    assert all(len(name) == 7 for name in names())
    assert not set("".join(names())) & set("01ilo")


@pytest.fixture
def bearer(runtime):
    """Credentials of a new account, shown often enough that the process knows them."""
    user = UserFactory()
    credentials = Credentials(authentication.issuer().access(user.user_id, ver=0))
    for _ in range(3):
        authentication.identify(credentials)
    return user, credentials


def test_a_bearer_who_was_just_seen_costs_no_round_trip(bearer):
    user, credentials = bearer

    with metering.measure() as cost:
        known = [authentication.identify(credentials) for _ in range(3)]

    assert {identity.user_id for identity in known} == {user.user_id}
    assert (cost.sql, cost.stages) == (0, 0)


def test_a_bearer_whose_account_was_disabled_is_known_as_such_at_once(bearer):
    user, credentials = bearer

    lock_out(user.user_id)

    assert authentication.identify(credentials).problem == "disabled"


def test_a_bearer_who_took_the_token_back_is_nobody_at_once(bearer):
    _, credentials = bearer

    authentication.revoke(credentials.token)

    assert authentication.identify(credentials).problem == "invalid"


def test_a_bearer_is_looked_up_again_when_the_process_has_forgotten(bearer):
    _, credentials = bearer

    first_level.clear()

    with metering.measure() as cost:
        authentication.identify(credentials)
    assert cost.stages == 1
