"""What is said below the demo's articles: as unevenly as people talk, and always the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from scripts.demo import content
from scripts.demo.content import ArticleText, Content
from scripts.demo.conversations import Talk
from scripts.demo.remark import Remark


@pytest.fixture(scope="module")
def texts() -> Content:
    """The bundled texts."""
    return content.read()


@pytest.fixture(scope="module")
def talk(texts: Content) -> Talk:
    """What is said in an installation."""
    return Talk(texts.asides, [person.name for person in texts.readers])


def _size(threads: tuple[Remark, ...]) -> int:
    return sum(1 + len(thread.replies) for thread in threads)


def test_most_articles_have_few_comments_and_a_few_have_many(texts: Content, talk: Talk):
    sizes = Counter(_size(talk.below(article, channel.slug)) for channel, article in texts.articles)

    total = sum(sizes.values())
    counts = sorted(sizes.elements())
    mean, median = sum(counts) / total, counts[total // 2]
    assert max(sizes.values()) < 0.25 * total  # no count that most of them share
    assert 0 < sizes[0] < 0.25 * total
    assert 2 <= median < mean
    assert counts[-1] >= 25
    assert len(sizes) >= 15


def test_it_is_the_same_every_time(texts: Content, talk: Talk):
    again = Talk(texts.asides, [person.name for person in texts.readers])

    for channel, article in texts.articles:
        assert talk.below(article, channel.slug) == again.below(article, channel.slug)


def test_what_was_written_for_an_article_comes_first(texts: Content, talk: Talk):
    for channel, article in texts.articles:
        said = [thread.content for thread in talk.below(article, channel.slug)]
        written = [thread.content for thread in article.remarks]
        assert said[: len(written)] == written[: len(said)]


def test_below_what_has_just_appeared_less_is_said(texts: Content, talk: Talk):
    ages = [timedelta(minutes=1), timedelta(hours=1), timedelta(hours=6), timedelta(days=1)]
    articles = [article for _, article in texts.articles]

    def said(age: timedelta) -> int:
        return sum(_size(talk.below(replace(article, age=age), "")) for article in articles)

    assert all(younger < older for younger, older in pairwise(map(said, ages)))
    assert said(timedelta(days=1)) == said(timedelta(days=30))


def test_asides_are_said_by_readers_and_answered_by_the_author(texts: Content, talk: Talk):
    readers = {person.name for person in texts.readers}

    for channel, article in texts.articles:
        spoken = talk.below(_without_remarks(article), channel.slug)
        assert {thread.author for thread in spoken} <= readers
        assert {reply.author for thread in spoken for reply in thread.replies} <= {article.author}
        assert len({thread.content for thread in spoken}) == len(spoken)


def _without_remarks(article: ArticleText) -> ArticleText:
    return replace(article, remarks=())
