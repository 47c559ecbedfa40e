"""Which texts show anything (contract/media-platform.md §1.6)."""

from __future__ import annotations

import pytest

from common.utils.text import shapes

UNSEEN = (
    "\u200b\u200c\u2060\ufeff\u00ad\u2800\u3164\u115f\uffa0\u180e\u034f\ufe0f"
    "\U000e0041\U000e0101\ue000"
)


@pytest.mark.parametrize("each", [*UNSEEN, " ", "\u3000", "\n"], ids=lambda each: f"{ord(each):x}")
def test_what_shows_nothing_is_known(each):
    assert not shapes.has_shape(each)
    assert not shapes.shows_something(each * 100)
    assert shapes.shows_something(each * 100 + "字")


@pytest.mark.parametrize(
    "each", ["字", "a", "0", "!", "👍", "\u0301", "\U00031350", "\U0002ebf0", "\U0001fae9"]
)
def test_letters_signs_emoji_and_ideographs_newer_than_our_unicode_are_seen(each):
    assert shapes.has_shape(each)
    assert shapes.seen(f" \u200b{each} {each}\u2800 ") == f"{each} {each}"
