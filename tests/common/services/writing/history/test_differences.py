"""What distinguishes two texts."""

from __future__ import annotations

import random

import pytest

from common.schemas.writing.texts import KeptText
from common.services.writing.history import differences
from common.services.writing.history.differences import difference
from common.utils.text import matching


def text(content, title="标题是这样"):
    return KeptText(title, content, {"type": 0, "images": []}, 7)


def blocks(before, after):
    return difference(text(before), text(after))["blocks"]


def test_equal_texts_have_no_difference():
    found = difference(text("<p>一</p><p>二</p>"), text("<p>一</p><p>二</p>"))

    assert found["members"] == []
    assert [block["kind"] for block in found["blocks"]] == ["same", "same"]


def test_blocks_are_the_same_added_or_removed():
    assert blocks("<p>早安</p><p>天气</p><p>新闻</p>", "<p>天气</p><h2>体育</h2><p>新闻</p>") == [
        {"kind": "removed", "html": "<p>早安</p>"},
        {"kind": "same", "html": "<p>天气</p>"},
        {"kind": "added", "html": "<h2>体育</h2>"},
        {"kind": "same", "html": "<p>新闻</p>"},
    ]


def test_a_changed_block_says_which_words_changed():
    (changed,) = blocks("<p>他在<b>七点</b>起床 at home</p>", "<p>他在<b>八点</b>起床 at work</p>")

    assert changed["kind"] == "changed"
    assert changed["marks"] == [
        {"kind": "same", "text": "他在"},
        {"kind": "removed", "text": "七"},
        {"kind": "added", "text": "八"},
        {"kind": "same", "text": "点起床 at "},
        {"kind": "removed", "text": "home"},
        {"kind": "added", "text": "work"},
    ]


def test_a_changed_block_finds_what_it_became_behind_new_ones():
    found = blocks(
        "<p>清晨六点，蒸笼刚冒热气</p>", "<h2>早点铺</h2><p>清晨五点，蒸笼刚冒热气</p><p>完</p>"
    )

    assert [block["kind"] for block in found] == ["added", "changed", "added"]


def test_pictures_that_were_exchanged_are_one_changed_block():
    found = blocks('<p><img src="/media/a.png"></p>', '<p><img src="/media/b.png"></p>')

    assert [block["kind"] for block in found] == ["changed"]


def test_markup_in_a_text_is_text_in_the_marks():
    (changed,) = blocks("<p>写作 &lt;b&gt; 即可，很简单</p>", "<p>写作 &lt;i&gt; 即可，很简单</p>")

    assert {"kind": "removed", "text": "b"} in changed["marks"]
    assert "".join(mark["text"] for mark in changed["marks"] if mark["kind"] != "added") == (
        "写作 <b> 即可，很简单"
    )


def test_the_title_is_compared_like_a_block():
    found = difference(text("<p>一</p>", title="今天有雨"), text("<p>一</p>", title="明天有雨"))

    assert found["members"] == ["title"]
    assert found["title"] == [
        {"kind": "removed", "text": "今"},
        {"kind": "added", "text": "明"},
        {"kind": "same", "text": "天有雨"},
    ]


@pytest.mark.parametrize("seed", range(100))
def test_the_blocks_put_together_are_both_texts(seed):
    chance = random.Random(seed)
    before = "".join(f"<p>{chance.choice('晴雨风雪')}</p>" for _ in range(chance.randrange(20)))
    after = "".join(f"<p>{chance.choice('晴雨风雪')}</p>" for _ in range(chance.randrange(20)))

    found = blocks(before, after)

    assert "".join(block.get("before", block.get("html", "")) for block in found
                   if block["kind"] != "added") == before  # fmt: skip
    assert "".join(block.get("after", block.get("html", "")) for block in found
                   if block["kind"] != "removed") == after  # fmt: skip


def test_words_of_so_many_blocks_are_compared_and_no_more():
    before = "".join(f"<p>甲乙丙丁{index}</p>" for index in range(3000))
    after = "".join(f"<p>甲乙丙丁{index}改</p><hr>" for index in range(3000))

    kinds = [block["kind"] for block in blocks(before, after)]

    assert kinds.count("changed") == 0
    assert (kinds.count("removed"), kinds.count("added")) == (3000, 6000)
    assert blocks(before[:600], after[:600])[0]["kind"] == "changed"


def test_words_of_so_much_text_are_compared_and_no_more():
    half = differences.MOST_CHARACTERS // 2
    before = "甲" * (half - len("<p></p>"))

    alike = f"<p>甲{before[:-1]}</p>", f"<p>{before[:-1]}乙</p>"
    assert [block["kind"] for block in blocks(*alike)] == ["changed"]
    longer = f"<p>甲{before}</p>", f"<p>{before}乙</p>"
    assert [block["kind"] for block in blocks(*longer)] == ["removed", "added"]


def test_the_work_grows_as_the_texts_do(monkeypatch):
    spent = []
    take = matching.Budget.take
    monkeypatch.setattr(
        matching.Budget, "take", lambda budget, steps: spent.append(steps) or take(budget, steps)
    )

    def work(length):
        spent.clear()
        blocks("<p>甲乙丙</p>" * length + "<p>甲</p>", "<p>乙丙丁</p>" * length + "<p>丁</p>")
        return sum(spent)

    assert work(8000) <= 4 * work(4000)
