"""Characters that clients cut in two (contract/security.md row 51)."""

from __future__ import annotations

import pytest

from common.utils.http.json_body import LARGE_BYTES, MalformedJson, decode

LONG = rb"x\"\\ \u4e00: " * (LARGE_BYTES // 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rb"\ud800", "\ufffd"),
        (rb"\uDFFF", "\ufffd"),
        (rb"x\ud83dy", "x\ufffdy"),
        (rb"\ud83d\ude00", "😀"),
        (rb"\ud83d\ud83d\ude00", "\ufffd😀"),
        (rb"\ude00\ud83d", "\ufffd\ufffd"),
        (rb"\ud83d\n\ude00", "\ufffd\n\ufffd"),
        (rb"\\ud800", r"\ud800"),
        (rb"\\\ud800", "\\\ufffd"),
        (rb"\"\ud800\"", '"\ufffd"'),
        (b"\xed\xa0\x80", "\ufffd"),
        (b"\xed\xbf\xbf", "\ufffd"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "😀"),
        (b"\\ud83d\xed\xb8\x80", "\ufffd\ufffd"),
        ("한국 한".encode(), "한국 한"),
        (rb"\ud55c", "한"),
    ],
)
def test_half_a_character_is_replaced_and_two_halves_are_one(text, expected):
    assert decode(b'{"a": "' + text + b'"}') == {"a": expected}
    assert decode(b'{"a": ["' + text + b'"]}') == {"a": [expected]}
    assert decode(b'{"' + text + b'": 1}') == {expected: 1}


@pytest.mark.parametrize(
    "text", [rb"\ud8", rb"\ud8zz", rb"\u", b"\xff", b"\xed", b"\xed\xa0", b"\xc0\x80"]
)
def test_what_is_no_text_at_all_is_refused(text):
    with pytest.raises(MalformedJson):
        decode(b'{"a": "' + text + b'"}')


@pytest.mark.parametrize(
    "members",
    [
        b'"b": [1, "y", {"c": null}]',
        b'"":"","b" : ":"',
        rb'"b\"": "\":", "c": -1.5e3',
        b'"b": 18446744073709551615',
    ],
)
def test_a_large_body_means_the_same_as_a_small_one(members):
    small, large = (b'{"a": "' + text + b'", ' + members + b"}" for text in (b"", LONG))

    assert decode(large) == decode(small) | {"a": LONG.decode("unicode-escape")}


@pytest.mark.parametrize(
    "members",
    [b'"a": 1', b'"b": {"c": 1, "c": 2}', b'"b": NaN', b'"b": 1,', b'"b": "\xff"', b'"b": 1} 2'],
)
def test_of_a_large_body_no_less_is_refused(members):
    with pytest.raises(MalformedJson):
        decode(b'{"a": "' + LONG + b'", ' + members + b"}")


def test_long_names_are_told_apart():
    first, second = LONG + b"1", LONG + b"2"

    assert len(decode(b'{"' + first + b'": 1, "' + second + b'": 2}')) == 2
    with pytest.raises(MalformedJson):
        decode(b'{"' + first + b'": 1, "' + first + b'": 2}')
