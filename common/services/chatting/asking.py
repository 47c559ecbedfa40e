"""What people ask for: articles about something, more of them, one of those that were listed.

Topics are what is left of a question without the words around it: 最近有什么科技新闻 is about 科技.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from common.schemas.chats import MAX_TOPIC, Wish

# Who says one of these asks for articles.
ABOUT_ARTICLES: Final = re.compile(
    "新闻|文章|资讯|消息|头条|热点|热搜|热门|最热|最新|报道|要闻|快讯"
    "|推荐|搜索|搜一下|搜下|搜搜|查一下|找一下|找找|看看|想看|想了解|有关于|有没有关于"
)
NEWEST: Final = re.compile("最新|刚刚|刚才|今天|今日|现在|快讯")
MORE: Final = re.compile(
    "换一批|换一换|换一组|再来|更多|还有吗|还有呢|还有没有|还有别的|继续|下一页|接着|多来"
)
MORE_AT_MOST: Final = 12  # characters; a longer sentence asks for something of its own
NUMBER: Final = re.compile(
    r"(?:看看?|打开|讲讲|说说)?第?(?P<number>\d{1,3}|[一二三四五六七八九十])[条篇个号]?"
    "(?:[吧呢呀]|讲了?什么|说了?什么|怎么样|是什么|的?摘要|详情)?"
)
DIGITS: Final = "一二三四五六七八九十"


def _longest_first(words: str) -> tuple[str, ...]:
    """So that 有没有关于 is not taken for 有."""
    return tuple(sorted(words.split(), key=len, reverse=True))


BEFORE: Final = _longest_first("""
    请问 麻烦 请 你好 您好 嗨 帮我 给我 我想要 我想 想要 想看 想了解 想知道 我要 我 你知道 知道
    能不能 能 可以 最近 近期 今天 今日 现在 刚刚 这几天 有没有 有什么 有啥 有哪些 有 什么 哪些
    搜索一下 搜索 搜一下 搜下 搜搜 搜 查一下 找一下 找找 找 推荐一下 推荐 来点 来几条 来几篇 来
    看看 看 说说 聊聊 讲讲 一些 一点 一下 几条 几篇 一篇 一条 点 些 关于 有关 好看的 有趣的
    最新的 最新 热门的 热门 最热的 最热 热点 更多 的 和 跟 了解 了解一下
""")
AFTER: Final = _longest_first("""
    新闻 文章 资讯 消息 头条 热点 热搜 报道 要闻 快讯 内容 动态 频道 板块 领域 方面 相关 有关
    最近 今天 现在 最新 热门 最热 推荐 有什么 有哪些 有没有 有啥 有 怎么样 可以看 好看 看看 看
    吗 呢 吧 啊 呀 嘛 么 的 了 一下 是什么 什么 哪些
""")


def plain(text: str) -> str:
    """In one width and case; punctuation and what nobody sees is a blank."""
    characters = unicodedata.normalize("NFKC", text).casefold()
    kept = (each if unicodedata.category(each)[0] in "LNSM" else " " for each in characters)
    return " ".join("".join(kept).split())


def wish_in(text: str) -> Wish | None:
    """What articles a plain text asks for; None if it does not ask for any."""
    return wish_for(text) if ABOUT_ARTICLES.search(text) else None


def wish_for(text: str) -> Wish:
    """The articles that a plain text would ask for if it did; about nothing: any."""
    return Wish(topic=_topic(text)[:MAX_TOPIC], newest=NEWEST.search(text) is not None)


def wants_more(text: str) -> bool:
    """Whether a plain text asks for more of the same."""
    return len(text) <= MORE_AT_MOST and MORE.search(text) is not None


def number_in(text: str) -> int | None:
    """Which of a list a plain text means, from 1; None if it means none."""
    found = NUMBER.fullmatch(text.replace(" ", ""))
    if found is None:
        return None
    number = found["number"]
    return DIGITS.index(number) + 1 if number in DIGITS else int(number)


def _topic(text: str) -> str:
    rest = text.strip()
    while True:
        shorter = _without_end(_without_beginning(rest))
        if shorter == rest:
            return rest
        rest = shorter


def _without_beginning(text: str) -> str:
    word = next((each for each in BEFORE if text.startswith(each)), "")
    return text.removeprefix(word).strip()


def _without_end(text: str) -> str:
    word = next((each for each in AFTER if text.endswith(each)), "")
    return text.removesuffix(word).strip()
