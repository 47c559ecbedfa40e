"""The analyser: the same terms for every engine, for what is written and what is asked."""

from __future__ import annotations

import pytest

from common.search.analysis import analysed, synonyms, text_of_content, text_of_title
from common.search.analysis.cutting import Bag, Reading, terms_of
from common.search.analysis.folding import fold
from common.search.analysis.sounds import heads, is_one_slip, neighbours, sound_of
from common.search.analysis.versions import current_version
from common.utils.text import dictionaries


def title(text):
    return set(text_of_title(text).text.terms.split())


def content(html):
    return set(text_of_content(html).terms.split())


def asked(phrase):
    return [term for part in analysed(phrase) for term in part.terms]


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("简单", "安装简单"), ("工具", "测试工具箱"), ("测试", "测试工具箱"),
        ("生命", "研究生命起源"),
        ("c++", "C++ 入门"), ("C#", "学习c#"), (".NET", "从.net开始"), ("5G", "5G网络"),
        ("iPhone15", "iPhone15发布"), ("iphone 15", "iPhone15发布"), ("iPhone15", "iPhone 15 发布"),
        ("2026年", "展望2026年"), ("2026年", "二〇二六年的计划"), ("二〇二六", "2026的计划"),
        ("二○二六年", "2026年的计划"), ("python", "Python3教程"), ("ｐｙｔｈｏｎ", "python"),
        ("城", "城市夜跑"), ("鑫", "鑫"), ("100", "100% 可靠"), ("case", "snake_case"),
        ("カタカナ", "カタカナの本"), ("привет", "Привет, мир"),
    ],
)  # fmt: skip
def test_what_is_asked_has_a_term_of_what_is_written(phrase, written):
    plain = fold(phrase).plain.replace(" ", "")
    assert set(asked(phrase)) & title(written)
    if len(plain) > 1:
        assert set(asked(phrase)) & content(f"<p>{written}</p>")


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("景点", "经典"), ("c++", "C语言"), ("C#", "C语言"), ("5G", "5 克和 G 大调"),
        ("2026年", "年"),
        ("div", "<div class='a'>正文</div>"), ("href", "<a href='http://x.cn'>正文</a>"),
    ],
)  # fmt: skip
def test_what_is_asked_has_no_term_of_something_else(phrase, written):
    assert not set(asked(phrase)) & (title(written) if "<" not in written else content(written))


@pytest.mark.parametrize(
    "text",
    [
        "今年，日报推出金融版；1998年为528户、800多亩，二〇二六年王小明天来 Python3 c++。",
        "１９９８年為５２８戶、Ｃ＋＋和ｉＰｈｏｎｅ15，從台灣來的王小明，髮。二〇二六",
        "一九九八，二〇二六。三〇年",  # numbers at the end of what is cut by itself
        "从.net到asp.net，.Ｎｅｔ和C#、ａ.net；2026年5月，２０２６年",
        "",
    ],
)
def test_long_texts_are_cut_as_short_ones_are(text):
    folded = fold(text)
    terms = list(terms_of(folded.plain, Reading.CONTENT))
    literal = [folded.literal[term.start : term.end] for term in terms]
    plain = [folded.plain[term.start : term.end] for term in terms]
    strange = [index for index in range(len(terms)) if literal[index] != plain[index]]

    bag = Bag(folded)

    assert sorted(bag.folded) == sorted(terms[index].text for index in strange)
    assert sorted(bag.written) == sorted(
        literal[index] if index in strange else term.text for index, term in enumerate(terms)
    )


def test_traditional_words_are_kept_as_they_are_written_beside_their_folded_form():
    indexed = text_of_title("臺灣旅遊與發展").text

    assert {"臺灣", "旅遊", "發展"} <= set(indexed.terms.split())
    assert {"台湾", "旅游", "发展"} <= set(indexed.folded.split())
    assert text_of_title("台湾旅游").text.folded == ""


def test_in_a_long_text_only_clauses_in_another_spelling_have_folded_terms():
    indexed = text_of_content("<p>台湾旅游很好，頭髮也長。ＡＢＣ</p>")

    assert "台湾" in indexed.terms.split()
    assert {"头发", "abc"} <= set(indexed.folded.split())
    assert "台湾" not in indexed.folded.split()


def test_a_phrase_has_each_term_once_and_none_that_says_nothing_beside_others():
    assert len(asked("手机 手机 手机")) == len(set(asked("手机 手机 手机")))
    assert "的美" not in asked("中国的美食")
    assert asked("的") == ["的"]
    assert asked("🏃") == asked("%%") == []


def test_synonyms_go_both_ways_and_are_part_of_the_version(tmp_path):
    own = tmp_path / "synonyms.txt"
    own.write_text("苹果手机 iPhone # 一样的\n")
    before = current_version()

    synonyms.load(own)
    try:
        (chinese,), (latin,) = analysed("苹果手机"), analysed("iphone")
        changed = current_version()
    finally:
        synonyms.load()

    assert chinese.others == ("iphone",)
    assert "苹果" in latin.others
    assert changed != before == current_version()


def test_words_are_read_as_such_by_their_sound():
    assert heads("重庆银行") == ("重庆银行", "chongqingyinhang", "cqyh")
    assert heads("iPhone15 发布".lower()) == ("iphone15发布", "iphone15fabu", "iphone15fb")
    assert sound_of("绿") == "lv"
    assert set(neighbours("铁树开")) == {"tie'shu", "shu'kai"}


def test_words_are_spelt_as_pinyin_spells_them():
    words = [
        "重庆", "银行", "行业", "长大", "长度", "了解", "绿色", "女儿", "朝阳", "嗯", "龘龘",
        "〇二", "a中", "𠀀字", "㐀字", "不", "地", "一会儿", "自行车",
    ]  # fmt: skip
    for word in words:
        assert heads(word)[1] == "".join(dictionaries.spelt(word)), word


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("docker", "dokcer", True), ("docker", "docke", True), ("docker", "dockers", True),
        ("docker", "dacker", True), ("docker", "docker", False), ("docker", "dacke", False),
        ("docker", "kubectl", False),
    ],
)  # fmt: skip
def test_one_slip_is_one_letter_or_two_changed_places(first, second, expected):
    assert is_one_slip(first, second) is expected
    assert is_one_slip(second, first) is expected
