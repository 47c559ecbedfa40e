"""Completing what somebody begins to type (search.md §3, suggestion)."""

from __future__ import annotations

import pytest

from common.utils.parameters.phrases import Phrase


@pytest.fixture
def suggest(engine):
    return lambda typed, count=10: engine.suggest(Phrase.of(typed), count=count)


@pytest.mark.parametrize(
    "typed",
    [
        "重", "重庆", "重慶", "重庆银行的", "chong", "chongqingyinh", "cqyh", "CQYH", "重庆 银",
        "重庆银行的夜景最美",
    ],
)  # fmt: skip
def test_titles_are_completed_by_characters_pinyin_and_initials(put, suggest, typed):
    put("重庆银行的夜景最美", "城市夜跑")

    assert suggest(typed) == ["重庆银行的夜景最美"]


def test_a_long_beginning_that_goes_on_otherwise_is_none(put, suggest):
    put("重庆银行的夜景最美")

    assert suggest("重庆银行的夜景最差") == []


def test_the_most_read_come_first_then_the_newest_and_no_more_than_asked_for(put, suggest):
    put("夜跑一", "夜跑二")
    put("夜跑三", readings=1000)

    assert suggest("夜跑", count=2) == ["夜跑三", "夜跑二"]


def test_what_begins_like_nothing_is_corrected_once(put, suggest):
    put("春天的铁树开花")

    assert suggest("铁数开花") == ["铁树开花"]
    assert suggest("铁树") == []


def test_own_articles_are_not_suggested(put, suggest):
    put("夜跑草稿", own=True)

    assert suggest("夜跑") == []


def test_a_removed_title_is_suggested_no_more(engine, put, suggest):
    (gone,) = put("夜跑地图")

    engine.delete({gone: 5})

    assert suggest("夜跑") == suggest("ypdt") == []
