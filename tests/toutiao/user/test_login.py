"""Logging in by code, which registers on first use (contract/user-app.md §3.2)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from common.extensions.db import db
from common.models import UserProfile
from common.utils import clock
from tests.factories import UserFactory
from tests.support.clients.logging_in import (
    LOGIN,
    account_of,
    another,
    code_for,
    log_in,
    new_mobile,
    payload_of,
)
from tests.support.harness.threads import at_once

IN_DEMO_MODE = pytest.mark.settings(demo="on")
WRONG = {"message": "Invalid code."}
DEMO_CODE = "246810"
NEUTRAL_NAME = re.compile(r"用户[a-z0-9]{5}")


def test_the_first_login_of_a_mobile_makes_an_account_with_a_neutral_name(anonymous):
    mobile = new_mobile()

    answer = log_in(anonymous, mobile, code_for(anonymous, mobile))

    assert answer.status_code == 201
    assert answer.json["message"] == "OK"
    assert answer.json["data"].keys() == {"token", "refresh_token"}
    user = account_of(mobile)
    assert NEUTRAL_NAME.fullmatch(user.user_name)
    assert not user.is_verified
    assert db.session.get(UserProfile, user.user_id) is not None


def test_the_token_says_what_clients_read_in_it(anonymous):
    mobile = new_mobile()

    data = log_in(anonymous, mobile, code_for(anonymous, mobile)).json["data"]

    token, refresh = payload_of(data["token"]), payload_of(data["refresh_token"])
    assert token["user_id"] == account_of(mobile).user_id < 10**15
    assert (token["refresh"], refresh["refresh"]) == (False, True)
    assert token["verified"] is False
    assert token["exp"] - token["iat"] == 2 * 3600
    assert refresh["exp"] - refresh["iat"] == 14 * 86_400


def test_the_token_opens_the_door(anonymous, sign_in):
    mobile = new_mobile()
    token = log_in(anonymous, mobile, code_for(anonymous, mobile)).json["data"]["token"]

    card = anonymous.get("/v1_0/user", headers={"Authorization": f"Bearer {token}"})

    assert card.json["data"]["id"] == account_of(mobile).user_id


def test_a_known_mobile_comes_back_to_its_account(anonymous):
    user = UserFactory(verified=True, last_login=None)

    data = log_in(anonymous, user.mobile, code_for(anonymous, user.mobile)).json["data"]

    assert payload_of(data["token"])["user_id"] == user.user_id
    assert payload_of(data["token"])["verified"] is True
    assert account_of(user.mobile).user_name == user.user_name
    assert clock.now() - account_of(user.mobile).last_login < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", 1),
        ("Mozilla/5.0 (Linux; Android 14)", 2),
        ("Mozilla/5.0 (X11; Linux x86_64)", None),
    ],
)
def test_the_kind_of_phone_is_remembered(anonymous, agent, device):
    mobile = new_mobile()

    log_in(anonymous, mobile, code_for(anonymous, mobile), headers={"User-Agent": agent})

    assert db.session.get(UserProfile, account_of(mobile).user_id).device == device


@IN_DEMO_MODE
def test_parallel_first_logins_of_a_mobile_make_one_account(anonymous):
    mobile = new_mobile()

    answers = at_once(*[lambda: log_in(anonymous, mobile, DEMO_CODE)] * 16)

    users = {payload_of(answer.json["data"]["token"])["user_id"] for answer in answers}
    assert {answer.status_code for answer in answers} == {201}
    assert users == {account_of(mobile).user_id}


@IN_DEMO_MODE
def test_parallel_first_logins_of_many_mobiles_make_an_account_each(anonymous):
    mobiles = [new_mobile() for _ in range(12)]

    at_once(*[lambda mobile=mobile: log_in(anonymous, mobile, DEMO_CODE) for mobile in mobiles])

    accounts = [account_of(mobile) for mobile in mobiles]
    assert len({user.user_id for user in accounts}) == 12
    assert len({user.user_name for user in accounts}) == 12
    assert db.session.scalar(select(func.count(UserProfile.user_id))) == 12


def test_a_disabled_account_is_refused_only_after_the_right_code(anonymous):
    user = UserFactory(disabled=True, last_login=None)
    code = code_for(anonymous, user.mobile)

    wrong = log_in(anonymous, user.mobile, another(code))
    right = log_in(anonymous, user.mobile, code)
    reused = log_in(anonymous, user.mobile, code)

    assert (wrong.status_code, wrong.json) == (400, WRONG)
    assert (right.status_code, right.json) == (403, {"message": "Invalid user."})
    assert reused.json == WRONG
    assert account_of(user.mobile).last_login is None


def test_the_demo_code_is_wrong_outside_of_demo_mode(anonymous):
    mobile = "13911111111"

    answer = log_in(anonymous, mobile, DEMO_CODE)

    assert (answer.status_code, answer.json) == (400, WRONG)
    assert account_of(mobile) is None


@IN_DEMO_MODE
@pytest.mark.parametrize("mobile", ["13911111111", "13888888888", "18801185985"])
def test_in_demo_mode_any_mobile_gets_in_and_may_write_articles(anonymous, mobile):
    answer = log_in(anonymous, mobile, DEMO_CODE)

    assert answer.status_code == 201
    assert payload_of(answer.json["data"]["token"])["verified"] is True
    assert account_of(mobile).is_verified


@IN_DEMO_MODE
def test_the_demo_code_verifies_no_account_that_was_there_before(anonymous):
    user = UserFactory()

    data = log_in(anonymous, user.mobile, DEMO_CODE).json["data"]

    assert payload_of(data["token"])["verified"] is False


@IN_DEMO_MODE
def test_in_demo_mode_real_codes_work_too_and_wrong_ones_do_not(anonymous):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    answers = [log_in(anonymous, mobile, each).status_code for each in (another(code), code)]

    assert answers == [400, 201]


@pytest.mark.parametrize("code", [42, "000042"])
def test_a_code_may_come_as_a_number_without_its_zeros(anonymous, monkeypatch, code):
    mobile = new_mobile()
    monkeypatch.setattr("secrets.randbelow", lambda _below: 42)
    code_for(anonymous, mobile)

    assert log_in(anonymous, mobile, code).status_code == 201


@pytest.mark.parametrize(
    "header", ["Bearer x.y.z", "Bearer undefined", "Bearer null", "Basic eA=="]
)
def test_a_stale_token_does_not_keep_anybody_out(anonymous, header):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    answer = log_in(anonymous, mobile, code, headers={"Authorization": header})

    assert answer.status_code == 201


def test_only_post_and_put_are_known_at_this_address(anonymous):
    answer = anonymous.get(LOGIN)

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST", "PUT"}
