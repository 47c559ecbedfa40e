"""How many innocent texts are struck, on texts written by nobody here (``../data``).

What is struck is printed. Where these texts are not beside the repository, only some sentences of
ours are tried.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from common.services.moderation.matcher import Matcher
from common.services.moderation.rules import Rule
from common.services.moderation.words import Word
from tests.support.wording.everyday import SENTENCES, SOUND_ALIKE
from tests.support.wording.listed import WORDS

ROOT = Path(__file__).parents[4]
OURS = "sentences of ours"
SEED = 20
DISGUISES = 5  # of each word

# Short words that stand inside many others, and that headlines seldom mean: what is struck is false
# alarm. Words that this newspaper does write about (AV, 110, 发票) would measure something else.
PROBES = (
    "sex", "sm", "gay", "sb", "ass", "64", "89", "54",
    "大麻", "法会", "性交", "自慰", "卖身", "办证",
)  # fmt: skip


def data(name):
    """A file beside the repository, or beside a folder that it is in."""
    places = [up / folder / name for up in ROOT.parents for folder in ("data", "shared/data")]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        pytest.skip(f"../data/{name} is not there")
    return found.read_text(encoding="utf-8").splitlines()


def texts_of(name):
    """Innocent ones: ours, or lines of a file; of headlines without their category."""
    if name == OURS:
        return SENTENCES
    lines = data(name)
    return [line.partition("\t")[2] for line in lines] if name == "headlines.tsv" else lines


def matcher(words):
    """Words by the default rule."""
    return Matcher(Word(number, word, 1) for number, word in enumerate(words, start=1))


@pytest.mark.parametrize("name", [OURS, "headlines.tsv"])
def test_short_words_strike_hardly_any_text(name, capsys):
    titles, probes = texts_of(name), matcher(PROBES)

    struck = [title for title in titles if any(probes.matches(title, set()))]

    within = sum(any(word in title.lower() for word in PROBES) for title in titles)
    share = len(struck) / len(titles)
    with capsys.disabled():
        print(f"\n14 short words: {share:.3%} of {len(titles)} struck ({name}),")  # noqa: T201
        print(f"as part of anything {within / len(titles):.3%}: {struck}")  # noqa: T201
    assert len(PROBES) == 14
    assert within
    assert share <= 0.0005


@pytest.mark.parametrize("name", [OURS, "headlines.tsv", "newspaper.txt", "safe_comments.txt"])
def test_disguises_strike_hardly_any_innocent_text(name, capsys):
    texts, listed = texts_of(name), matcher(WORDS)

    literal, more = 0, []
    for text in texts:
        places = list(listed.matches(text, set()))
        if any(place.rule is Rule.LITERAL for place in places):
            literal += 1
        elif places:
            more.append((places[0].word.word, text[places[0].begin - 2 : places[0].end + 2]))

    with capsys.disabled():
        shares = f"{literal / len(texts):.3%} literally, {len(more) / len(texts):.3%} more"
        print(f"\n{name}, {len(WORDS)} words: {shares} by disguises: {more}")  # noqa: T201
    assert len(more) / len(texts) <= 0.001


@pytest.mark.parametrize("how", ["one character", "every character"])
@pytest.mark.parametrize("name", [OURS, "headlines.tsv"])
def test_homophones_are_heard(name, how, capsys):
    sounds = SOUND_ALIKE if name == OURS else _homophones()
    chance = random.Random(SEED)
    titles = texts_of(name)
    tried = heard = 0
    for word in WORDS:
        listed = matcher([word])
        places = [place for place, letter in enumerate(word) if sounds.get(letter)]
        for _ in range(DISGUISES if places else 0):
            replaced = places if how == "every character" else chance.sample(places, 1)
            letters = list(word)
            for place in replaced:
                letters[place] = chance.choice(sounds[word[place]])
            title = chance.choice(titles)
            at = chance.randrange(len(title) + 1)
            tried += 1
            heard += any(listed.matches(f"{title[:at]}{''.join(letters)}{title[at:]}", set()))

    with capsys.disabled():
        print(f"\n{name}, homophones for {how}: {heard / tried:.3f} of {tried} heard")  # noqa: T201
    assert heard / tried >= 0.45


def _homophones():
    found = {}
    for line in data("same_pinyin.txt"):
        letter, *others = line.split("\t")
        if not line.startswith("#"):
            found[letter] = "".join(others)
    return found
