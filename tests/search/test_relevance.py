"""How good the hits are, with figures: on texts of others, and on the demo with our judgement.

``pytest -s tests/search/test_relevance.py`` prints them.
"""

from __future__ import annotations

import math
import random
import re
from pathlib import Path

import opencc
import pytest
import rjieba

from common.search.interface import Kind, Query
from common.utils.parameters.phrases import Phrase
from scripts.demo import content
from tests.search.conftest import document

ROOT = Path(__file__).parents[2]
# Beside the repository, or above the checkout: never in it.
OF_OTHERS = [folder / "shared" / "data" for folder in (ROOT.parent, ROOT.parent.parent)]
JUDGED = Path(__file__).with_name("judged.tsv")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
ASKED = 500
SEED = 20260101
LONGEST = 50  # characters of a phrase


def read(name):
    """Lines of a file of others; a test that needs one which is not there is skipped."""
    for folder in OF_OTHERS:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8").splitlines()
    pytest.skip(f"../shared/data/{name} is not here")


def fill(engine, titles):
    with engine.rebuild(Kind.PUBLIC) as made:
        made.add([document(id_, title, version=0) for id_, title in enumerate(titles, 1)])
        made.switch(lambda: None)


def best(engine, phrase, count=10):
    found = engine.search(Query(Phrase.of(phrase)), first=0, count=count)
    return [id_ - 1 for id_ in found.article_ids]


def two_words_of_the_middle(title):
    words = [word for word in rjieba.cut(title) if CHINESE.fullmatch(word)]
    middle = len(words) // 2
    return words[middle - 1 : middle + 1] if len(words) > 1 else None


def homophones():
    lines = [line.split("\t") for line in read("same_pinyin.txt") if not line.startswith("#")]
    return {line[0]: "".join(line[1:]) for line in lines}


@pytest.mark.timeout(300)
def test_known_headlines_are_found_by_two_words_of_their_middle(engine, capsys):
    titles = [line.split("\t")[1] for line in read("headlines.tsv")]
    sound_alike = homophones()
    chance = random.Random(SEED)
    to_traditional = opencc.OpenCC("s2t").convert
    fill(engine, titles)
    asked = {"as they are": 0, "traditional": 0, "one homophone": 0}
    number = 0
    for index in chance.sample(range(len(titles)), len(titles)):
        words = two_words_of_the_middle(titles[index])
        places = [n for n, each in enumerate("".join(words or "")) if each in sound_alike]
        if not words or not places:
            continue
        place = chance.choice(places)
        wrong = list("".join(words))
        wrong[place] = chance.choice(sound_alike[wrong[place]])
        cut = len(words[0])
        phrases = {
            "as they are": " ".join(words),
            "traditional": to_traditional(" ".join(words)),
            "one homophone": f"{''.join(wrong[:cut])} {''.join(wrong[cut:])}",
        }
        for kind, phrase in phrases.items():
            asked[kind] += titles[index] in [titles[each] for each in best(engine, phrase)]
        number += 1
        if number == ASKED:
            break

    success = {kind: count / number for kind, count in asked.items()}
    with capsys.disabled():
        print(f"\nsuccess@10 over {number} headlines: {success}")  # noqa: T201 - what it is run for
    assert success["as they are"] >= 0.95
    assert success["traditional"] >= 0.90
    assert success["one homophone"] >= 0.80


def test_misspelt_sentences_find_the_right_one(engine, capsys):
    pairs = [line.split("\t") for line in read("misspelt.tsv")]
    fill(engine, [right for _, right in pairs])

    found = [
        pairs[best(engine, wrong[:LONGEST], 1)[0]][1] == right
        for wrong, right in pairs
        if best(engine, wrong[:LONGEST], 1)
    ]

    success = sum(found) / len(pairs)
    with capsys.disabled():
        print(f"\nsuccess@1 over {len(pairs)} misspelt sentences: {success:.3f}")  # noqa: T201 - what it is run for
    assert success >= 0.85


def test_the_demo_is_searched_as_we_judge(engine, capsys):
    articles = [each for channel in content.read().channels for each in channel.articles]
    titles = [each.title for each in articles]
    with engine.rebuild(Kind.PUBLIC) as made:
        made.add(
            [
                document(id_, each.title, f"<p>{each.body}</p>", version=0)
                for id_, each in enumerate(articles, 1)
            ]
        )
        made.switch(lambda: None)
    lines = [line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines()[1:]]
    gains: dict[str, list[float]] = {}
    for kind, phrase, *answers in lines:
        if kind == "pinyin":
            shown = engine.suggest(Phrase.of(phrase), count=10)
        else:
            shown = [titles[each] for each in best(engine, phrase)]
        gains.setdefault(kind, []).append(ndcg(shown, answers))

    everything = [each for values in gains.values() for each in values]
    mean = sum(everything) / len(everything)
    with capsys.disabled():
        by_kind = {kind: round(sum(values) / len(values), 3) for kind, values in gains.items()}
        print(f"\nnDCG@10 over {len(everything)} judged queries: {mean:.3f} {by_kind}")  # noqa: T201 - what it is run for
    assert len(everything) >= 150
    assert mean >= 0.85


def ndcg(shown, answers):
    """Of the first ten; the best answer counts twice."""
    worth = [2.0, *[1.0] * (len(answers) - 1)]
    gain = sum(
        next((worth[n] for n, part in enumerate(answers) if part in title), 0.0)
        / math.log2(rank + 2)
        for rank, title in enumerate(shown[:10])
    )
    ideal = sum(value / math.log2(rank + 2) for rank, value in enumerate(worth))
    return gain / ideal
