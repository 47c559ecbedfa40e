"""Riddles before login codes (media-platform.md §2.1, §2.2; faults.md row 59)."""

from __future__ import annotations

import json
import re
from hashlib import md5 as hash_of
from urllib.parse import parse_qs, urlsplit

import pytest

from common.settings import SettingsError
from common.utils import captcha
from tests.support.clients.logging_in import (
    EDITORS,
    ask_for_code,
    codes_sent,
    from_address,
    new_mobile,
)
from tests.support.servers import stub_server
from tests.support.servers.stub_server import Reply

KEY, ACCOUNT = "puzzle-key", "5d0c1f7e9b2a4c6688d1e0f3a7b9c2d4"
GIVEN = "0123456789abcdef" * 2
EXPIRED = {"message": "Captcha expired."}
FAILED = {"message": "Captcha validate failed."}
MISSING = "Missing required parameter in the query string"


def md5(text):
    return hash_of(text.encode(), usedforsecurity=False).hexdigest()


def pose(client, mobile, **options):
    return client.get(f"/mp/v1_0/captchas/{mobile}", **options)


def ask(client, mobile, **solution):
    return ask_for_code(client, mobile, door=EDITORS, query_string=solution)


class Provider:
    """Geetest, as far as it is asked anything."""

    def __init__(self):
        self.given = GIVEN
        self.verdict = "confirmed"

    def __call__(self, asked):
        if asked.path.startswith("/register.php"):
            return Reply(body=json.dumps({"challenge": self.given}).encode())
        return Reply(body=json.dumps({"seccode": self.verdict}).encode())


@pytest.fixture
def provider():
    """What the provider answers."""
    return Provider()


@pytest.fixture
def stub(provider):
    """The provider's server."""
    with stub_server.running(provider) as running:
        yield running


@pytest.fixture
def settings(stores, stub, request):
    """With an account at the provider; a marker overrides."""
    marker = request.node.get_closest_marker("settings")
    account = {"geetest_id": ACCOUNT, "geetest_key": KEY, "geetest_url": stub.url}
    return stores.settings(**(account | (marker.kwargs if marker else {})))


@pytest.mark.settings(geetest_id="", geetest_key="")
def test_without_a_provider_anything_will_do(anonymous):
    mobile = new_mobile()

    posed = pose(anonymous, mobile)

    data = posed.json["data"]
    assert posed.status_code == 200
    assert data == {"success": 0, "gt": "", "challenge": data["challenge"], "new_captcha": True}
    assert re.fullmatch("[0-9a-f]{34}", data["challenge"])
    assert ask(anonymous, mobile).json == {"message": "OK", "data": {"mobile": mobile}}


@pytest.mark.settings(demo="on")
def test_in_demo_mode_the_provider_is_not_asked(anonymous, stub):
    mobile = new_mobile()

    assert pose(anonymous, mobile).json["data"]["success"] == 0
    assert ask(anonymous, mobile).status_code == 200
    assert stub.asked == []


def test_a_puzzle_of_the_provider_is_posed_and_judged(anonymous, stub):
    mobile = new_mobile()

    data = pose(anonymous, mobile).json["data"]
    challenge = data["challenge"] + "ab"  # as the script in the browser does
    sent = {"validate": md5(f"{KEY}geetest{challenge}"), "seccode": "code|jordan"}
    answer = ask(anonymous, mobile, challenge=challenge, **sent)

    expected = {"success": 1, "gt": ACCOUNT, "challenge": md5(GIVEN + KEY), "new_captcha": True}
    assert data == expected
    assert answer.json == {"message": "OK", "data": {"mobile": mobile}}
    register, validate = stub.asked
    query = parse_qs(urlsplit(register.path).query)
    assert (query["gt"], query["user_id"], query["json_format"]) == ([ACCOUNT], [mobile], ["1"])
    form = parse_qs(validate.body.decode())
    assert (form["seccode"], form["challenge"]) == (["code|jordan"], [challenge])
    assert form["captchaid"] == [ACCOUNT]


def test_a_solution_is_good_for_once_and_only_for_its_own_mobile(anonymous):
    mobile, other = new_mobile(), new_mobile()
    challenge = pose(anonymous, mobile).json["data"]["challenge"]
    solution = {"challenge": challenge, "validate": md5(f"{KEY}geetest{challenge}"),
                "seccode": "x"}  # fmt: skip

    elsewhere = ask(anonymous, other, **solution)
    first = ask(anonymous, mobile, **solution)
    again = ask(anonymous, mobile, **solution)

    assert (elsewhere.status_code, elsewhere.json) == (400, EXPIRED)
    assert first.status_code == 200
    assert (again.status_code, again.json) == (400, EXPIRED)


