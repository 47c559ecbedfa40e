"""Searching while the engine is away, or behind the times (search.md §3, faults.md 45)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common import search
from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.models import BehaviourEvent, LearnedPhrase, SensitiveWord
from common.search import Hits
from common.services.behaviour import recording
from common.services.moderation import hold_counts
from common.utils import clock
from tests.factories import ArticleFactory, SensitiveWordFactory, UserFactory
from tests.factories.base import write
from tests.support.harness.engines import NoEngine
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import withdraw

SEARCH = "/v1_0/search"


def publish(title, count=1):
    return [ArticleFactory(published=True, title=title).article_id for _ in range(count)]


def find(client, q, **query):
    return client.get(SEARCH, query_string={"q": q, **query}).json["data"]


def ids(data):
    return [each["art_id"] for each in data["results"]]


class Away(NoEngine):
    """An engine that cannot be reached."""

    def search(self, *_arguments, **_options):
        raise DependencyUnavailable("search")

    suggest = search


class Stale(NoEngine):
    """An engine that still knows articles which have vanished."""

    def __init__(self, *article_ids):
        self.article_ids = article_ids

    def search(self, query, *, first, count):
        return Hits(self.article_ids[first : first + count], len(self.article_ids))


@pytest.fixture
def use_engine(runtime):
    """Installs an engine until the test is over."""
    return search.use


def test_titles_in_sql_are_searched_while_the_engine_is_away(anonymous, use_engine):
    expected = publish("夜跑", 2)[::-1]
    use_engine(Away())

    assert ids(find(anonymous, "夜跑")) == expected
    assert anonymous.get("/v1_0/suggestion?q=夜").json["data"] == {"options": []}


def test_hits_that_have_vanished_make_room_for_the_next_ones(anonymous, use_engine):
    found = publish("夜跑", 6)
    use_engine(Stale(404, found[0], 405, 406, *found[1:]))

    data = find(anonymous, "夜跑", per_page=4)

    assert ids(data) == found[:4]


class Failing(Stale):
    """An engine that answers so many times."""

    def __init__(self, answers, *article_ids):
        super().__init__(*article_ids)
        self.answers = answers

    def search(self, query, *, first, count):
        self.answers -= 1
        if self.answers < 0:
            raise DependencyUnavailable("search")
        return super().search(query, first=first, count=count)


def test_titles_in_sql_never_follow_hits_of_an_engine(anonymous, use_engine):
    found = publish("夜跑", 6)
    use_engine(Failing(1, 404, *found))

    data = find(anonymous, "夜跑", per_page=4)

    assert ids(data) == found[:3]


def test_hits_that_are_not_for_this_reader_are_left_out_whatever_the_engine_finds(
    reader, anonymous, use_engine
):
    blocked, frozen, good = (ArticleFactory(published=True, title="夜跑") for _ in range(3))
    reader.post("/v1_0/user/blacklists", json={"target": blocked.user_id})
    lock_out(frozen.user_id)
    use_engine(Stale(blocked.article_id, frozen.article_id, good.article_id))

    assert ids(find(reader, "夜跑")) == [good.article_id]
    assert ids(find(anonymous, "夜跑")) == [blocked.article_id, good.article_id]


class Correcting(NoEngine):
    """An engine that knows better what was meant."""

    def __init__(self, better, *article_ids):
        self.better, self.article_ids = better, article_ids

    def search(self, query, *, first, count):
        return Hits(self.article_ids, len(self.article_ids), corrected=self.better)


def test_a_correction_that_holds_a_sensitive_word_finds_nothing_and_is_counted(reader, use_engine):
    word_id = SensitiveWordFactory(word="坏词").id
    good, bad = publish("好次"), publish("坏词大全")
    use_engine(Correcting("好词", *good))
    before = find(reader, "好慈")
    use_engine(Correcting("坏词大全", *bad))

    data = find(reader, "怀旧大全")
    hold_counts.flush()

    assert (ids(before), before["corrected"]["to"]) == (good, "好词")
    assert data == {"total_count": 0, "page": 1, "per_page": 10, "results": []}
    assert reader.get(f"{SEARCH}/histories").json["data"]["keywords"] == ["好慈"]
    assert db.session.get_one(SensitiveWord, word_id).hold_count == 1


def missed(keyword):
    """Whether each search for it is noted as one that found nothing."""
    recording.flush()
    query = select(BehaviourEvent.missed).where(BehaviourEvent.keyword == keyword)
    return list(db.session.scalars(query))


def test_what_titles_alone_do_not_have_is_no_miss(anonymous, use_engine):
    use_engine(Away())
    find(anonymous, "登山")
    use_engine(NoEngine())
    find(anonymous, "潜水")

    assert (missed("登山"), missed("潜水")) == ([False], [True])


def test_what_a_reader_does_not_want_to_see_is_no_miss(reader, use_engine):
    use_engine(NoEngine())
    find(reader, "登山")
    reader.post("/v1_0/user/blacklists", json={"target": UserFactory().user_id})
    find(reader, "潜水")

    assert (missed("登山"), missed("潜水")) == ([True], [False])


class Speaking(NoEngine):
    """An engine that completes phrases with whatever it was told."""

    def __init__(self, *options):
        self.options = options

    def suggest(self, phrase, *, count, correct=True):
        return list(self.options[:count])


def test_suggestions_are_clean_text_each_once_and_ten_at_most(anonymous, use_engine):
    use_engine(Speaking("Ab", "ab", "<b>ab", "a&b", "a>b", *(f"ab{n}" for n in range(20))))

    answer = anonymous.get("/v1_0/suggestion?q=a")

    assert answer.json == {
        "message": "OK",
        "data": {"options": ["Ab", *(f"ab{n}" for n in range(9))]},
    }


def test_suggestions_hold_no_sensitive_words(anonymous, use_engine):
    SensitiveWordFactory(word="坏词")
    use_engine(Speaking("一个坏-词", "好词"))

    assert anonymous.get("/v1_0/suggestion?q=词").json["data"]["options"] == ["好词"]
    assert anonymous.get("/v1_0/suggestion?q=坏词").json["data"]["options"] == []


def test_what_may_not_be_shown_makes_room_for_what_may(anonymous, use_engine):
    SensitiveWordFactory(word="坏词")
    learned = [f"夜跑{n:02d}" for n in range(14)]
    articles = publish("夜跑", len(learned))
    for number, (keyword, article_id) in enumerate(zip(learned, articles, strict=True)):
        write(
            LearnedPhrase(
                keyword=keyword, article_id=article_id, people=99 - number, learned_at=clock.now()
            )
        )
    for article_id in articles[:12]:
        withdraw(article_id)
    use_engine(Speaking(*(f"夜跑坏词{n}" for n in range(10)), *(f"夜跑好{n}" for n in range(10))))

    options = anonymous.get("/v1_0/suggestion?q=夜跑").json["data"]["options"]

    assert options == [*learned[12:], *(f"夜跑好{n}" for n in range(8))]


@pytest.mark.parametrize("query", ["", "q=", "q=" + "x" * 51, "q=a%0Ab"])
def test_suggestions_need_a_phrase(anonymous, query):
    answer = anonymous.get(f"/v1_0/suggestion?{query}")

    assert (answer.status_code, list(answer.json["errors"])) == (400, ["q"])


def test_suggestions_ignore_tokens(anonymous):
    answer = anonymous.get("/v1_0/suggestion?q=a", headers={"Authorization": "Bearer x.y.z"})

    assert (answer.status_code, answer.json["data"]) == (200, {"options": []})
