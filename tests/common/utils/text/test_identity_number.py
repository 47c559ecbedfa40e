"""Numbers of identity cards (user-app.md §4.4)."""

import pytest

from common.utils.text.identity_number import normalised


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("11010519491231002X", "11010519491231002X"),
        (" 11010519491231002x\n", "11010519491231002X"),
        ("440524188001010014", "440524188001010014"),
        ("110105491231002", "110105491231002"),
    ],
)
def test_numbers_that_can_be(text, number):
    assert normalised(text) == number


@pytest.mark.parametrize("check", "0123456789")
def test_only_one_check_digit_is_right(check):
    assert normalised("11010519491231002" + check) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1" * 14,
        "1" * 16,
        "1" * 19,
        "11010519490230002X",
        "010105194912310029",
        "910105194912310029",
        "110105191312310020",
        "110105490230002",
        "1101054912310021X",
        "-1010519491231002X",
        "11010519491231 02X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002X" * 5000,
    ],
)
def test_numbers_that_cannot_be(text):
    assert normalised(text) is None
