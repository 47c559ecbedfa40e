"""Finding the operators' words in texts (contract/admin.md §3.6)."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.models import SensitiveWord
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
        SensitiveWordFactory(word=word)

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
