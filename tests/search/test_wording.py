"""Which words of a phrase find something, and what is put in their place (search.md §3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.search.interface import Query
from common.utils import clock
from common.utils.parameters.phrases import Phrase
from tests.search.conftest import SOME_DAY, document

HALF = "\ud83d"  # of a character
INVISIBLE = ["\u200b", "\u200e", "\u061c", "\u2066", "\ufe0f", "\u180e", HALF, "\U000e0101"]


@pytest.fixture
def ask(engine):
    """``ask("词")``: the hits, best first, and what was searched for instead."""

    def ask(phrase, **conditions):
        found = engine.search(Query(Phrase.of(phrase), **conditions), first=0, count=10)
        return list(found.article_ids), found.corrected

    return ask


def test_what_is_older_than_1970_is_as_old_as_that(put, find):
    sixty = datetime.fromisoformat("1960-01-01")
    (old,) = put("夜跑", published_at=datetime.fromisoformat("1950-01-01"))
    (new,) = put("夜跑")

    assert find("夜跑", begin=sixty, sort="time") == [new, old]
    assert find("夜跑", end=sixty) == []


@pytest.mark.parametrize(
    ("phrase", "titles"),
    [
        ("成都美食", ("成都好去处", "美食在广州")), ("和平精英", ("和平谈判", "商业精英")),
        ("个税改革", ("个税起征点", "国企改革")), ("以后再说", ("以后的事", "再说一遍")),
    ],
)  # fmt: skip
def test_words_with_a_character_that_stands_beside_everything_are_asked_for(
    put, find, phrase, titles
):
    expected = put(*titles)
    put("无关之物")

    assert sorted(find(phrase)) == expected


def test_who_has_all_words_comes_before_who_has_one_of_them_twice(put, find):
    twice, once, both = put("火锅火锅", "火锅", "成都火锅")

    assert find("成都火锅") == [both, twice, once]


def test_if_nothing_has_what_tells_what_has_the_rest_is_found(engine, put, find):
    (expected,) = put("否决立立电子是对股民负责")
    put("无关之物")

    assert find("电立子是对") == [expected]
    assert engine.explain(Query(Phrase.of("电立子是对")), expected).tier == 1


@pytest.mark.parametrize(
    "conditions",
    [
        {"channel_id": 2}, {"without_authors": frozenset({1})},
        {"begin": SOME_DAY + timedelta(days=1)},
    ],
)  # fmt: skip
def test_filters_do_not_bring_up_the_rest(put, find, conditions):
    (expected,) = put("看电影的好去处")
    put("摄影的技巧", channel_id=2, author_id=2, published_at=SOME_DAY + timedelta(days=2))

    assert find("电影的") == [expected]
    assert find("电影的", **conditions) == []


def test_the_rest_is_found_within_a_channel(put, find):
    put("否决立立电子是对股民负责", channel_id=1)
    (expected,) = put("再次否决立立电子是对股民负责", channel_id=2)

    assert find("电立子是对", channel_id=2) == [expected]


def test_other_spellings_count_beside_what_is_there_as_it_was_typed(put, find):
    one, both, folded = put("特殊", "臺灣旅遊的特殊路線", "臺灣旅遊")

    assert find("台湾旅游 特殊") == [both, one, folded]


def test_synonyms_are_found_in_other_spellings_too(put, find):
    traditional, literal = put("電腦入門", "计算机")

    assert find("计算机") == [literal, traditional]
    assert find("計算機") == [literal, traditional]


def test_what_something_has_in_another_spelling_is_not_corrected(put, ask):
    song, _, docker, _ = put("經典歌曲", "海边景点", "ＤＯＣＫＥＲ 入门", "docket")

    assert ask("经典 歌曲") == ([song], None)
    assert ask("docker 入门") == ([docker], None)


@pytest.mark.parametrize("withdraw", [
    lambda engine, id_: engine.delete({id_: 2}),
    lambda engine, id_: engine.index([document(id_, "海边", version=2)]),
], ids=["removed", "edited"])  # fmt: skip
def test_what_only_a_withdrawn_article_had_is_corrected(engine, put, ask, withdraw):
    gone, *expected = put("海边景点", "经典老歌", "经典电影")
    before = ask("景点")

    withdraw(engine, gone)
    found, corrected = ask("景点")

    assert before == ([gone], None)
    assert (sorted(found), corrected) == (expected, "经典")


def test_what_is_found_by_a_correction_is_explained_by_it(engine, put, ask):
    (expected,) = put("经典老歌")

    found = engine.explain(Query(Phrase.of("景典")), expected)
    own = engine.explain(Query(Phrase.of("景典"), owner_id=1), expected)

    assert ask("景典") == ([expected], found.corrected)
    assert (found.corrected, found.tier, found.terms) == ("经典", 1, ("经典",))
    assert (own.corrected, own.tier) == (None, None)


def test_a_word_is_corrected_to_words_alone(put, ask):
    put("中国科学技术大学招生")

    assert ask("学籍") == ([], None)


def test_of_what_sounds_the_same_words_come_first(put, ask):
    *_, expected = put("居民住宅", "居民住房", "民主评议")

    assert ask("民煮") == ([expected], "民主")


def test_one_wrong_character_among_known_ones_is_corrected(put, ask):
    (expected, *_) = put("谷歌第二季净利增长", "汽车水泥反攻")

    assert ask("谷歌第饵") == ([expected], "谷歌第二")


def test_what_a_text_has_word_for_word_is_not_corrected(put, ask):
    (expected,) = put("想买的东西清单", content="<p>我想买的鞋就在这里</p>")
    put("我的写作日记")

    found, corrected = ask("买的鞋")

    assert (found[0], corrected) == (expected, None)


def test_what_texts_are_not_asked_for_is_no_mistake(put, ask):
    put("尼得协议", content="<p>哪里有你的鞋呢</p>")

    assert ask("你的鞋") == ([], None)


def test_a_wrong_character_is_corrected_beside_one_that_stands_beside_everything(put, ask):
    (expected, *_) = put("谷歌第二的净利增长", "汽车水泥反攻")

    assert ask("谷歌第饵的") == ([expected], "谷歌第二的")


def test_what_an_author_asks_of_his_own_depends_on_nobody_else(put, ask):
    put("经典歌曲")
    before = ask("景点", owner_id=7)
    put("海边景点", own=True, author_id=8)

    assert ask("景点", owner_id=7) == before == ([], None)


@pytest.mark.parametrize("sign", INVISIBLE)
def test_what_nobody_sees_parts_no_word(put, find, sign):
    (asked,) = put("夜跑地图")
    put("夜里的跑者")
    assert find(f"夜{sign}跑") == [asked]

    (titled,) = put(f"晨{sign}练日记")
    assert find("晨练") == [titled]
    if sign != HALF:  # no text has it
        (written,) = put("标题", content=f"<p>周末的登{sign}山</p>")
        assert find("登山") == [written]


def test_a_blend_passes_no_hit_of_a_better_tier(put, find):
    now = clock.now()
    (literal,) = put(
        "关于 abc 的许多许多许多许多许多事情和别的事情", published_at=now - timedelta(days=900)
    )
    (folded,) = put("ＡＢＣ", published_at=now, readings=1_000_000)

    assert find("abc", sort="relevance") == find("abc", sort="blend") == [literal, folded]
    assert find("abc", sort="blend", first=1) == [folded]
