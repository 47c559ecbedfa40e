"""Mobiles and codes as they come out of address books and messages (security.md rows 14, 15)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.support.clients.logging_in import account_of, ask_for_code, code_for, codes_sent, log_in

MOBILE = "13912345678"
PASTED_MOBILES = [
    " 13912345678 ", "\t13912345678\r\n", "139 1234 5678", "139\u00a01234\u20035678",
    "139-1234-5678",
    "139\u20111234\u22125678", "139\u20141234－5678", "+8613912345678", "+86 139 1234 5678",
    "+86-139-1234-5678", "0086 13912345678", "008613912345678", "86-13912345678", "8613912345678",
    "(+86)13912345678", "（＋８６）１３９１２３４５６７８", "１３９１２３４５６７８",
    "＋８６　１３９１２３４５６７８",
    "\u202a13912345678\u202c", "\u200e+86\u200e 13912345678", "\ufeff13912345678",
    "139\u200b12345678",
    "\u206613912345678\u2069", "\u202d\u202d13912345678\u202c\u202c", "1391234\u00ad5678",
]  # fmt: skip
PASTED_CODES = [
    " {} ", "{}\n", "\u200e{}\u200f", "\u202d{}\u202c", "\ufeff{}", "\u3000{}",
    "{0[0]} {0[1]} {0[2]}{0[3]}{0[4]}{0[5]}",
    "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}", "{0[0]}\u200b{0[1]}{0[2]}{0[3]}{0[4]}{0[5]}",
]  # fmt: skip


@pytest.mark.parametrize("typed", PASTED_MOBILES)
def test_a_pasted_mobile_gets_its_code_and_its_account(anonymous, typed):
    asked = ask_for_code(anonymous, quote(typed))

    ((receiver, code),) = codes_sent()
    answer = log_in(anonymous, typed, code)
    assert asked.json == {"message": "OK", "data": {"mobile": MOBILE}}
    assert receiver == MOBILE
    assert answer.status_code == 201
    assert account_of(MOBILE) is not None


@pytest.mark.parametrize("typed", PASTED_CODES)
def test_a_pasted_code_is_the_code(anonymous, typed):
    code = code_for(anonymous, MOBILE)

    assert log_in(anonymous, MOBILE, typed.format(code)).status_code == 201


def test_digits_of_full_width_are_digits(anonymous):
    code = code_for(anonymous, MOBILE)
    wide = code.translate({ord("0") + n: ord("０") + n for n in range(10)})

    assert log_in(anonymous, MOBILE, wide).status_code == 201


def test_another_spelling_of_a_mobile_evades_no_limit(anonymous):
    answers = [ask_for_code(anonymous, quote(typed)) for typed in (MOBILE, *PASTED_MOBILES)]

    assert [answer.status_code for answer in answers] == [200] + [429] * len(PASTED_MOBILES)
    assert len(codes_sent()) == 1


@pytest.mark.parametrize(
    "spelling", ["{}", " {}", "{}\u200e", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"]
)
def test_wrong_codes_count_in_any_spelling(anonymous, spelling):
    code = code_for(anonymous, MOBILE)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    answers = [log_in(anonymous, f"+86 {MOBILE}", spelling.format(wrong)) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [400] * 5 + [429]


def test_looking_at_a_pasted_mobile_sends_nothing(anonymous):
    answer = anonymous.head(f"/v1_0/sms/codes/{quote('+86 ' + MOBILE)}")

    assert answer.status_code == 200
    assert codes_sent() == []
