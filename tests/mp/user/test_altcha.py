"""Our own riddle before login codes, which needs no provider (media-platform.md §2.1, §2.2)."""

from __future__ import annotations

import pytest

from tests.support.clients.captchas import packed, solved
from tests.support.clients.logging_in import EDITORS, ask_for_code, new_mobile

pytestmark = pytest.mark.settings(captcha_driver="altcha")

EXPIRED = {"message": "Captcha expired."}
FAILED = {"message": "Captcha validate failed."}
MISSING = "Missing required parameter in the query string"


def pose(client, mobile):
    return client.get(f"/mp/v1_0/captchas/{mobile}")


def ask(client, mobile, **solution):
    return ask_for_code(client, mobile, door=EDITORS, query_string=solution)


def test_our_own_riddle_needs_nobody_else(anonymous):
    mobile = new_mobile()

    data = pose(anonymous, mobile).json["data"]
    answer = ask(anonymous, mobile, altcha=solved(data["altcha"]))

    riddle = data.pop("altcha")
    assert data == {"success": 1, "gt": "altcha", "challenge": riddle["challenge"],
                    "new_captcha": True}  # fmt: skip
    assert riddle.keys() == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert answer.json == {"message": "OK", "data": {"mobile": mobile}}


def test_our_own_riddle_is_good_for_once_for_its_mobile_and_in_time(anonymous, redis):
    mobile, other, late = new_mobile(), new_mobile(), new_mobile()
    solution = solved(pose(anonymous, mobile).json["data"]["altcha"])
    too_late = solved(pose(anonymous, late).json["data"]["altcha"])
    pose(anonymous, other)
    redis.pexpire(f"capt:{late}", 0)

    answers = [
        ask(anonymous, other, altcha=solution),
        ask(anonymous, mobile, altcha=solution),
        ask(anonymous, mobile, altcha=solution),
        ask(anonymous, late, altcha=too_late),
    ]

    assert [answer.status_code for answer in answers] == [403, 200, 400, 400]
    assert answers[0].json == FAILED
    assert answers[2].json == answers[3].json == EXPIRED


@pytest.mark.parametrize(
    "changes",
    [
        {"number": -1},
        {"number": "7"},
        {"number": True},
        {"salt": "x"},
        {"salt": 7},
        {"signature": "0" * 64},
        {"signature": None},
        {"algorithm": "SHA-1"},
        {"challenge": "0" * 64},
    ],
)
def test_a_wrong_answer_to_our_own_riddle_is_refused(anonymous, changes):
    mobile = new_mobile()
    riddle = pose(anonymous, mobile).json["data"]["altcha"]

    answer = ask(anonymous, mobile, altcha=solved(riddle, **changes))

    assert (answer.status_code, answer.json) == (403, FAILED)


@pytest.mark.parametrize("text", ["?", "e30", packed([]), packed({}), "A" * 2000])
def test_what_is_no_answer_at_all_is_refused(anonymous, text):
    mobile = new_mobile()
    pose(anonymous, mobile)

    answer = ask(anonymous, mobile, altcha=text)

    assert (answer.status_code, answer.json) == (403, FAILED)


def test_our_own_riddle_has_one_part(anonymous):
    answer = ask(anonymous, new_mobile(), challenge="a", validate="b", seccode="c")

    assert (answer.status_code, answer.json["errors"]) == (400, {"altcha": MISSING})
