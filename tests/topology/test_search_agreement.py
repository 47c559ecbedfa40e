"""The embedded engine and a real Elasticsearch answer the same, hit by hit (search.md §3).

Over headlines of others where those are at hand (../shared/data), and otherwise over what the
demo's articles are made of.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta

import opencc
import pytest
import rjieba
from pypinyin import lazy_pinyin

from common.search.embedded import EmbeddedEngine
from common.search.interface import Kind, Query
from common.utils.parameters.phrases import Phrase
from scripts.demo import content
from tests.search.conftest import SOME_DAY, document, emptied
from tests.search.test_relevance import CHINESE, SEED, find, homophones

ASKED = 250
ARTICLES = 10_000
AT_ONCE = 500
LONGEST_TITLE = 100
PAGE = 10


def headlines():
    """What titles and texts are made of."""
    lines = find("headlines.tsv")
    if lines is not None:
        return [line.split("\t")[1] for line in lines][:ARTICLES]
    articles = [each for channel in content.read().channels for each in channel.articles]
    sentences = [
        sentence[:LONGEST_TITLE]
        for each in articles
        for line in each.body.splitlines()
        for sentence in line.split("。")
        if CHINESE.match(sentence)
    ]
    return [each.title for each in articles] + sentences


def sounds(titles):
    """By character, those that sound alike."""
    lines = find("same_pinyin.txt")
    if lines is not None:
        return homophones(lines)
    by_sound = defaultdict(set)
    for character in set("".join(titles)):
        if CHINESE.fullmatch(character * 2):  # it asks for two of them
            by_sound[lazy_pinyin(character)[0]].add(character)
    return {
        character: "".join(sorted(alike - {character}))
        for alike in by_sound.values()
        for character in alike
        if len(alike) > 1
    }


def corpus():
    """Headlines as titles, other headlines as texts; each eighth in traditional characters."""
    titles = headlines()
    chance = random.Random(SEED)
    traditional = opencc.OpenCC("s2t").convert
    for id_, title in enumerate(titles, 1):
        text = "。".join(chance.choice(titles) for _ in range(chance.randrange(5)))
        spelt = traditional if id_ % 8 == 0 else str
        yield document(
            id_,
            spelt(title),
            f"<p>{spelt(text)}</p>",
            version=0,
            author_id=id_ % 50,
            channel_id=id_ % 7,
            readings=id_ % 1000,
            published_at=SOME_DAY + timedelta(minutes=id_ % 5000),
        )


def phrases(titles):
    """Words, pairs of words, single characters, whole titles; some misspelt, some traditional."""
    chance = random.Random(SEED)
    sound_alike = sounds(titles)
    traditional = opencc.OpenCC("s2t").convert
    for title in chance.sample(titles, ASKED):
        words = [word for word in rjieba.cut(title) if CHINESE.fullmatch(word)] or [title[:4]]
        chosen = " ".join(chance.sample(words, min(len(words), chance.choice((1, 1, 2, 3)))))
        shapes = [
            chosen, chosen, chosen[0], title[:50], traditional(chosen),
            "".join(chance.choice(sound_alike[each]) if each in sound_alike else each
                    for each in chosen),
        ]  # fmt: skip
        yield chance.choice(shapes)


@pytest.fixture(scope="module")
def documents():
    return list(corpus())


@pytest.fixture(scope="module")
def embedded(documents, tmp_path_factory):
    made = EmbeddedEngine(tmp_path_factory.mktemp("agreeing") / "search")
    with emptied(made):
        fill(made, documents)
        yield made


@pytest.fixture
def elastic(patient_engine, documents):
    with emptied(patient_engine()) as made:
        fill(made, documents)
        yield made


def fill(engine, documents):
    with engine.rebuild(Kind.PUBLIC) as made:
        for first in range(0, len(documents), AT_ONCE):
            made.add(documents[first : first + AT_ONCE])
        made.switch(lambda: None)


def conditions(number):
    """What else is asked, of each phrase something else."""
    return [
        {}, {}, {}, {"sort": "time"}, {"sort": "blend"}, {"channel_id": 3},
        {"begin": SOME_DAY + timedelta(days=1), "end": SOME_DAY + timedelta(days=2)},
        {"without_authors": frozenset(range(25))},
    ][number % 8]  # fmt: skip


def _want_equal_scores(ours, theirs):
    assert theirs.tier == ours.tier
    assert theirs.score == pytest.approx(ours.score, abs=1e-4)
    assert [each.term for each in theirs.shares] == [each.term for each in ours.shares]


@pytest.mark.timeout(300)
def test_both_engines_answer_the_same_with_the_same_scores(embedded, elastic, documents, capsys):
    asked = list(phrases([each.title for each in documents]))
    corrected = deep = found = 0
    for number, text in enumerate(asked):
        phrase = Phrase.of(text)
        query = Query(phrase, **conditions(number))
        for first in (0, 40):
            ours = embedded.search(query, first=first, count=PAGE)
            theirs = elastic.search(query, first=first, count=PAGE)
            assert theirs == ours, (text, first, query)
            deep += first > 0 and bool(ours.article_ids)
        best = embedded.search(query, first=0, count=1).article_ids
        if number % 5 == 0 and best:
            _want_equal_scores(embedded.explain(query, *best), elastic.explain(query, *best))
        corrected += ours.corrected is not None
        found += ours.total > 0
        if number % 4 == 0:
            assert elastic.suggest(phrase, count=PAGE) == embedded.suggest(phrase, count=PAGE), text

    with capsys.disabled():
        print(  # noqa: T201 - what it is run for
            f"\n{len(asked)} phrases over {len(documents)} articles: the same totals, ids and "
            f"order; {found} found something, {corrected} corrected, {deep} with a fifth page"
        )
    assert len(asked) >= 200
    assert min(found, corrected, deep) >= 20
