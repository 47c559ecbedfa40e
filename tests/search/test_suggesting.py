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


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Vue 3.0 发布", "Vue 3.0"), ("Vue 3.0 发布", "vue30fabu"),
        ("沪指半日跌1.32% 四季度增速", "沪指半日跌1.32% 四季度"),
        ("奥巴E-P1大降600元", "奥巴E-P1大"), ("51.COM推新版", "51.com"),
    ],
)  # fmt: skip
def test_signs_within_a_title_do_not_end_its_suggestion(put, suggest, title, typed):
    put(title, "无关之物")

    assert suggest(typed) == [title]


@pytest.mark.parametrize("length", range(1, 12))
def test_a_title_with_more_signs_than_letters_is_completed_letter_by_letter(put, suggest, length):
    put("C / C# / F# / .NET 入门指南", "无关之物")

    assert suggest("ccfnet入门指南"[:length]) == ["C / C# / F# / .NET 入门指南"]


def test_the_sign_of_a_name_tells_it_from_others(put, suggest):
    put("C 语言", "C# 指南", "C++ 入门", "菜市场")

    assert suggest("c++") == suggest("C++ 入") == suggest("c++rumen") == ["C++ 入门"]
    assert suggest("C#") == ["C# 指南"]
    assert suggest("c") == ["菜市场", "C++ 入门", "C# 指南", "C 语言"]
    assert suggest("C 入门") == ["C++ 入门"]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("F# 教程", "f#"), ("F# 教程", "F# 教"), ("J# 入门", "J#入"),
        ("Notepad++ 教程", "notepad++"), ("Notepad++ 教程", "Notepad++ 教程"),
        ("用 g++ 编译", "用g++"), ("i++ 与 ++i", "i++"),
    ],
)  # fmt: skip
def test_names_with_a_sign_that_no_dictionary_has_are_completed(put, suggest, title, typed):
    put(title, "Fast 教程", "Notepad 教程", "无关之物")

    assert suggest(typed) == [title]


def test_a_title_is_completed_however_many_begin_alike(put, suggest):
    put("中国人民的早餐", "中国人民的晚餐")
    put(*[f"中国{number}" for number in range(100)], readings=1000)

    assert suggest("zhongguorenmin") == ["中国人民的晚餐", "中国人民的早餐"]
    assert suggest("zhongguorenmindewancan") == ["中国人民的晚餐"]


def test_a_title_that_ends_before_the_phrase_does_is_no_completion_of_it(put, suggest):
    put("重庆银行的夜景最美")

    assert suggest("重庆银行的夜景最美丽的地方") == []
    assert suggest("chongqingyinhangdeyejingzuimeixxxx") == []
    assert suggest("cqyhdyjzmxxxx") == []
