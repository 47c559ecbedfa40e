"""The demo's texts: read as they are written, and refused with a place when they are wrong."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from common.utils.constants import CoverKind
from scripts.demo import content, figures
from scripts.demo.lines import ContentError

ARTICLE = """频道: 数据库

# 第一篇
- 作者: 码农老周
- 封面: 3
- 天前: 0.5
- 置顶: 是

开头一段。

[插图: 书架] 靠墙的一面书架

```bash
# 这一行是注释，不是标题
> 也不是评论: 真的
```

> 引用不是评论

结尾一段。

> 阿澈: 时间：早上八点
>> 码农老周: 好
> 鹿鸣: 另一条

# 第二篇
- 作者: 前端小鹿
- 封面: 0
- 天前: 12

正文。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the texts with one short channel."""
    shutil.copytree(content.ROOT, tmp_path / "content")
    shutil.rmtree(tmp_path / "content" / "channels")
    (tmp_path / "content" / "channels").mkdir()
    return tmp_path / "content"


def _write(folder: Path, text: str, name: str = "07-database.md") -> None:
    (folder / "channels" / name).write_text(text, encoding="utf-8")


def test_a_channel_is_read_with_its_articles_comments_and_replies(folder: Path):
    _write(folder, ARTICLE)

    (channel,) = content.read(folder).channels

    first, second = channel.articles
    assert (channel.channel_id, channel.slug, channel.name) == (7, "database", "数据库")
    assert (first.title, first.author, first.cover) == ("第一篇", "码农老周", CoverKind.TRIPLE)
    assert (first.age, first.is_pinned) == (timedelta(hours=12), True)
    assert first.body.startswith("开头一段。\n\n[插图: 书架] 靠墙的一面书架\n")
    assert "# 这一行是注释" in first.body
    assert first.body.endswith("> 引用不是评论\n\n结尾一段。")
    assert [(one.author, one.content) for one in first.remarks] == [
        ("阿澈", "时间：早上八点"),
        ("鹿鸣", "另一条"),
    ]
    assert first.remarks[0].replies[0].content == "好"
    assert (second.title, second.is_pinned, second.remarks) == ("第二篇", False, ())


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("频道: 数据库", "数据库", r"07-database\.md:1: the first line"),
        ("\n# 第一篇", "\n谁写的\n\n# 第一篇", r":3: text before the first title"),
        ("- 封面: 3", "- 封面: 2", r":3: 封面 is 0, 1 or 3, not '2'"),
        ("- 封面: 3\n", "", r":3: 封面 is 0, 1 or 3, not ''"),
        ("- 天前: 12", "- 天前: 很久", r":26: 天前 is a number"),
        ("- 天前: 12", "- 天前: 46", r":26: 天前 lies between"),
        ("- 作者: 前端小鹿", "- 作者: 某人", r":26: unknown author '某人'"),
        ("- 天前: 0.5", "- 天前: 0.5\n- 天前: 1", r":7: 天前 is given twice"),
        ("> 阿澈: 时间", "> 某人: 时间", r":22: unknown name '某人'"),
        ("> 鹿鸣: 另一条", "> 另一条", r":24: a comment is"),
        ("> 阿澈: 时间：早上八点\n", "", r":22: a reply without a comment"),
        ("[插图: 书架]", "[插图: 书桌]", r":11: a picture is '\[插图: <motif>\] <caption>'"),
        ("[插图: 书架]", "[插图]", r":11: a picture is"),
        ("靠墙的一面书架", "一张便签", r":11: the caption does not say that .* shows 书架"),
        ("```\n\n> 引", "\n\n> 引", r"a code fence is not closed"),
        ("\n\n正文。\n", "\n", r":26: the article has no body"),
        ("# 第二篇", "# " + "长" * 129, r":26: a title has 1 to 128"),
    ],
)
def test_a_mistake_is_refused_with_file_and_line(
    folder: Path, right: str, wrong: str, complaint: str
):
    assert ARTICLE.count(right) == 1
    _write(folder, ARTICLE.replace(right, wrong))

    with pytest.raises(ContentError, match=complaint):
        content.read(folder)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("channels/seven.md", "频道: 七\n", r"seven\.md:1: the file name"),
        ("people.toml", "[[author]]\nname = 1", r"people\.toml:1:"),
        ("sensitive_words.txt", "好词 3\n", r"sensitive_words\.txt:1: a line is"),
        ("asides.md", "# 所有频道\n>> 先有回答\n", r"asides\.md:2: an aside is"),
        ("announcements.md", "# 只有标题\n- 天前: 1\n", r"announcements\.md:1: .* no text"),
    ],
)
def test_the_other_files_are_checked_too(folder: Path, name: str, text: str, complaint: str):
    (folder / name).write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match=complaint):
        content.read(folder)


def test_a_file_in_another_encoding_is_refused(folder: Path):
    (folder / "channels" / "07-database.md").write_bytes("频道: 数据库".encode("gbk"))

    with pytest.raises(ContentError, match="not UTF-8"):
        content.read(folder)


def test_the_bundled_texts_are_different_from_each_other():
    whole = content.read()

    titles = [article.title for _, article in whole.articles]
    openings = [article.body[:20] for _, article in whole.articles]
    assert len(set(titles)) == len(titles) >= 260
    assert len(set(openings)) == len(openings)


def test_what_anybody_could_say_is_for_channels_that_exist():
    whole = content.read()

    slugs = {channel.slug for channel in whole.channels}
    everywhere, *some = whole.asides
    assert everywhere.slugs == frozenset()
    assert set().union(*(each.slugs for each in some)) == slugs
    said = [thread.content for each in whole.asides for thread in each.threads]
    assert len(set(said)) == len(said)


def test_what_people_search_for_stands_in_a_title_and_what_they_miss_in_no_text():
    articles = [article for channel in content.read().channels for article in channel.articles]

    for keyword in figures.KEYWORDS:
        assert any(keyword in article.title for article in articles), keyword
    for keyword in figures.MISSES:
        assert not any(keyword in article.title + article.body for article in articles), keyword
