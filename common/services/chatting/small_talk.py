"""Small talk: what is meant by short texts, and several things to say to each, in turn."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from common.utils import clock

MAX_CHARACTERS: Final = 20  # a longer text has something to say of its own
WEEKDAYS: Final = "一二三四五六日"


class Intent(NamedTuple):
    """What somebody means, how he says it, and what is said to that.

    :param says: may name ``{time}``, ``{date}``, ``{weekday}``
    """

    name: str
    pattern: re.Pattern[str]
    says: tuple[str, ...]


def _intent(name: str, pattern: str, *says: str) -> Intent:
    return Intent(name, re.compile(pattern), says)


# The first that fits is meant.
INTENTS: Final = (
    _intent(
        "identity", "你是谁|你叫什么|叫啥|你的名字|介绍.{0,2}自己|who are you",
        "我是头条小助手，帮你找文章、解答使用问题。",
        "我叫小助手，住在这个聊天窗口里，专门陪你看新闻。",
    ),
    _intent(
        "humanity", "你是.{0,3}(人|机器|程序|ai)",
        "我是一个程序，不过很乐意陪你聊天。",
        "我不是真人，我是头条的聊天机器人。",
    ),
    _intent(
        "abilities",
        "你(会|能|可以)(做|干|帮|聊)?.{0,4}(什么|啥|哪些)|有什么功能|怎么用你|^帮助$|^help$",
        "我可以找文章（“最近有什么科技新闻”）、讲摘要（“第二条”）、回答使用问题（“怎么修改昵称”），也能闲聊几句。",
        "试试对我说“推荐几篇体育新闻”“换一批”，或者“怎么关注别人”。",
    ),
    _intent(
        "thanks", "谢谢|多谢|感谢|谢啦|thank|thx",
        "不客气，随时找我。", "能帮上忙就好！", "应该的。",
    ),
    _intent(
        "goodbye", "再见|拜拜|回见|晚安|先走了|下次聊|^bye",
        "再见，有空再来看新闻。", "回头见！", "好的，下次聊。",
    ),
    _intent(
        "time", "几点|什么时间|时间是多少|what time",
        "现在是 {time}。", "看了下表，{time}。",
    ),
    _intent(
        "date", "几号|几月|星期几|周几|礼拜几|什么日子|今天是什么",
        "今天是 {date}，星期{weekday}。", "{date}，星期{weekday}。",
    ),
    _intent(
        "weather", "天气|下雨|气温|多少度|冷不冷|热不热",
        "我看不到实时天气，不过可以帮你搜天气新闻，试试“天气新闻”。",
        "天气我还查不了，出门前看看天气应用吧。",
    ),
    _intent(
        "joke", "笑话|讲个段子|逗我|幽默",
        "程序员去买菜：“买一斤西瓜，看到西红柿就买一个。”结果他买了一个西瓜。",
        "为什么数学书总是很忧伤？因为它有太多的问题。",
        "记者问企鹅每天做什么：“吃饭、睡觉、打豆豆。”问到最后一只：“你怎么不打豆豆？”“我就是豆豆。”",
    ),
    _intent(
        "age", "你多大|几岁|你的生日|年龄",
        "我还很年轻，每天都在看新闻长大。", "程序没有年龄，版本倒是有一个。",
    ),
    _intent(
        "affection", "喜欢你|爱你|想你|么么|抱抱",
        "我也喜欢和你聊天。", "谢谢你，我会害羞的。",
    ),
    _intent(
        "praise", "真棒|厉害|聪明|不错|好样的|优秀|牛啊|真好|点赞|good job",
        "谢谢夸奖，我继续努力。", "被夸了，开心！",
    ),
    _intent(
        "complaint", "笨|傻|蠢|垃圾|没用|差劲|讨厌|答非所问|听不懂",
        "对不起，我还在学习。换个说法再问我一次？", "让你失望了，我会改进的。",
    ),
    _intent(
        "boredom", "无聊|没意思|没事做|陪我聊",
        "那我们看看新闻吧，对我说“推荐几篇文章”。",
        "无聊的时候最适合看点有趣的，试试“有什么热门文章”。",
    ),
    _intent(
        "mood", "难过|伤心|不开心|郁闷|好累|压力|烦死|心情不好",
        "抱抱你。歇一会儿，看点轻松的文章吧。", "辛苦了，今天也要好好照顾自己。",
    ),
    _intent(
        "laughter", "^(哈|呵|嘿|嘻|h|a){2,}$|笑死|233",
        "看来你心情不错。", "哈哈，笑一笑十年少。",
    ),
    _intent(
        "wellbeing", "你好吗|最近怎么样|近来可好|吃了吗|在干嘛|在做什么|how are you",
        "我很好，正在看今天的新闻。你呢？", "一切正常，谢谢关心！",
    ),
    _intent(
        "greeting",
        "你好|您好|早上好|上午好|中午好|下午好|晚上好"
        "|^(hi|hello|hey|嗨|哈喽|哈罗|喂|在吗|在么|早|早安)",
        "你好！想看点什么？可以问我“最近有什么科技新闻”。",
        "你好呀，今天想了解哪方面的新闻？",
        "嗨，我在呢。",
    ),
    _intent(
        "agreement", "^(好|好的|好吧|嗯+|哦+|噢|行|可以|知道了|明白|是的|对|ok|okay|收到)$",
        "好的。还想看点什么？", "嗯嗯，有需要就叫我。",
    ),
    _intent(
        "refusal", "^(不|不要|不用|不用了|不想|没有|没事|算了|不是|不对|no)$",
        "好的，那我先歇着。", "没关系，想看新闻时再叫我。",
    ),
)  # fmt: skip


def find(text: str, turn: int) -> str | None:
    """What is said to a plain text, something else each time; None if it is no small talk.

    :param turn: how often the bot has spoken in this conversation
    """
    if len(text) > MAX_CHARACTERS:
        return None
    intent = meant(text)
    if intent is None:
        return None
    now = clock.now()
    return intent.says[turn % len(intent.says)].format(
        time=f"{now:%H:%M}",
        date=f"{now.year} 年 {now.month} 月 {now.day} 日",
        weekday=WEEKDAYS[now.weekday()],
    )


def meant(text: str) -> Intent | None:
    """The intent of a plain text, None for none."""
    return next((each for each in INTENTS if each.pattern.search(text)), None)
