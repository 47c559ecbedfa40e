"""Logging in by code, which registers on first use (contract/user-app.md §3.2)."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import User, UserProfile
from common.services import sms_codes
from common.services.sms_codes import Door
from common.utils import clock
from tests.factories import UserFactory
from tests.support.logging_in import (
    LOGIN,
    another,
    code_for,
    codes_sent,
    from_address,
    log_in,
    new_mobile,
)
from tests.support.threads import at_once

IN_DEMO_MODE = pytest.mark.settings(demo="on")
WRONG = {"message": "Invalid code."}
LIMITED = {"message": "Too many requests."}
DEMO_CODE = "246810"
NEUTRAL_NAME = re.compile(r"用户[a-z0-9]{5}")


def account_of(mobile):
    """The account of a mobile as it is in SQL now, or None."""
    refresh_view()
    query = select(User).where(User.mobile == mobile).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def payload_of(token):
    """What a browser reads in a token."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


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


def test_a_wrong_code_is_refused_and_does_not_burn_the_right_one(anonymous):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    wrong = [log_in(anonymous, mobile, another(code)) for _ in range(4)]
    right = log_in(anonymous, mobile, code)

    assert [(answer.status_code, answer.json) for answer in wrong] == [(400, WRONG)] * 4
    assert right.status_code == 201


def test_a_code_works_once(anonymous):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    answers = [log_in(anonymous, mobile, code) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 400, 400]
    assert answers[1].json == WRONG


def test_an_expired_code_is_wrong(anonymous, redis):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    redis.pexpire(f"app:code:{mobile}", 0)

    assert log_in(anonymous, mobile, code).json == WRONG


def test_a_code_nobody_asked_for_is_wrong(anonymous):
    mobile = new_mobile()

    answer = log_in(anonymous, mobile, "123456")

    assert (answer.status_code, answer.json) == (400, WRONG)
    assert account_of(mobile) is None


def test_the_code_of_another_mobile_is_wrong(anonymous):
    mine, other = new_mobile(), new_mobile()
    code, others_code = code_for(anonymous, mine), code_for(anonymous, other)

    answers = [log_in(anonymous, mine, others_code), log_in(anonymous, other, others_code)]

    expected = 201 if code == others_code else 400
    assert [answer.status_code for answer in answers] == [expected, 201]


def test_the_code_of_the_other_door_is_wrong(anonymous):
    mobile = new_mobile()
    sms_codes.send(mobile=mobile, address="192.0.2.1", door=Door.MP)
    ((_, code),) = codes_sent()

    assert log_in(anonymous, mobile, code).json == WRONG


def test_a_value_that_the_reference_left_behind_is_no_code(anonymous, redis):
    mobile = new_mobile()
    redis.set(f"app:code:{mobile}", "123456", ex=300)

    answers = [log_in(anonymous, mobile, "123456") for _ in range(2)]

    assert [answer.json for answer in answers] == [WRONG] * 2


def test_five_wrong_codes_burn_the_code_and_close_the_mobile_for_a_while(anonymous, redis):
    mobile = new_mobile()
    with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC), tick=False) as moving:
        code = code_for(anonymous, mobile)
        wrong = [log_in(anonymous, mobile, another(code)) for _ in range(5)]
        sixth = log_in(anonymous, mobile, code)
        is_burnt = not redis.exists(f"app:code:{mobile}")
        moving.shift(timedelta(minutes=5, seconds=1))
        later = log_in(anonymous, mobile, code)

    assert [answer.json for answer in wrong] == [WRONG] * 5
    assert (sixth.status_code, sixth.json) == (429, LIMITED)
    assert 1 <= int(sixth.headers["Retry-After"]) <= 300
    assert is_burnt
    assert (later.status_code, later.json) == (400, WRONG)


def test_thirty_wrong_codes_close_the_address_but_no_other_one(anonymous):
    guesser, owner = from_address("192.0.2.1"), from_address("192.0.2.2")
    mobile = new_mobile()
    with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC), tick=False):
        code = code_for(anonymous, mobile, **owner)
        wrong = [log_in(anonymous, new_mobile(), "000000", **guesser) for _ in range(30)]
        refused = log_in(anonymous, mobile, code, **guesser)
        granted = log_in(anonymous, mobile, code, **owner)

    assert {answer.status_code for answer in wrong} == {400}
    assert (refused.status_code, refused.json) == (429, LIMITED)
    assert granted.status_code == 201


def test_right_codes_use_up_no_budget(anonymous):
    for _ in range(12):
        mobile = new_mobile()
        with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC), tick=False) as moving:
            for _ in range(3):
                assert log_in(anonymous, mobile, code_for(anonymous, mobile)).status_code == 201
                moving.shift(61)


def test_of_sixteen_logins_with_one_code_one_gets_in(anonymous):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    answers = at_once(*[lambda: log_in(anonymous, mobile, code).status_code] * 16)

    assert answers.count(201) == 1
    # Those that lost tried a wrong code, and too many of those are refused differently.
    assert set(answers) <= {201, 400, 429}


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


def test_known_and_unknown_mobiles_cannot_be_told_apart(anonymous):
    mobiles = [UserFactory().mobile, UserFactory(disabled=True).mobile, new_mobile()]

    answers = [log_in(anonymous, mobile, "123456") for mobile in mobiles]

    assert len({(answer.status_code, answer.text) for answer in answers}) == 1


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
    "code",
    [["123456"], {"$ne": 1}, True, 123456.0, -23456, "-23456", "１２３４５６", "١٢٣٤٥٦", " 123456",
     "123456 ", "12345", "1234567", "", 1234567, "12345a", "123456\n"],
)  # fmt: skip
def test_a_code_of_another_form_is_refused_and_not_counted_as_a_try(anonymous, code):
    mobile = new_mobile()
    right = code_for(anonymous, mobile)

    answers = [log_in(anonymous, mobile, code) for _ in range(7)]

    assert {answer.status_code for answer in answers} == {400}
    assert answers[0].json == {
        "message": "code: Invalid params.",
        "errors": {"code": "Invalid params."},
    }
    assert log_in(anonymous, mobile, right).status_code == 201


@pytest.mark.parametrize(
    "header", ["Bearer x.y.z", "Bearer undefined", "Bearer null", "Basic eA=="]
)
def test_a_stale_token_does_not_keep_anybody_out(anonymous, header):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    answer = log_in(anonymous, mobile, code, headers={"Authorization": header})

    assert answer.status_code == 201


def test_without_store_nobody_logs_in_by_code(anonymous, valkey):
    valkey.stop()

    answer = log_in(anonymous, new_mobile(), "123456")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1


def test_only_post_and_put_are_known_at_this_address(anonymous):
    answer = anonymous.get(LOGIN)

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST", "PUT"}
