"""What the bot says: articles, help, small talk, and something in every case (realtime.md §5)."""

from __future__ import annotations

import re

import pytest

from common.services.chatting import bot, small_talk
from common.services.chatting.asking import plain
from common.services.chatting.bot import answer
from common.services.moderation import sensitive_words
from common.utils.constants import RelationKind
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    SensitiveWordFactory,
    UserFactory,
)
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.feeding import withdraw

ME = "anon:" + "a" * 64
TITLE = re.compile(r"^\d\. (?P<title>.+)（(?P<author>.+)）$", re.MULTILINE)


def titles(said):
    return [found["title"] for found in TITLE.finditer(said)]


@pytest.fixture
def science(runtime):
    """A channel with seven articles, the last one the newest."""
    channel = ChannelFactory(channel_name="科技")
    for number in range(7):
        ArticleFactory(published=True, channel_id=channel.channel_id, title=f"芯片进展之{number}")
    return channel


@pytest.fixture
def sports(runtime):
    """Another one."""
    channel = ChannelFactory(channel_name="体育")
    ArticleFactory(published=True, channel_id=channel.channel_id, title="马拉松开跑")
    return channel


@pytest.mark.parametrize(
    "asked",
    [
        "最近有什么科技新闻",
        "科技方面有什么新闻吗？",
        "推荐几篇好看的科技文章",
        "你好，来点科技资讯",
    ],
)
def test_news_of_a_channel_are_articles_of_that_channel(science, sports, asked):
    said = answer(asked, ME)

    assert said.splitlines()[0] == "热门的科技文章："
    assert len(titles(said)) == 5
    assert all(title.startswith("芯片") for title in titles(said))


@pytest.mark.parametrize(
    ("topic", "named"), [("科技", "科技动态"), ("Java", "Java"), ("javas", "JavaScript 世界")]
)
def test_the_beginning_of_a_channels_name_is_enough(runtime, topic, named):
    for name in ("JavaScript 世界", "Java", "科技动态与未来", "科技动态"):
        channel = ChannelFactory(channel_name=name)
        ArticleFactory(published=True, channel_id=channel.channel_id, title=f"在{name}")

    said = answer(f"最近有什么{topic}新闻", ME)

    assert titles(said) == [f"在{named}"]


def test_the_newest_come_first_where_they_are_asked_for(science):
    assert titles(answer("最新的科技新闻", ME)) == [f"芯片进展之{n}" for n in (6, 5, 4, 3, 2)]


def test_news_of_nothing_in_particular_are_of_all_channels(science, sports):
    assert "马拉松开跑" in titles(answer("最新的新闻", ME) + "\n" + answer("换一批", ME))


def test_a_topic_is_searched_for(science, sports):
    ArticleFactory(published=True, channel_id=sports.channel_id, title="特斯拉降价之后")

    said = answer("有没有关于特斯拉的文章？", ME)

    assert said.splitlines()[0] == "关于“特斯拉”："
    assert titles(said) == ["特斯拉降价之后"]


def test_words_of_a_topic_are_tried_when_nothing_has_all_of_it(sports):
    assert titles(answer("马拉松最好的鞋子是哪一双", ME)) == ["马拉松开跑"]


def test_what_follows_shows_what_was_not_shown_yet_and_says_when_that_is_all(science):
    first, second, third = (answer(said, ME) for said in ("最新的科技新闻", "换一批", "还有吗"))

    assert len(titles(first)) == 5
    assert titles(second) == ["芯片进展之1", "芯片进展之0"]
    assert third == bot.NOTHING_MORE


@pytest.mark.parametrize("asked", ["2", "第二条", "看第2篇", "第二条讲什么"])
def test_one_of_the_list_is_told_in_short(science, asked):
    listed = titles(answer("最新的科技新闻", ME))

    said = answer(asked, ME)

    assert said.splitlines()[0] == f"《{listed[1]}》"
    assert re.search(r"^阅读全文：/articles/\d+$", said, re.MULTILINE)


def test_numbers_that_no_list_has(science):
    without_list = answer("第二条", ME)
    answer("最新的科技新闻", ME)

    assert without_list == bot.NO_LIST
    assert answer("第九条", ME) == bot.NOT_THAT_MANY.format(9)


def test_an_article_that_has_vanished_meanwhile_is_not_told(science):
    article = ArticleFactory(published=True, channel_id=science.channel_id, title="将被撤下")
    answer("最新的科技新闻", ME)
    withdraw(article.article_id)

    assert answer("第一条", ME) == bot.GONE


def test_conversations_do_not_mix(science):
    answer("最新的科技新闻", ME)

    assert answer("第一条", "7") == bot.NO_LIST
    assert answer("换一批", "7") != bot.NOTHING_MORE


