"""What sensitive words cost: preparing a list, and searching a text (docs/words.md)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

from ahocorasick_rs import AhoCorasick
from rich.console import Console
from rich.table import Table

from common.services.moderation.letters import tables
from common.services.moderation.matcher import Matcher
from common.services.moderation.words import Word

SEED: Final = 15
CHARACTERS: Final = 1_500  # of a text: three or four screens of a phone
LENGTHS: Final = (2, 3, 4, 5, 6, 8)  # of words, as lists of operators have them
SHARES: Final = (10, 25, 35, 15, 10, 5)  # percent of each
MILLISECONDS: Final = 1000
# Innocent text of our own; searched in a new order of its clauses each time it is made.
CLAUSES: Final = [
    "今天早上下了一场小雨，空气比昨天清新得多",
    "城里的公共汽车换了新的时刻表，上班的人少等了十分钟",
    "图书馆新到的几百本书已经编好目录，读者可以在手机上预约",
    "菜市场的番茄便宜了，豆角却贵了一些",
    "孩子们在操场上练习接力跑，老师拿着秒表站在终点",
    "晚饭以后，河边散步的人很多，风里有桂花的香味",
    "工程师们把旧的服务器搬到楼下，顺便清理了三年没有动过的线缆",
    "明天要开会讨论下个季度的计划和预算",
    "火车站的候车室重新装修过，座椅宽敞，墙上挂着本地画家的作品",
    "医生建议每周至少运动三次，每次半小时",
]

Way = Callable[[], object]


def words(count: int) -> list[Word]:
    """Words that nobody chose, of common characters; always the same."""
    chance = random.Random(SEED)  # noqa: S311 - the same list each time, no secret
    common = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7)
              for cell in range(0xA1, 0xFF)]  # fmt: skip
    found: dict[str, None] = {}
    while len(found) < count:
        length = chance.choices(LENGTHS, SHARES)[0]
        found["".join(chance.choices(common, k=length))] = None
    return [Word(number, word, 1) for number, word in enumerate(found, start=1)]


def text(characters: int) -> str:
    """That many characters of innocent text; always the same."""
    chance = random.Random(SEED)  # noqa: S311 - likewise
    clauses: list[str] = []
    while sum(map(len, clauses)) < characters:
        clauses += [f"{clause}。" for clause in chance.sample(CLAUSES, len(CLAUSES))]
    return "".join(clauses)[:characters]


def measure(count: int, *, rounds: int, times: int) -> dict[str, dict[str, float]]:
    """CPU milliseconds of each piece and way; the best of the rounds, in which all take turns."""
    listed = words(count)
    plain_words = [word.word for word in listed]
    tables()  # once in a process
    sample = text(CHARACTERS)
    matcher, plain = Matcher(listed), AhoCorasick(plain_words)
    pieces: dict[str, dict[str, tuple[Way, int]]] = {
        f"preparing {count:,} words": {
            "all rules": (lambda: Matcher(listed), 1),
            "a plain automaton": (lambda: AhoCorasick(plain_words), 1),
        },
        f"searching {CHARACTERS:,} characters": {
            "all rules": (lambda: list(matcher.matches(sample, set())), times),
            "a plain automaton": (
                lambda: plain.find_matches_as_indexes(sample, overlapping=True),
                times,
            ),
        },
    }
    return {
        piece: {name: _best(way, rounds, often) for name, (way, often) in ways.items()}
        for piece, ways in pieces.items()
    }


def _best(way: Way, rounds: int, times: int) -> float:
    way()
    spent = []
    for _ in range(rounds):
        before = time.thread_time()
        for _ in range(times):
            way()
        spent.append((time.thread_time() - before) / times * MILLISECONDS)
    return min(spent)


def report(figures: dict[str, dict[str, float]], console: Console) -> None:
    """Print a table: each way, and how much it costs beside a plain automaton."""
    table = Table(title="sensitive words, CPU ms")
    table.add_column("piece")
    table.add_column("way")
    table.add_column("CPU ms", justify="right")
    table.add_column("of plain", justify="right")
    for piece, ways in figures.items():
        plain = ways["a plain automaton"]
        for name, spent in ways.items():
            table.add_row(piece, name, f"{spent:.3f}", f"{spent / plain:.1f}")
    console.print(table)
