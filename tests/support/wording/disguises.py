"""Words as those write them who want to be read but not to be found."""

from __future__ import annotations

from collections.abc import Iterator

import opencc

from common.services.moderation.look_alikes import look_alikes

CHINESE = [
    "赌博",
    "裸聊",
    "冰毒",
    "办证",
    "色情",
    "枪支",
    "传销",
    "援交",
    "洗钱",
    "套现",
    "加微信",
    "六合彩",
    "高利贷",
    "时时彩",
    "老虎机",
    "催情药",
    "迷魂药",
    "代开发票",
    "代写论文",
    "招募代理",
    "扫码进群",
    "稳赚不赔",
    "信用卡套现",
    "网投娱乐平台",
    "无抵押秒放款",
]
ALPHABETIC = ("sex", "fuck", "badword", "viagra")
BETWEEN = (" ", "*", "-", ".", "·", "_", "\u200b", "\u3000", "🀄", "|", "、", "~")
HOST = "今天{}，欢迎咨询。"

# Look-alikes and homophones of the kind that people use.
BY_HAND = (
    ("加微信", "加薇信"), ("加微信", "加威芯"), ("加微信", "家微信"), ("赌博", "堵博"),
    ("赌博", "睹博"), ("冰毒", "兵毒"), ("裸聊", "倮聊"), ("高利贷", "高利袋"),
    ("高利贷", "高力贷"),
    ("代开发票", "代开發漂"), ("代开发票", "代开法票"), ("代开发票", "待开发票"),
    ("六合彩", "陆合彩"), ("六合彩", "六合菜"), ("时时彩", "时时菜"), ("传销", "船销"),
    ("洗钱", "洗浅"), ("套现", "淘现"), ("援交", "圆交"), ("老虎机", "老虎鸡"),
    ("催情药", "摧情药"), ("迷魂药", "谜魂药"), ("扫码进群", "扫码进裙"),
    ("稳赚不赔", "稳赚不陪"), ("招募代理", "招募代里"), ("裸聊", "棵聊"), ("办证", "办诈"),
)  # fmt: skip


def disguised() -> Iterator[tuple[str, str, str]]:
    """Word, a text that has it in disguise, and what was done to it."""
    for word, disguise, what in _each():
        yield word, HOST.format(disguise), what


def _each() -> Iterator[tuple[str, str, str]]:
    for word in CHINESE:
        yield from ((word, disguise, what) for disguise, what in _of_chinese(word))
    for word in ALPHABETIC:
        yield from ((word, disguise, what) for disguise, what in _of_alphabetic(word))
    yield from (("sex", "s3x", "alike"), ("fuck", "fυck", "alike"), ("sex", "ѕеx", "alike"))
    yield from ((word, disguise, "by hand") for word, disguise in BY_HAND)


def _of_chinese(word: str) -> Iterator[tuple[str, str]]:
    form = opencc.OpenCC("s2t").convert(word)
    if form != word:
        yield form, "traditional"
    yield from ((between.join(word), "separated") for between in BETWEEN)
    yield "".join(2 * letter for letter in word), "repeated"
    yield word + 3 * word[-1], "repeated"
    for place, letter in enumerate(word):
        for other in look_alikes().get(letter, ""):
            yield word[:place] + other + word[place + 1 :], "alike"


def _of_alphabetic(word: str) -> Iterator[tuple[str, str]]:
    yield "".join(chr(ord(letter) + 0xFEE0) for letter in word), "wide"
    yield word.upper(), "upper case"
    yield word[0].upper() + word[1:], "upper case"
    yield word[:-1] + 4 * word[-1], "repeated"
    yield from ((between.join(word), "separated") for between in BETWEEN[:8])
