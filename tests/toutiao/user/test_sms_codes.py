"""Asking for a login code (contract/user-app.md §3.1, security.md rows 12, 13, 15, 20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from common.services.accounts import sms_codes
from common.services.accounts.sms_codes import Door
from tests.support.clients.logging_in import (
    ask_for_code,
    code_for,
    codes_sent,
    from_address,
    log_in,
    new_mobile,
)
from tests.support.harness.threads import at_once

LIMITED = {"message": "Too many requests."}
START = datetime(2026, 5, 1, 4, tzinfo=UTC)


def test_a_code_is_sent_and_the_mobile_said_back(anonymous):
    mobile = new_mobile()

    answer = ask_for_code(anonymous, mobile)

    assert answer.status_code == 200
    assert answer.json == {"message": "OK", "data": {"mobile": mobile}}
    assert answer.headers["Cache-Control"] == "no-store"
    ((receiver, code),) = codes_sent()
    assert receiver == mobile
    assert len(code) == 6
    assert code.isdecimal()


def test_leading_zeros_are_part_of_a_code(anonymous, monkeypatch):
    monkeypatch.setattr("secrets.randbelow", lambda _below: 42)

    assert code_for(anonymous, new_mobile()) == "000042"


def test_store_keeps_a_hash_for_five_minutes_and_not_the_digits(anonymous, redis):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    key = f"app:code:{mobile}"
    assert 0 < redis.pttl(key) <= 300_000
    assert code.encode() not in redis.get(key)


def test_what_waits_to_be_sent_does_not_show_the_digits(anonymous, runtime):
    code = code_for(anonymous, new_mobile())

    for path in runtime.data_dir.glob("toutiao.db*"):
        assert code.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    "mobile",
    ["12345678901", "1391111111", "139111111111", "+8513911111111", "23911111111", "1391111111a",
     "١٣٩١١١١١١١١", "𝟏𝟑𝟗𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "013911111111", "1391111111%0A", "86+13911111111",
     "139%001111111", "13911111111" + "%20" * 60, "+86", "13911111111,13922222222"],
)  # fmt: skip
def test_what_is_no_mobile_is_not_found(anonymous, mobile):
    answer = anonymous.get(f"/v1_0/sms/codes/{mobile}")

    assert answer.status_code == 404
    assert codes_sent() == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_looking_sends_nothing_and_costs_no_budget(anonymous, redis, method):
    mobile = new_mobile()

    answers = [
        anonymous.open(f"/v1_0/sms/codes/{mobile}", method=method, headers={"Origin": "http://a"})
        for _ in range(3)
    ]

    assert {answer.status_code for answer in answers} <= {200, 204}
    assert codes_sent() == []
    assert redis.keys("app:code:*") == []
    assert ask_for_code(anonymous, mobile).status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer undefined", "Anony x", "?"])
def test_whatever_the_authorization_header_says_is_ignored(anonymous, authorization):
    answer = ask_for_code(anonymous, new_mobile(), headers={"Authorization": authorization})

    assert answer.status_code == 200


def test_a_mobile_gets_one_code_a_minute(anonymous):
    mobile = new_mobile()
    with time_machine.travel(START, tick=False) as clock:
        first = ask_for_code(anonymous, mobile)
        clock.shift(59)
        again = ask_for_code(anonymous, mobile)
        clock.shift(2)
        later = ask_for_code(anonymous, mobile)

    assert [first.status_code, again.status_code, later.status_code] == [200, 429, 200]
    assert again.json == LIMITED
    assert 1 <= int(again.headers["Retry-After"]) <= 60
    assert len(codes_sent()) == 2


def test_the_other_door_sends_no_further_code_within_the_minute(anonymous):
    mobile = new_mobile()
    sms_codes.send(mobile=mobile, address="192.0.2.1", door=Door.MP)

    answer = ask_for_code(anonymous, mobile)

    assert (answer.status_code, answer.json) == (429, LIMITED)
    assert len(codes_sent()) == 1


def test_a_mobile_gets_ten_codes_a_day(anonymous):
    mobile = new_mobile()
    with time_machine.travel(START, tick=False) as clock:
        answers = []
        for _ in range(11):
            answers.append(ask_for_code(anonymous, mobile))
            clock.shift(timedelta(minutes=10))

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 3600 < int(answers[-1].headers["Retry-After"]) <= 86_400


def test_an_address_may_ask_a_hundred_times_an_hour_and_refusals_do_not_count(anonymous):
    sender, other = from_address("192.0.2.1"), from_address("192.0.2.2")
    mobile = new_mobile()
    with time_machine.travel(START, tick=False):
        first = [ask_for_code(anonymous, mobile, **sender) for _ in range(30)]
        others = [ask_for_code(anonymous, new_mobile(), **sender) for _ in range(99)]
        refused_mobile = new_mobile()
        refused = ask_for_code(anonymous, refused_mobile, **sender)
        elsewhere = ask_for_code(anonymous, refused_mobile, **other)

    assert [answer.status_code for answer in first] == [200] + [429] * 29
    assert {answer.status_code for answer in others} == {200}
    assert refused.status_code == 429
    assert 60 < int(refused.headers["Retry-After"]) <= 3600
    # What the address limit refused did not use up the mobile's budget either.
    assert elsewhere.status_code == 200


def test_neighbours_in_one_ipv6_network_are_one_sender(anonymous):
    with time_machine.travel(START, tick=False):
        answers = [
            ask_for_code(anonymous, new_mobile(), **from_address(f"2001:db8::{n:x}"))
            for n in range(1, 102)
        ]

    assert [answer.status_code for answer in answers] == [200] * 100 + [429]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"])
def test_an_address_that_a_client_claims_does_not_count(anonymous, header):
    mobile = new_mobile()

    answers = [
        ask_for_code(anonymous, mobile, headers={header: f"198.51.100.{n}"}) for n in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 429, 429]


@pytest.mark.parametrize("path", ["/app/v1_0/sms/codes/{}", "/v1_0/sms/codes/{}/",
                                  "/api/app/v1_0/sms/codes/{}"])  # fmt: skip
def test_all_spellings_of_the_address_share_one_budget(anonymous, path):
    mobile = new_mobile()
    ask_for_code(anonymous, mobile)

    answer = anonymous.get(path.format(mobile))

    assert answer.status_code == 429


def test_of_many_wishes_at_the_same_moment_one_is_granted(anonymous):
    mobile = new_mobile()

    answers = at_once(*[lambda: ask_for_code(anonymous, mobile).status_code] * 16)

    assert sorted(answers) == [200] + [429] * 15
    assert len(codes_sent()) == 1


def test_a_newer_code_ends_the_older_one(anonymous):
    mobile = new_mobile()
    with time_machine.travel(START, tick=False) as clock:
        older = code_for(anonymous, mobile)
        clock.shift(61)
        newer = code_for(anonymous, mobile)
        with_older = log_in(anonymous, mobile, older)
        with_newer = log_in(anonymous, mobile, newer)

    assert with_older.status_code == (201 if older == newer else 400)
    assert with_newer.status_code == (400 if older == newer else 201)


def test_without_store_no_code_is_sent(anonymous, valkey):
    valkey.stop()

    answer = ask_for_code(anonymous, new_mobile())

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json.keys() == {"message"}
    assert codes_sent() == []
