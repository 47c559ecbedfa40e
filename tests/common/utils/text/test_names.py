"""One spelling for names that look the same (contract/security.md row 61)."""

import pytest

from common.utils.text.names import is_legible, tidied, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("晚风", "晚风"),
        ("  晚 \u3000 风\t", "晚 风"),
        ("ＡＤＭＩＮ", "ADMIN"),
        ("晚\u200b\u2060\ufeff风", "晚风"),
        ("\u202eniмda", "niмda"),
        ("a\x00b\x1bc", "abc"),
        ("Аdmіn", "Admin"),
        ("ᴀᴅᴍɪɴ", "admin"),
        ("❤\ufe0f", "❤"),
        ("\u3164\u115f\u2800", ""),
        ("👨\u200d👩", "👨👩"),
        ("e\u0301", "é"),
        ("\U000e0041x", "x"),
        ("\ue000x\ud7ff", "x"),
    ],
)
def test_what_cannot_be_seen_goes_and_what_looks_alike_is_one(text, expected):
    assert tidied(text) == expected
    assert tidied(expected) == expected


@pytest.mark.parametrize(
    ("name", "legible"),
    [
        ("é", True),
        ("ệ", True),
        ("x\u0301\u0302", True),
        ("x\u0335\u0336\u0337", False),
        ("\u0301x", False),
    ],
)
def test_marks_do_not_pile_up(name, legible):
    assert is_legible(name) is legible


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("admin", "admin"),
        ("Ad-Min", "admin"),
        ("@dm1n", "admin"),
        ("àdmïn", "admin"),
        ("admin2024", "admin"),
        ("the admin", "admin"),
        ("r00t", "root"),
    ],
)
def test_words_are_read_through_their_disguise(name, word):
    assert word in words_of(name)


@pytest.mark.parametrize("name", ["badminton", "administer", "晚风", "", "12345"])
def test_words_inside_of_others_are_not_meant(name):
    assert "admin" not in words_of(name)
