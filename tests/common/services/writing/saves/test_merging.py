"""Two changes of one text put together."""

from __future__ import annotations

import random

import pytest

from common.schemas.writing.texts import KeptText
from common.services.writing.saves.merging import merge, merged_content

NO_COVER = {"type": 0, "images": []}
ONE = "<p>一</p>"
BASE = "<p>一</p><p>二</p><p>三</p><p>四</p>"


def text(content=BASE, title="标题是这样", channel_id=7, cover=NO_COVER):
    return KeptText(title, content, cover, channel_id)


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("<p>一改</p><p>二</p><p>三</p><p>四</p>", BASE, "<p>一改</p><p>二</p><p>三</p><p>四</p>"),
        # neighbours
        (
            "<p>一</p><p>二甲</p><p>三</p><p>四</p>",
            "<p>一</p><p>二</p><p>三乙</p><p>四</p>",
            "<p>一</p><p>二甲</p><p>三乙</p><p>四</p>",
        ),
        # a removal beside an insertion
        (
            "<p>一</p><p>三</p><p>四</p>",
            "<p>一</p><p>二</p><p>新</p><p>三</p><p>四</p>",
            "<p>一</p><p>新</p><p>三</p><p>四</p>",
        ),
        # the same on both sides
        (f"{BASE}<p>五</p>", f"{BASE}<p>五</p>", f"{BASE}<p>五</p>"),
        # both removed the end, one of them more
        ("<p>头</p>" + BASE, BASE + "<p>尾</p>", "<p>头</p>" + BASE + "<p>尾</p>"),
        # blanks between blocks are no change
        (BASE.replace("</p>", "</p>\n"), BASE.replace("四", "四乙"), BASE.replace("四", "四乙")),
    ],
)
def test_changes_of_different_blocks_are_put_together(mine, theirs, merged):
    assert merged_content(BASE, mine, theirs) == merged
    assert merged_content(BASE, theirs, mine) == merged


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BASE.replace("二", "二甲"), BASE.replace("二", "二乙")),
        (BASE.replace("<p>二</p>", ""), BASE.replace("二", "二乙")),
        (BASE + "<p>甲</p>", BASE + "<p>乙</p>"),
        ("<p>甲</p>", "<p>乙</p>"),
        (BASE.replace("<p>二</p><p>三</p>", "<p>甲</p>"), BASE.replace("三", "三乙")),
    ],
)
def test_overlapping_changes_are_left_to_the_author(mine, theirs):
    assert merged_content(BASE, mine, theirs) is None
    assert merged_content(BASE, theirs, mine) is None


@pytest.mark.parametrize("seed", range(200))
def test_edits_of_disjoint_blocks_all_arrive(seed):
    chance = random.Random(seed)
    blocks = [f"<p>第{index}段</p>" for index in range(30)]
    mine, theirs, both = list(blocks), list(blocks), list(blocks)
    for index in chance.sample(range(30), 12):
        side = chance.choice((mine, theirs))
        change = chance.choice(("", f"<p>改{index}</p>", f"<p>改{index}</p><p>加{index}</p>"))
        side[index] = both[index] = change

    merged = merged_content("".join(blocks), "".join(mine), "".join(theirs))

    assert merged == "".join(both)


def test_a_text_that_is_nothing_but_tags_is_left_to_the_author():
    tags = "<p>一</p>" * 10_000
    assert merged_content(tags, tags + "尾", "头" + tags) == "头" + tags + "尾"

    more = tags + "<p>一</p>"

    assert merged_content(more, more + "尾", "头" + more) is None


def test_members_changed_on_one_side_are_as_there():
    base = text()
    mine = text(title="我改的标题", content=BASE.replace("一", "一甲"))
    theirs = text(channel_id=9, content=BASE.replace("四", "四乙"))

    merged, conflicts = merge(base, mine, theirs)

    assert conflicts == []
    assert merged == KeptText(
        "我改的标题", BASE.replace("一", "一甲").replace("四", "四乙"), NO_COVER, 9
    )


def test_members_changed_on_both_sides_are_named_and_stay_mine():
    mine = text(title="我改的标题", cover={"type": 1, "images": ["a.png"]}, channel_id=9)
    theirs = text(title="他改的标题", cover={"type": 1, "images": ["b.png"]}, channel_id=9)

    merged, conflicts = merge(text(), mine, theirs)

    assert conflicts == ["title", "cover"]
    assert merged == mine


def test_without_the_text_both_began_with_every_difference_is_a_conflict():
    mine = text(content=BASE.replace("一", "一甲"))

    assert merge(None, mine, text()).conflicts == ["content"]
    assert merge(None, mine, mine).conflicts == []
