"""The files that the field sent in, where they lie beside the repository (``../shared/cases``)."""

from __future__ import annotations

import pytest

from common.services.importing.items import Unreadable
from tests.common.services.importing.conftest import (
    COLLECTED,
    all_articles,
    import_file,
    newest_first,
    texts_by_title,
)

pytestmark = pytest.mark.usefixtures("runtime")

LOOKS = {  # titles of the collected files, and what a reader sees of their texts
    "C02-encoding-name/utf8-alias.xml": {"大写编码": "x"},
    "C02-encoding-name/bogus-name.xml": {"编码名不存在": "x"},
    "C03-utf16-file/utf16.xml": {"十六位标题": "正文"},
    "C04-http-charset/declares-utf8.gbk.xml": {"误报编码的标题": "正文内容，实际是国标码。"},
    "C04-http-charset/no-declaration.gbk.xml": {"没有声明的标题": "正文内容"},
    "C05-before-declaration/comment-before.xml": {"声明前有注释": "正文"},
    "C05-before-declaration/leading-blank.xml": {"前有空行": "正文"},
    "C07-bare-ampersand-and-entities/amp-link.xml": {"链接里有与号": "正文"},
    "C07-bare-ampersand-and-entities/amp.xml": {"研发 R&D 进展": "正文"},
    "C07-bare-ampersand-and-entities/nbsp.xml": {"标题 带实体—破折号": "正文"},
    "C08-doctype-only/doctype091.xml": {"九一版标题": "正文文字"},
    "C12-guid-not-unique/same-guid-na.xml": {f"同号第{n}条": f"第{n}条正文" for n in (1, 2, 3)},
    "C16-entities-without-tags/entity-only.xml": {
        "摘录": "猫和老鼠 Tom & Jerry – 第一季 […]",
        "摘录二": "价格 < 100 元 & 包邮 哦",
        "摘录三": 'R&D 与 "引号"',
    },
    "C18-text-cut-at-tag-like-word/atom-text.xml": {
        "纯文本1": "用 vector<int> 存数，后面还有很长的正文。",
        "纯文本2": "默认类型也是纯文本：if a < b then c。后面的话。",
        "纯文本3": "a<b 后面的话",
        "纯文本4": "3 < 5 的网页",
    },
    "C18-text-cut-at-tag-like-word/int.jsonl": {
        "变量二": "用 vector<int> 存数，后面还有很长的正文。\n第二段。",
        "变量三": "用 map<int> 与 List<string> 存数\n第二段。",
        "仅实体行": "R&D 与 AT&T；a & b",
    },
    "C26-no-title/notitle.xml": {
        "没有标题的短文，今天天气不错": "没有标题的短文，今天天气不错。",
        "空标题": "空标题",
    },
    "C31-one-bad-line/bad-date.jsonl": {"日期错": "正文", "其后一条": "正文"},
    "C31-one-bad-line/bad-middle-line.jsonl": {"第一条": "正文", "第三条": "正文"},
    "C31-one-bad-line/lone-surrogate.jsonl": {
        "第一条": "正文",
        "半个表情": "正文",
        "第三条": "正文",
    },
    "C31-one-bad-line/null-title.jsonl": {"其后一条": "正文"},
    "C31-one-bad-line/zero-date.jsonl": {"零日期": "正文", "其后一条": "正文"},
    "C37-title-cut-inside-emoji/long-title.xml": {"标" * 126 + "…": "正文"},
}
COVERS = {
    "C21-pixel-or-emoji-cover/tracking.xml": {
        "内容7": [],
        "内容8": ["https://img.example.com/photo.jpg"],
    },
    "C22-one-picture-three-sizes/media-sizes.xml": {
        "同图多尺寸": ["https://img.example.com/p.jpg?w=700"]
    },
    "C23-video-as-cover/media-group.xml": {"视频频道条目": ["https://img.example.com/hq.jpg"]},
    "C23-video-as-cover/media-video.xml": {
        "视频附件": [],
        "音频附件": [],
        "无类型图附件": ["https://img.example.com/cover.jpg"],
        "jpg类型误": ["https://img.example.com/cover4.jpg"],
        "中型图": ["https://img.example.com/it.jpg"],
        "img元素": ["https://img.example.com/im.jpg"],
    },
    "C25-relative-enclosure/relative-enclosure.xml": {
        "附件相对地址": ["https://field.example.com/img/a.jpg"]
    },
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_collected_file_gives_the_texts_that_it_should(name: str):
    import_file(COLLECTED / name)

    assert texts_by_title() == LOOKS[name]


@pytest.mark.parametrize("name", COVERS)
def test_a_collected_file_gives_the_covers_that_it_should(name: str):
    import_file(COLLECTED / name)

    assert {each.title: each.cover["images"] for each in all_articles()} == COVERS[name]


@pytest.mark.parametrize(
    "name", ["C11-same-title/same-title-same-day.xml", "C11-same-title/same-title-undated.xml"]
)
def test_collected_items_of_one_title_stay_apart(name: str):
    outcomes = [import_file(COLLECTED / name)[0] for _ in range(2)]

    assert [(outcome.imported, outcome.known) for outcome in outcomes] == [(3, 0), (0, 3)]


@pytest.mark.parametrize("name", ["C08-doctype-only/bomb.xml"])
def test_the_collected_bomb_stays_refused(name: str):
    with pytest.raises(Unreadable):
        import_file(COLLECTED / name)


@pytest.mark.parametrize("name", ["C14-misread-date/dates.xml"])
def test_collected_dates_are_never_another_day(name: str):
    import_file(COLLECTED / name)

    assert {each.create_time.date().isoformat() for each in all_articles()} == {"2024-05-18"}


@pytest.mark.parametrize("name", ["C35-same-second-order/same-second.xml"])
def test_a_collected_feed_keeps_its_order(name: str):
    import_file(COLLECTED / name)

    assert newest_first() == [f"第{n}条" for n in range(1, 6)]
