"""Where words begin and end, and what their modes mean (docs/words.md)."""

from __future__ import annotations

import pytest

from common.schemas.overseeing.words import WordMode
from common.services.moderation.matcher import Matcher
from common.services.moderation.words import Word
from tests.support.wording.borders import cases

DEFAULT, WHOLE, ANYWHERE, EVASIONS = WordMode


def rules_of(text, *words, mode=DEFAULT, allowed=()):
    """The rules by which words are found in a text, in the order of their places."""
    listed = [Word(number, word, 1, mode) for number, word in enumerate(words, start=1)]
    places = sorted(Matcher(listed, allowed).matches(text, set()), key=lambda match: match.begin)
    return [(place.word.word, text[place.begin : place.end], str(place.rule)) for place in places]


def test_the_borders_of_words_are_told_by_the_default_rule(capsys):
    tried = [(word, text, has, bool(rules_of(text, word))) for word, text, has in cases()]

    wrong = [(word, text) for word, text, has, found in tried if has != found]

    share = 1 - len(wrong) / len(tried)
    with capsys.disabled():
        print(f"\nborders: {share:.4f} of {len(tried)} right; wrong: {wrong}")  # noqa: T201
    assert len(tried) >= 200
    assert share >= 0.98


@pytest.mark.parametrize(
    ("mode", "text", "found"),
    [
        (WHOLE, "需要发票", ["发票"]), (WHOLE, "发*票", []), (WHOLE, "代开发票据", []),
        (WHOLE, "法票", []), (ANYWHERE, "开发票据", ["发票"]), (ANYWHERE, "发 票", ["发 票"]),
        (ANYWHERE, "發票", ["發票"]), (ANYWHERE, "法票", []), (EVASIONS, "开发票据", ["发票"]),
        (EVASIONS, "有法票", ["法票"]), (DEFAULT, "有法票", ["法票"]), (DEFAULT, "开发票据", []),
    ],
)  # fmt: skip
def test_a_mode_says_where_a_word_counts(mode, text, found):
    assert [stretch for _, stretch, _ in rules_of(text, "发票", mode=mode)] == found


def test_letters_and_numbers_have_borders_at_the_ends_of_longer_words():
    assert rules_of("看a片", "a片") == [("a片", "a片", "literal")]
    assert rules_of("日语va片", "a片") == []
    assert rules_of("加V信123", "加v信12") == []
    assert rules_of("加V信12吧", "加v信12") == [("加v信12", "加V信12", "literal")]


def test_a_phrase_shields_the_words_inside_it_and_no_others():
    allowed = ["发票代码"]

    assert rules_of("发票代码是什么", "发票", allowed=allowed) == []
    assert rules_of("發票 代码是什么", "发票", allowed=allowed) == []
    assert rules_of("发票代码和发票", "发票", allowed=allowed) == [("发票", "发票", "literal")]
    assert rules_of("代开发票代码", "代开发票", "发票", allowed=allowed) == [
        ("代开发票", "代开发票", "literal")
    ]


def test_a_single_character_counts_where_it_is_no_part_of_a_word():
    assert rules_of("他是屎", "屎") == [("屎", "屎", "literal")]
    assert rules_of("今日天气", "日") == []


def test_rules_and_places_are_told():
    text = "代開發票，加*微信，六六合合彩，堵博，棵聊"

    assert rules_of(text, "代开发票", "加微信", "六合彩", "赌博", "裸聊") == [
        ("代开发票", "代開發票", "literal"),
        ("加微信", "加*微信", "separated"),
        ("六合彩", "六六合合彩", "repeated"),
        ("赌博", "堵博", "same_sound"),
        ("裸聊", "棵聊", "look_alike"),
    ]


@pytest.mark.parametrize("at", [8_180, 8_191, 8_192, 8_193, 16_380])
def test_a_word_is_found_once_wherever_long_texts_are_divided(at):
    text = "好" * at + "加微 信" + "。" * 9_000

    assert rules_of(text, "加微信") == [("加微信", "加微 信", "separated")]
    assert rules_of("好" * at + "xsex" + "。" * 9_000, "sex") == []
    shielded = "好" * at + "发票代码" + "。" * 9_000
    assert rules_of(shielded, "发票", mode=ANYWHERE, allowed=["发票代码"]) == []


def test_letters_beyond_the_basic_plane_are_letters():
    rare = "\U00020bb7\U00020bb6"

    assert rules_of(f"去{rare}家", rare) == [(rare, rare, "literal")]
    assert rules_of("\U0001d42c\U0001d41e\U0001d431", "sex") == [
        ("sex", "\U0001d42c\U0001d41e\U0001d431", "literal")
    ]
    assert rules_of("加\U0001f004微信", "加微信")[0][2] == "separated"
