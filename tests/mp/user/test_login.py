"""Logging in at the editors' door: by code, for verified people (media-platform.md §2.2, §2.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.utils import clock, media
from tests.factories import UserFactory
from tests.support.clients.logging_in import (
    EDITORS,
    account_of,
    another,
    ask_for_code,
    bearing,
    code_for,
    codes_sent,
    log_in,
    new_mobile,
    payload_of,
)
from tests.support.harness.threads import at_once

IN_DEMO_MODE = pytest.mark.settings(demo="on")
WRONG = {"message": "Invalid code."}
UNVERIFIED = {"message": "Please verify your real information in app."}
DEMO_CODE = "246810"


def test_a_verified_user_logs_in_and_gets_all_that_clients_store(anonymous):
    user = UserFactory(verified=True, last_login=None, profile_photo="avatar/ab/cd.jpg")

    answer = log_in(anonymous, user.mobile, code_for(anonymous, user.mobile, door=EDITORS),
                    door=EDITORS)  # fmt: skip

    data = answer.json["data"]
    assert (answer.status_code, answer.json["message"]) == (201, "OK")
    assert data == {
        "token": data["token"],
        "refresh_token": data["refresh_token"],
        "id": user.user_id,
        "name": user.user_name,
        "photo": "http://localhost/media/avatar/ab/cd.jpg",
    }
    assert payload_of(data["token"])["verified"] is True
    assert payload_of(data["refresh_token"])["refresh"] is True
    assert clock.now() - account_of(user.mobile).last_login < timedelta(minutes=1)


def test_without_a_picture_the_default_one_is_answered(anonymous):
    user = UserFactory(verified=True)
    code = code_for(anonymous, user.mobile, door=EDITORS)

    data = log_in(anonymous, user.mobile, code, door=EDITORS).json["data"]

    assert data["photo"] == media.avatar("", user.user_id)


def test_one_token_opens_both_doors_whichever_it_comes_from(anonymous):
    user = UserFactory(verified=True)
    tokens = [
        log_in(
            anonymous, user.mobile, code_for(anonymous, user.mobile, door=EDITORS), door=EDITORS
        ).json["data"]["token"]
    ]
    user = UserFactory(verified=True)
    tokens.append(
        log_in(anonymous, user.mobile, code_for(anonymous, user.mobile)).json["data"]["token"]
    )

    for token in tokens:
        for path in ("/mp/v1_0/user/profile", "/v1_0/mp/user/profile", "/v1_0/user"):
            assert anonymous.get(path, **bearing(token)).status_code == 200


def test_what_clients_send_besides_is_ignored(anonymous):
    user = UserFactory(verified=True)
    code = code_for(anonymous, user.mobile, door=EDITORS)

    answer = anonymous.post(
        "/mp/v1_0/authorizations",
        json={"mobile": user.mobile, "code": code, "agree": True, "check": [1]},
        **bearing("undefined"),
    )

    assert answer.status_code == 201


def test_who_is_not_verified_or_unknown_learns_it_only_with_a_good_code(anonymous):
    for mobile in (UserFactory(last_login=None).mobile, new_mobile()):
        code = code_for(anonymous, mobile, door=EDITORS)

        wrong = log_in(anonymous, mobile, another(code), door=EDITORS)
        right = log_in(anonymous, mobile, code, door=EDITORS)
        again = log_in(anonymous, mobile, code, door=EDITORS)

        assert (wrong.status_code, wrong.json) == (400, WRONG)
        assert (right.status_code, right.json) == (403, UNVERIFIED)
        assert (again.status_code, again.json) == (400, WRONG)
        account = account_of(mobile)
        assert account is None or account.last_login is None


def test_a_frozen_editor_is_refused_after_a_good_code(anonymous):
    user = UserFactory(verified=True, disabled=True, last_login=None)
    code = code_for(anonymous, user.mobile, door=EDITORS)

    answer = log_in(anonymous, user.mobile, code, door=EDITORS)

    assert (answer.status_code, answer.json) == (403, {"message": "Invalid user."})
    assert account_of(user.mobile).last_login is None


def test_a_code_works_once_also_when_sixteen_try_it_together(anonymous):
    user = UserFactory(verified=True)
    code = code_for(anonymous, user.mobile, door=EDITORS)

    answers = at_once(
        *[lambda: log_in(anonymous, user.mobile, code, door=EDITORS).status_code] * 16
    )

    assert answers.count(201) == 1
    assert set(answers) <= {201, 400, 429}


def test_a_code_of_one_door_is_wrong_at_the_other(anonymous):
    here, there = UserFactory(verified=True), UserFactory(verified=True)
    code_here = code_for(anonymous, here.mobile, door=EDITORS)
    code_there = code_for(anonymous, there.mobile)

    assert log_in(anonymous, here.mobile, code_here).json == WRONG
    assert log_in(anonymous, there.mobile, code_there, door=EDITORS).json == WRONG


def test_five_wrong_codes_burn_the_code(anonymous):
    user = UserFactory(verified=True)
    code = code_for(anonymous, user.mobile, door=EDITORS)

    wrong = [log_in(anonymous, user.mobile, another(code), door=EDITORS) for _ in range(5)]
    right = log_in(anonymous, user.mobile, code, door=EDITORS)

    assert [answer.json for answer in wrong] == [WRONG] * 5
    assert (right.status_code, right.json) == (429, {"message": "Too many requests."})


def test_both_doors_share_the_budget_of_a_mobile(anonymous):
    mobile = new_mobile()
    code_for(anonymous, mobile)

    answer = ask_for_code(anonymous, mobile, door=EDITORS)

    assert (answer.status_code, answer.json) == (429, {"message": "Too many requests."})


def test_asking_for_a_code_tells_nobody_who_has_an_account(anonymous):
    mobiles = [UserFactory(verified=True).mobile, UserFactory().mobile, new_mobile()]

    answers = [ask_for_code(anonymous, mobile, door=EDITORS) for mobile in mobiles]

    assert [answer.json["data"] for answer in answers] == [{"mobile": each} for each in mobiles]
    assert {answer.status_code for answer in answers} == {200}


def test_head_sends_nothing(anonymous):
    answer = anonymous.head(f"/mp/v1_0/sms/codes/{new_mobile()}")

    assert answer.status_code == 200
    assert codes_sent() == []


@pytest.mark.parametrize("path", ["sms/codes/12345678901", "captchas/1380000123", "captchas/x"])
def test_what_is_no_mobile_is_no_address(anonymous, path):
    assert anonymous.get(f"/mp/v1_0/{path}").status_code == 404


def test_mobile_is_looked_at_before_code(anonymous):
    login = "/mp/v1_0/authorizations"
    missing = "Missing required parameter in the JSON body"

    told = [
        anonymous.post(login, json=members).json["errors"]
        for members in ({}, {"mobile": "1"}, {"mobile": "13800001234"},
                        {"mobile": "13800001234", "code": "1"},
                        {"mobile": None, "code": None})
    ]  # fmt: skip

    assert told == [
        {"mobile": missing},
        {"mobile": "1 is not a valid mobile"},
        {"code": missing},
        {"code": "Invalid params."},
        {"mobile": missing},
    ]


@IN_DEMO_MODE
@pytest.mark.parametrize("mobile", ["13911111111", "13812345678", "13888888888"])
def test_in_demo_mode_any_mobile_becomes_an_editor(anonymous, mobile):
    answer = log_in(anonymous, mobile, DEMO_CODE, door=EDITORS)

    assert answer.status_code == 201
    profile = anonymous.get("/mp/v1_0/user/profile", **bearing(answer.json["data"]["token"]))
    assert profile.json["data"]["mobile"] == mobile
    assert account_of(mobile).is_verified


@IN_DEMO_MODE
def test_the_demo_code_verifies_no_account_that_was_there_before(anonymous):
    user = UserFactory()

    answer = log_in(anonymous, user.mobile, DEMO_CODE, door=EDITORS)

    assert (answer.status_code, answer.json) == (403, UNVERIFIED)


def test_the_demo_code_is_wrong_outside_of_demo_mode(anonymous):
    user = UserFactory(verified=True, mobile="13911111111")

    answer = log_in(anonymous, user.mobile, DEMO_CODE, door=EDITORS)

    assert (answer.status_code, answer.json) == (400, WRONG)


def test_without_store_nobody_logs_in_or_gets_a_code(anonymous, valkey):
    user = UserFactory(verified=True)
    valkey.stop()

    answers = [
        log_in(anonymous, user.mobile, "123456", door=EDITORS),
        ask_for_code(anonymous, user.mobile, door=EDITORS),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
