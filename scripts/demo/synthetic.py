"""Invented articles in any number, for benchmarks and load tests; the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from common.services.importing.items import Item
from common.utils import clock
from common.utils.text.html import text_of
from scripts.demo import content
from scripts.demo.chance import dice

_AUTHORS: Final = 200
_DAYS: Final = 3 * 365
_PARAGRAPHS: Final = (6, 12)
_SENTENCES: Final = (3, 7)

Sentences = Mapping[str, Sequence[str]]  # by category


def items(count: int, seed: int = 0, *, headlines: Path | None = None) -> Iterator[Item]:
    """``count`` articles of the last three years, in no order of time.

    :param headlines: a file of ``category<tab>headline`` lines to compose them from; without it
        they are made of the demo's sentences
    """
    sentences = _from_file(headlines) if headlines is not None else _from_demo()
    categories = sorted(sentences)
    now = clock.now()
    cup = dice("synthetic", str(seed))
    for number in range(count):
        category = cup.choice(categories)
        choice = sentences[category]
        yield Item(
            title=f"{cup.choice(choice)[:100]} {number}",
            content="".join(_paragraph(cup, choice) for _ in range(cup.randint(*_PARAGRAPHS))),
            channel=category,
            author=f"{category}作者{cup.randrange(_AUTHORS // len(categories) + 1)}",
            published_at=now - timedelta(seconds=cup.randrange(_DAYS * 86_400)),
        )


def _paragraph(cup: Random, sentences: Sequence[str]) -> str:
    return f"<p>{'，'.join(cup.choices(sentences, k=cup.randint(*_SENTENCES)))}。</p>"


def _from_file(path: Path) -> Sentences:
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        category, _, headline = line.partition("\t")
        if headline:
            found.setdefault(category, []).append(text_of(headline))
    return found


def _from_demo() -> Sentences:
    return {
        channel.name: [
            sentence
            for article in channel.articles
            for line in article.body.splitlines()
            if line and line[0].isalnum()
            for sentence in line.replace("**", "").rstrip("。").split("。")
        ]
        for channel in content.read().channels
    }
