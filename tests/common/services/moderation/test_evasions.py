"""Who disguises a word is found all the same, and who does not is left alone (docs/words.md)."""

from __future__ import annotations

import cProfile
from collections import Counter

import pytest

from common.services.moderation.matcher import Matcher
from common.services.moderation.words import Word
from tests.support.wording.disguises import disguised


def finds(text, *words):
    """Whether the words are found in a text."""
    return any(_matcher(words).matches(text, set()))


def _matcher(words):
    return Matcher(Word(number, word, 1) for number, word in enumerate(words, start=1))


def test_disguises_are_seen_through(capsys):
    tried: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    missed = []
    for word, text, what in disguised():
        is_found = finds(text, word)
        tried[what] += 1
        seen[what] += is_found
        if not is_found:
            missed.append((word, text))

    recall = seen.total() / tried.total()
    shares = {what: f"{seen[what]}/{tried[what]}" for what in tried}
    with capsys.disabled():
        print(f"\ndisguises: {recall:.4f} of {tried.total()} seen: {shares}; missed: {missed}")  # noqa: T201
    assert recall >= 0.95
    assert min(seen[what] / tried[what] for what in tried) >= 0.85


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "pass the class as soon"), ("sex", "U.S. ex-president"), ("us", "the U.S.A"),
        ("god", "good"), ("小姐", "小姐姐好"), ("妈的", "妈妈的手"),
        ("兼职", "首相菅直人发言"), ("套现", "大麦套机上市"), ("64", "64% 的人"),
        ("64", "比分6-4"), ("好学", "好好学习"), ("加微信", "参加。微弱的信号"),
    ],
)  # fmt: skip
def test_what_only_resembles_a_disguise_is_innocent(word, text):
    assert not finds(text, word)


CRAFTED = {
    "the word's echo again and again": "法漂",
    "half a word": "代开发",
    "one character": "发",
    "repetitions": "发发票票票",
    "separators": "发*",
    "markup": "<发&票;>",
    "letters one by one": "s e ",
    "a shield": "发票代码",
}


@pytest.mark.parametrize("unit", CRAFTED.values(), ids=CRAFTED)
def test_time_grows_with_the_length_of_a_text_only(unit):
    words = ["发票", "代开发票", "sex", "票票", "发", "发" * 50, "发*票发"]
    listed = [Word(number, word, 1) for number, word in enumerate(words, start=1)]
    matcher = Matcher(listed, ["发票代码"])

    short, long = (_calls(matcher, unit * count) for count in (4_000, 16_000))

    assert long <= 5 * short + 1_000


def _calls(matcher, text):
    """How many functions are called to find all places; the same each time."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in matcher.matches(text, set()):
        pass
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())
