"""How much is said below the demo's articles, and what: mostly little, now and then a lot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from math import log
from random import Random
from typing import Final

from scripts.demo.asides import Asides
from scripts.demo.chance import dice
from scripts.demo.content import ArticleText
from scripts.demo.remark import Remark

_MEDIAN: Final = 4.0  # comments and replies below a grown-up article: half have more
_SPREAD: Final = 1.0  # of the logarithm
_MOST: Final = 48
_GROWN_UP: Final = timedelta(days=1)


class Talk:
    """Decides what is said below each article; the same in every installation."""

    def __init__(self, asides: Sequence[Asides], readers: Sequence[str]) -> None:
        self._asides = asides
        self._readers = readers

    def below(self, article: ArticleText, slug: str) -> tuple[Remark, ...]:
        """The conversation: what was written for the article, then what anybody could say."""
        cup = dice("talk below", article.title)
        wanted = _wanted(cup, article.age)
        threads = [*article.remarks, *self._spoken(cup, slug, article.author)]
        return tuple(_first(wanted, threads))

    def _spoken(self, cup: Random, slug: str, author: str) -> Iterator[Remark]:
        """Asides in the mouths of readers, most of those that suit the channel in front."""
        own = [one for each in self._asides if slug in each.slugs for one in each.threads]
        common = [one for each in self._asides if not each.slugs for one in each.threads]
        places = [(cup.random(), one) for one in own] + [(2 * cup.random(), one) for one in common]
        speakers = cycle(cup.sample(self._readers, len(self._readers)))
        for _, aside in sorted(places, key=lambda place: place[0]):
            replies = tuple(replace(one, author=author) for one in aside.replies)
            yield replace(aside, author=next(speakers), replies=replies)


def _wanted(cup: Random, age: timedelta) -> int:
    """A count as attention spreads; people come by and by."""
    attention = cup.lognormvariate(log(_MEDIAN), _SPREAD)
    return min(_MOST, int(attention * min(1.0, age / _GROWN_UP) ** 0.5))


def _first(count: int, threads: Sequence[Remark]) -> Iterator[Remark]:
    """The first ``count`` remarks, replies included."""
    for thread in threads:
        if count <= 0:
            return
        kept = thread.replies[: count - 1]
        count -= 1 + len(kept)
        yield replace(thread, replies=kept)
