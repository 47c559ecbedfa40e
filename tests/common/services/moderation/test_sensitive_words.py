"""Finding the operators' words in texts (contract/admin.md §3.6)."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.models import SensitiveWord
from common.schemas.overseeing.words import WordMode
from common.services.moderation import sensitive_words
from tests.factories import SensitiveWordFactory


def found(text):
    """The words in a text."""
    return [hit.word for hit in sensitive_words.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "坏东西",
        "这是坏东西吗",
        "坏 东 西",
        "坏-东.西",
        "坏\n东\t西",
        "坏\u200b东\u200b西",
        "【坏】东*西！",
    ],
)
def test_a_word_is_found_whatever_is_put_between_its_letters(runtime, text):
    SensitiveWordFactory(word="坏东西")

    assert found(text) == ["坏东西"]


@pytest.mark.parametrize(
    "text",
    [
        "坏<b>东</b>西", "坏<b>\n东\n</b>\n<i>西</i>", "<p>坏</p><p>东西</p>", "坏<br/>东西",
        "坏<b title='>'>东</b>西", "坏<b title='a>b'>东</b>西", "坏<!-- > x -->东西", "坏<wbr>东西",
        "坏<script>x</script>东西", "坏<style>b{}</style>东<svg><title>x</title></svg>西",
        "坏<b>东西", "坏</b>东西", "坏<B\nCLASS=x >东</B >西",
        "坏&#8203;东&zwnj;西", "坏&nbsp;东&shy;西", "&#22351;&#x4e1c;西", "&#22351&#x4e1c西",
        "坏&amp;#8203;东西", "坏&lt;b&gt;东&lt;/b&gt;西", "坏&amp;lt;b&amp;gt;东西",
        "<img alt='坏东西'>", "<img alt='坏&#8203;东西'>", "<a title='坏东西'>好</a>", "<坏东西>",
        "<坏>东西", "坏**东**西", "坏\u0336东\u0336西\u0336", "坏\u3164东\u115f西",
        "坏\u202e东\u202c西", "坏\ufe0f东西", "坏&東&西&坏东西",
    ],
)  # fmt: skip
def test_a_word_is_found_whatever_markup_splits_it(runtime, text):
    SensitiveWordFactory(word="坏东西")

    assert found(text) == ["坏东西"]
    assert found(f"<div><p>好 &amp; 好</p>{text}</div>") == ["坏东西"]


@pytest.mark.parametrize(
    "text",
    ["<b>坏</b>人<i>东西</i>", "坏 &lt; 好 &gt; 东西", "坏<b>x</b>东西", "a<b&c>d", "<", "&", "<>"],
)
def test_markup_alone_makes_no_word(runtime, text):
    SensitiveWordFactory(word="坏东西")

    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["s\u0301ex", "śex", "S\u0336E\u0336X", "<b>s</b>e<b>x</b>", "ｓ&#101;x"]
)
def test_accents_and_markup_hide_no_latin_word(runtime, text):
    SensitiveWordFactory(word="sex")

    assert found(text) == ["sex"]


@pytest.mark.parametrize(("word", "text"), [("がん", "かん"), ("가", "각")])
def test_letters_that_have_parts_stay_what_they_are(runtime, word, text):
    SensitiveWordFactory(word=word)

    assert found(word) == [word]
    assert found(text) == []


def test_a_long_body_with_much_markup_is_read_in_one_go(runtime):
    SensitiveWordFactory(word="坏东西")
    body = "<p>" + "<b>好</b>&amp;<i>天</i>" * 10_000 + "坏<b>东</b>西</p>" + "--><!--<a" * 20_000

    assert found(body) == ["坏东西"]


@pytest.mark.parametrize("text", ["BadWord", "ＢＡＤＷＯＲＤ", "b a d w o r d", "bAdwOrd!"])
def test_case_and_width_make_no_difference(runtime, text):
    SensitiveWordFactory(word="BADword")

    assert found(text) == ["BADword"]


def test_texts_without_the_words_are_left_alone(runtime):
    SensitiveWordFactory(word="坏东西")

    assert found("好东西，坏天气，东西南北") == []
    assert found("") == []


def test_words_inside_each_other_are_all_found_once(runtime):
    for word in ("坏", "坏东西", "东西"):
        SensitiveWordFactory(word=word, mode=WordMode.ANYWHERE)

    assert sorted(found("坏东西，坏东西")) == ["东西", "坏", "坏东西"]


def test_a_word_of_separators_alone_hits_nothing(runtime):
    SensitiveWordFactory(word="***")

    assert found("*** 好 ***") == []


def test_a_change_of_the_list_is_effective_at_once_where_it_was_made(runtime):
    word = SensitiveWordFactory(word="坏东西")
    assert found("坏东西") == ["坏东西"]

    with transaction() as session:  # within the same second, with the same weight
        session.get_one(SensitiveWord, word.id).word = "新词语"
    sensitive_words.forget()

    assert found("坏东西") == []
    assert found("新词语") == ["新词语"]
