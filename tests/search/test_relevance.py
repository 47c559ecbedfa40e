"""How good the hits are, with figures: on texts of others, and on the demo with our judgement.

``pytest -s tests/search/test_relevance.py`` prints them for the embedded engine,
``scripts/test --topology tests/topology/test_search_elasticsearch.py`` for Elasticsearch.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
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
AT_ONCE = 4
SEED = 20260101
LONGEST = 50  # characters of a phrase


def read(name):
    """Lines of a file of others; a test that needs one which is not there is skipped."""
    lines = find(name)
    if lines is None:
        pytest.skip(f"../shared/data/{name} is not here")
    return lines


def find(name):
    """The same, or None."""
    for folder in OF_OTHERS:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8").splitlines()
    return None


def tell(capsys, engine, figures):
    with capsys.disabled():
        print(f"\n{type(engine).__name__}: {figures}")  # noqa: T201 - what it is run for


def fill(engine, titles):
    with engine.rebuild(Kind.PUBLIC) as made:
        made.add([document(id_, title, version=0) for id_, title in enumerate(titles, 1)])
        made.switch(lambda: None)


def best(engine, phrase, count=10):
    found = engine.search(Query(Phrase.of(phrase)), first=0, count=count)
    return [id_ - 1 for id_ in found.article_ids]


def together(engine, phrases, count):
    """The best of each, some asked at once: a server has more to do while we read an answer.

    The first one by itself: a new index is opened by who comes first, and others wait not long.
    """
    first = best(engine, phrases[0], count)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [first, *threads.map(lambda phrase: best(engine, phrase, count), phrases[1:])]


def two_words_of_the_middle(title):
    words = [word for word in rjieba.cut(title) if CHINESE.fullmatch(word)]
    middle = len(words) // 2
    return words[middle - 1 : middle + 1] if len(words) > 1 else None


def homophones(lines):
    """By character, those that sound alike."""
    lines = [line.split("\t") for line in lines if not line.startswith("#")]
    return {line[0]: "".join(line[1:]) for line in lines}


@pytest.mark.timeout(300)
def test_known_headlines_are_found_by_two_words_of_their_middle(engine, capsys):
    titles = [line.split("\t")[1] for line in read("headlines.tsv")]
    sound_alike = homophones(read("same_pinyin.txt"))
    chance = random.Random(SEED)
    to_traditional = opencc.OpenCC("s2t").convert
    fill(engine, titles)
    asked: list[tuple[str, str, str]] = []
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
        asked += [(kind, phrase, titles[index]) for kind, phrase in phrases.items()]
        if len(asked) == ASKED * len(phrases):
            break

    shown = together(engine, [phrase for _, phrase, _ in asked], 10)

    found = Counter(
        kind
        for (kind, _, title), hits in zip(asked, shown, strict=True)
        if title in [titles[each] for each in hits]
    )
    number = len(asked) // len(phrases)
    success = {kind: found[kind] / number for kind in phrases}
    tell(capsys, engine, f"success@10 over {number} headlines: {success}")
    assert success["as they are"] >= 0.95
    assert success["traditional"] >= 0.90
    assert success["one homophone"] >= 0.80


def test_misspelt_sentences_find_the_right_one(engine, capsys):
    pairs = [line.split("\t") for line in read("misspelt.tsv")]
    fill(engine, [right for _, right in pairs])

    shown = together(engine, [wrong[:LONGEST] for wrong, _ in pairs], 1)

    found = [
        (wrong != right, [pairs[each][1] for each in hits] == [right])
        for (wrong, right), hits in zip(pairs, shown, strict=True)
    ]
    of_all = [is_found for _, is_found in found]
    of_wrong = [is_found for is_wrong, is_found in found if is_wrong]  # the rest are right as well
    success, told = sum(of_wrong) / len(of_wrong), sum(of_all) / len(of_all)
    tell(
        capsys,
        engine,
        f"success@1 over {len(of_wrong)} misspelt sentences: {success:.3f}; "
        f"with those that are spelt right, {len(of_all)}: {told:.3f}",
    )
    assert min(success, told) >= 0.85


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
    by_kind = {kind: round(sum(values) / len(values), 3) for kind, values in gains.items()}
    tell(capsys, engine, f"nDCG@10 over {len(everything)} judged queries: {mean:.3f} {by_kind}")
    assert len(everything) >= 150
    assert mean >= 0.85
    # In small what the texts of others show in large, which are not beside every checkout.
    assert min(by_kind["traditional"], by_kind["typo"], by_kind["border"]) >= 0.80


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
