"""Codes that are wrong, used, expired, guessed or raced.

Contract: user-app.md §3.2, security.md rows 12-16.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from common.services.accounts import sms_codes
from common.services.accounts.sms_codes import Door
from tests.factories import UserFactory
from tests.support.clients.logging_in import (
    account_of,
    another,
    code_for,
    codes_sent,
    from_address,
    log_in,
    new_mobile,
)
from tests.support.harness.threads import at_once

WRONG = {"message": "Invalid code."}
LIMITED = {"message": "Too many requests."}


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


def test_known_and_unknown_mobiles_cannot_be_told_apart(anonymous):
    mobiles = [UserFactory().mobile, UserFactory(disabled=True).mobile, new_mobile()]

    answers = [log_in(anonymous, mobile, "123456") for mobile in mobiles]

    assert len({(answer.status_code, answer.text) for answer in answers}) == 1


@pytest.mark.parametrize(
    "code",
    [["123456"], {"$ne": 1}, True, 123456.0, -23456, "-23456", "123456.0", "+123456", "١٢٣٤٥٦",
     "𝟏𝟐𝟑𝟒𝟓𝟔", "①②③④⑤⑥", "12345", "1234567", "", 1234567, "12345a", "1" + "\u200b" * 99 + "23456"],
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


def test_without_store_nobody_logs_in_by_code(anonymous, valkey):
    valkey.stop()

    answer = log_in(anonymous, new_mobile(), "123456")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