def test_a_reader_is_not_told_of_whom_he_has_blocked(science, sports):
    reader = UserFactory()
    blocked = ArticleFactory(published=True, channel_id=sports.channel_id, title="足球之夜")
    relate(reader.user_id, blocked.user_id, RelationKind.BLACKLIST)

    own = [answer(asked, str(reader.user_id)) for asked in ("最新的体育新闻", "搜一下足球")]

    assert all("足球之夜" not in titles(said) for said in own)
    assert "足球之夜" in titles(answer("最新的体育新闻", ME))


def test_nor_of_what_is_not_approved(science):
    ArticleFactory(channel_id=science.channel_id, title="草稿一篇")

    said = answer("最新的科技新闻", ME) + answer("搜一下草稿", ME)

    assert "草稿一篇" not in titles(said)


def test_sensitive_words_are_not_talked_about(science):
    SensitiveWordFactory(word="赌博网站")
    sensitive_words.forget()

    assert answer("推荐几个赌博网站", ME) == bot.NOT_THAT


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("怎么修改昵称？", "编辑资料"),
        ("我想改个名字", "编辑资料"),
        ("收不到验证码怎么办", "一分钟"),
        ("怎么发文章", "自媒体平台"),
        ("如何取消收藏", "星标"),
        ("审核要多久", "人工审核"),
    ],
)
def test_questions_about_the_product_are_answered(runtime, asked, part):
    assert part in answer(asked, ME)


INTENTS = {
    "identity": "你是谁呀？",
    "humanity": "你是机器人吗",
    "abilities": "你会什么",
    "thanks": "谢谢你！",
    "goodbye": "拜拜",
    "time": "现在几点了",
    "date": "今天星期几？",
    "weather": "明天会下雨吗",
    "joke": "讲个笑话",
    "age": "你多大了",
    "affection": "喜欢你",
    "praise": "你真棒",
    "complaint": "你好笨",
    "boredom": "好无聊啊",
    "mood": "今天心情不好",
    "laughter": "哈哈哈哈",
    "wellbeing": "最近怎么样",
    "greeting": "您好！",
    "agreement": "好的",
    "refusal": "算了",
}


@pytest.mark.parametrize(("name", "typed"), INTENTS.items())
def test_small_talk_is_understood(runtime, name, typed):
    intent = small_talk.meant(plain(typed))

    said = [answer(typed, ME) for _ in intent.says]

    assert intent.name == name
    assert len(set(said)) == len(intent.says) >= 2  # something else each time
    assert "{" not in "".join(said)


def test_every_intent_is_tried_here():
    assert {intent.name for intent in small_talk.INTENTS} == set(INTENTS)
    assert len(INTENTS) >= 10


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "。。。", "\x00\x01", "😀😀", "asdfghjkl", "啊" * 5000, "'; DROP TABLE user; --",
     "<script>alert(1)</script>", "%_\\", "\u202e\u200b", "第", "一", "换一批", "的" * 60, "🏳️‍🌈 ?"],
)  # fmt: skip
def test_there_is_always_an_answer(runtime, typed):
    assert answer(typed, ME).strip()


def test_what_is_not_understood_is_said_with_what_others_read(science):
    said = answer("asdfghjkl", ME)

    assert said.startswith(bot.NOT_UNDERSTOOD)
    assert len(titles(said)) == 5


def test_a_topic_that_nothing_is_about_is_named(science):
    said = answer("有没有关于恐龙蛋的新闻", ME)

    assert said.startswith(bot.NOTHING_ABOUT.format("恐龙蛋"))
    assert len(titles(said)) == 5


def test_while_redis_is_away_it_talks_without_memory(science, valkey):
    valkey.stop()
    try:
        said = [answer(typed, ME) for typed in ("你好", "最新的科技新闻", "第二条")]
    finally:
        valkey.start()

    assert said[0] == small_talk.find("你好", 0)
    assert len(titles(said[1])) == 5
    assert said[2] == bot.NO_LIST


def test_disliked_articles_are_not_offered(science):
    reader = UserFactory()
    disliked = ArticleFactory(published=True, channel_id=science.channel_id, title="不想看")
    AttitudeFactory(user_id=reader.user_id, article_id=disliked.article_id, attitude=0)

    assert "不想看" not in titles(answer("最新的科技新闻", str(reader.user_id)))


def test_a_warm_list_costs_no_more_than_its_page_and_its_memory(science, cost):
    answer("最新的科技新闻", ME)

    with cost() as spent:
        answer("最新的科技新闻", ME)

    assert spent.sql == 0
    assert spent.stages <= 4  # what is remembered, channels, articles, what is remembered now