def test_what_the_provider_does_not_confirm_is_refused_and_used_up(anonymous, provider):
    mobile = new_mobile()
    challenge = pose(anonymous, mobile).json["data"]["challenge"]
    solution = {"challenge": challenge, "validate": md5(f"{KEY}geetest{challenge}"),
                "seccode": "x"}  # fmt: skip
    provider.verdict = "false"

    refused = ask(anonymous, mobile, **solution)
    provider.verdict = "confirmed"
    again = ask(anonymous, mobile, **solution)

    assert (refused.status_code, refused.json) == (403, FAILED)
    assert (again.status_code, again.json) == (400, EXPIRED)
    assert codes_sent() == []


@pytest.mark.parametrize("change", ["challenge", "validate"])
def test_a_forged_solution_does_not_reach_the_provider(anonymous, stub, change):
    mobile = new_mobile()
    challenge = pose(anonymous, mobile).json["data"]["challenge"]
    solution = {"challenge": challenge, "validate": md5(f"{KEY}geetest{challenge}"),
                "seccode": "x"} | {change: "f" * 32}  # fmt: skip

    answer = ask(anonymous, mobile, **solution)

    assert (answer.status_code, answer.json) == (403, FAILED)
    assert len(stub.asked) == 1


def test_the_parts_of_a_solution_are_all_needed(anonymous):
    mobile = new_mobile()
    pose(anonymous, mobile)
    whole = {"challenge": "a", "validate": "b", "seccode": "c"}

    for name in whole:
        answer = ask(anonymous, mobile, **{key: text for key, text in whole.items() if key != name})
        assert (answer.status_code, answer.json["errors"]) == (400, {name: MISSING})


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500, body=b"oops"),
        Reply(body=b"<html>"),
        Reply(body=b"[1]"),
        Reply(body=b'{"challenge": 7}'),
        Reply(body=b'{"challenge": "short"}'),
        Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        Reply(body=b"x" * 100_000),
        Reply(silent=True),
    ],
)
def test_while_the_provider_is_away_its_script_alone_is_asked(anonymous, stub, reply):
    stub.follow(lambda _asked: reply)
    mobile = new_mobile()

    posed = pose(anonymous, mobile)
    challenge = posed.json["data"]["challenge"]
    answer = ask(anonymous, mobile, challenge=challenge, validate=md5(challenge), seccode="x")

    assert (posed.status_code, posed.json["data"]["success"]) == (200, 0)
    assert re.fullmatch("[0-9a-f]{34}", challenge)
    assert answer.status_code == 200
    assert len(stub.asked) == 1


def test_without_its_provider_an_address_gets_only_ten_codes_an_hour(anonymous, stub):
    stub.stop()
    answers = []
    for _ in range(11):
        mobile = new_mobile()
        challenge = pose(anonymous, mobile).json["data"]["challenge"]
        solution = {"challenge": challenge, "validate": md5(challenge), "seccode": "x"}
        answers.append(ask(anonymous, mobile, **solution).status_code)

    assert answers == [200] * 10 + [429]


def test_a_provider_that_failed_is_not_asked_again_at_once(anonymous, stub):
    stub.follow(lambda _asked: Reply(status=500, body=b"oops"))

    for _ in range(3):
        pose(anonymous, new_mobile())

    assert len(stub.asked) == 1


def test_puzzles_are_limited_by_mobile_and_by_address(anonymous):
    mobile, here = new_mobile(), from_address("192.0.2.7")

    of_mobile = [pose(anonymous, mobile).status_code for _ in range(11)]
    of_address = [pose(anonymous, new_mobile(), **here).status_code for _ in range(31)]

    assert of_mobile == [200] * 10 + [429]
    assert of_address == [200] * 30 + [429]


def test_without_store_no_puzzle_is_posed(anonymous, valkey):
    valkey.stop()

    assert pose(anonymous, new_mobile()).status_code == 503


def test_the_provider_without_its_key_is_a_configuration_that_cannot_work(stores):
    with pytest.raises(SettingsError, match="GEETEST_KEY"):
        captcha.build(stores.settings(captcha_driver="geetest"))
