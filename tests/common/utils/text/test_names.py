"""What is kept of a name, how long it is, and which names look the same (security.md row 61)."""

from __future__ import annotations

import hashlib
import random

import pytest

from common.utils.text import names
from common.utils.text.lookalikes import prototypes

FAMILY = "👨\u200d👩\u200d👧"
KEYCAP = "1\ufe0f\u20e3"
HEART_ON_FIRE = "❤\ufe0f\u200d🔥"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
EMOJI = [
    FAMILY, KEYCAP, HEART_ON_FIRE, ENGLAND, "👍🏽", "🇨🇳", "🙂\u200d↔\ufe0f", "❤\ufe0f",
    "ℹ\ufe0f", "#\ufe0f\u20e3", "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿", "🩷", "🫩",
    "©\ufe0f", "👁\ufe0f\u200d🗨\ufe0f",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["晚风", "Антон", "ＡＤＭＩＮ", "Ω", "é", "e\u0301", "①", "ﬁ", "กิน", "한국", "がぎ",
     "می\u200cخواهم", "क्\u200dष", "a b", "!?", *EMOJI],
)  # fmt: skip
def test_names_are_kept_as_they_were_typed(text):
    assert names.kept(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  晚 \u3000 风\t", "晚 风"),
        ("晚\n风", "晚 风"),
        ("晚\u200b\u2060\ufeff风", "晚风"),
        ("\u202eniмda\u202c", "niмda"),
        ("a\x00b\x1bc", "abc"),
        ("\u3164\u115f\u2800", ""),
        ("晚\ufe0f风", "晚风"),
        ("葛\U000e0100", "葛"),
        ("a\u200db\u200cc", "abc"),
        ("\U000e0041x", "x"),
        ("\ue000x\ud7ff\uffff", "x"),
        ("👨\u200d", "👨"),
        ("😀\u200c", "😀"),
        ("😀\U000e0041", "😀"),
        ("🏴\U000e0067\U000e0062", "🏴"),
    ],
)
def test_what_cannot_be_seen_goes(text, expected):
    assert names.kept(text) == expected
    assert names.kept(expected) == expected


def test_what_is_kept_is_kept_again_whatever_it_was():
    chance = random.Random(61)
    parts = [*EMOJI, "\u200d", "\u200c", "\ufe0f", "\u20e3", "\u0301", "\u094d", "क", "ی", " ", "a"]

    for _ in range(2000):
        text = "".join(
            chance.choice(parts) if chance.random() < 0.8 else chr(chance.randrange(0x30000))
            for _ in range(chance.randrange(12))
        )
        kept = names.kept(text)
        assert names.kept(kept) == kept, ascii(text)


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_of_many_parts_counts_as_one(emoji):
    assert names.length(emoji) == 1
    assert names.length(f"晚{emoji}风{emoji}") == 4
    assert names.is_legible(emoji * 7)


ALIKE = [
    ("晚风", "晚\u200b风"), ("晚风", "晚\u0301风"), ("晚风", "晚\ufe0f风"), ("a b", "a\u3000b"),
    ("Tom", "ＴＯＭ"), ("Tom", "tom"), ("Tom", "Тоm"), ("Tom", "ТОМ"), ("Tom", "T\u200dom"),
    ("Tom", "𝐓𝐨𝐦"), ("Tom", "Ⓣⓞⓜ"), ("Tom", "ᴛᴏᴍ"), ("Tom", "Torn"), ("Tom", "T0M"),
    ("Антон", "АНТОН"), ("Антон", "Aнтoн"), ("ВОВА", "BOBA"), ("ВОВА", "вова"),
    ("Ian", "lan"), ("Ian", "ian"), ("l1I", "lll"), ("①", "1"), ("José", "Jose\u0301"),
    ("José", "Jose"), ("Straße", "STRASSE"), ("Ωmega", "ωMEGA"), ("口", "ロ"), ("⼈", "人"),
    ("❤", "❤\ufe0f"), ("👨👩", "👨\u200d👩"), ("می\u200cخ", "میخ"), ("x", "x\u202e"),
    ("a\u034fb", "ab"), ("葛", "葛\U000e0100"), ("œuvre", "Œuvre"),
]  # fmt: skip
DIFFERENT = [
    ("晚风", "晚凤"), ("Антон", "Anton"), ("вова", "BOBA"), ("ian", "lan"), ("a b", "ab"),
    ("tory", "torr"), ("hi", "ni"), ("か", "が"), ("กิน", "กัน"), ("😀", "😁"), ("👍", "👍🏽"),
    ("🇨🇳", "🇨🇦"), (ENGLAND, SCOTLAND), (ENGLAND, "🏴"), ("1", KEYCAP), ("一", "二"), ("각", "가"),
]  # fmt: skip


def agree(one: str, other: str) -> bool:
    (fold, look), (other_fold, other_look) = names.keys(one), names.keys(other)
    return fold == other_fold or look == other_look


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_nobody_could_tell_apart_agree(one, other):
    assert agree(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_look_different_do_not_agree(one, other):
    assert not agree(one, other)


def test_what_is_derived_from_names_changes_with_a_migration_only():
    """They are kept in SQL: whoever changes these lines writes a migration that derives them anew.

    Another release of the package with the look-alikes, for example.
    """
    pairs = "".join(f"{code:x} {prototype} " for code, prototype in sorted(prototypes().items()))
    assert hashlib.sha256(pairs.encode()).hexdigest()[:16] == "868051245ff9373d"
    assert names.keys("Антон 晚风👍🏽") == (
        "acc7dcc785f21cf204829c3397e43a09",
        "acc7dcc785f21cf204829c3397e43a09",
    )


def test_a_look_alike_stands_for_itself_or_for_one_that_does():
    table = prototypes()

    assert len(table) > 5000
    assert {table[ord(letter)] for letter in "ⅼIΙ1|"} == {"l"}
    assert not {ord(letter) for letter in "aelostB"} & table.keys()


@pytest.mark.parametrize(
    ("name", "legible"),
    [
        ("é", True),
        ("ệ", True),
        ("x\u0301\u0302", True),
        ("x\u0335\u0336\u0337", False),
        ("😀\u0301\u0302\u0303", False),
        ("\u0301x", False),
    ],
)
def test_marks_do_not_pile_up(name, legible):
    assert names.is_legible(name) is legible


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Ad-Min", "admin"), ("@dm1n", "admin"), ("àdmïn", "admin"), ("admin2024", "admin"),
        ("the admin", "admin"), ("r00t", "root"), ("adrnin", "admin"), ("АDMIN", "admin"),
        ("аԁмin", "admin"), ("ᴀᴅᴍɪɴ", "admin"), ("🇦🇩🇲🇮🇳", "admin"), ("🅰🅳🅼🅸🅽", "admin"),
        ("ⓐⓓⓜⓘⓝ", "admin"), ("a😀d😀m😀i😀n", "admin"), ("ad\u0336min", "admin"),
        ("sysтeм", "system"), ("0fficia1", "official"),
    ],
)  # fmt: skip
def test_words_are_read_through_their_disguise(name, word):
    assert names.words_of(word) <= names.words_of(name)


@pytest.mark.parametrize("name", ["badminton", "administer", "晚风", "", "12345"])
def test_words_inside_of_others_are_not_meant(name):
    assert names.words_of("admin").isdisjoint(names.words_of(name))
