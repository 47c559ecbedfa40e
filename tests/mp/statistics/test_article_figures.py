"""How an article is read, told to its author (contract/media-platform.md §2.30)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import orjson
import pytest

from common.services.behaviour import recording
from common.services.reading import views
from common.services.statistics import days, rolling_up
from common.utils import clock
from common.utils.constants import ArticleStatus, BehaviourKind, RelationKind
from tests.factories import ArticleFactory, BehaviourEventFactory, CommentFactory
from tests.support.scenarios import happenings
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.feeding import ask

ORIGINS = ("other", "recommend", "channel", "relation", "outter")  # in the order of ReadSource
NOTHING = {
    "avg_read_proc": 0,
    "bounce_rate": 0,
    "time_spent": 0,
    "conversion": {
        "reco_count": 0,
        "read_count": 0,
        "unique_count": 0,
        "fans_read_count": 0,
        "comment_count": 0,
    },
    "origin": dict.fromkeys(("recommend", "channel", "relation", "outter", "other"), 0),
    "completed": {"gt80": 0, "lt80": 0, "lt20": 0},
}

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def article(author):
    """A published article of the editor."""
    return ArticleFactory(published=True, user_id=author.user.user_id)


def path_of(article_id):
    return f"/mp/v1_0/statistics/articles/{article_id}"


def figures(author, article, **query):
    answer = author.get(path_of(article.article_id), query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def counted_one_by_one(events, article_id, first=None, last=None):
    """The answer as brute force makes it."""
    own = [
        event
        for event in events
        if event.article_id == article_id
        and (first is None or first <= event.at.date())
        and (last is None or event.at.date() <= last)
    ]
    reads, stays = happenings.reads(own), happenings.stays(own)
    sources = Counter(event.source or 0 for event in reads)
    share = len(stays) or 1
    return {
        "avg_read_proc": round(sum(e.completion for e in stays) / 100 / share, 4),
        "bounce_rate": round(sum(e.completion < 20 and e.seconds < 5 for e in stays) / share, 4),
        "time_spent": round(sum(e.seconds for e in stays) / share),
        "conversion": {
            "reco_count": sum(e.n for e in own if e.kind == BehaviourKind.EXPOSURE),
            "read_count": len(reads),
            "unique_count": len({(e.at.date(), e.subject) for e in reads}),
            "fans_read_count": sum(e.by_follower for e in reads),
            "comment_count": 0,
        },
        "origin": {name: sources[source] for source, name in enumerate(ORIGINS)},
        "completed": {
            "gt80": sum(e.completion > 80 for e in stays),
            "lt80": sum(20 <= e.completion <= 80 for e in stays),
            "lt20": sum(e.completion < 20 for e in stays),
        },
    }


@pytest.fixture
def month(author, article):
    """A month of events about this article and others of the author."""
    other = ArticleFactory(published=True, user_id=author.user.user_id)
    return happenings.happen(
        [article.article_id, other.article_id], author_id=article.user_id, until=clock.now()
    )


@pytest.mark.parametrize("runs", [0, 1, 2])
def test_figures_are_those_of_a_brute_force_count_to_the_byte(author, article, month, runs):
    for _ in range(runs):
        rolling_up.roll_up()
    today = clock.now().date()
    spans = [
        {},
        {"first": today - timedelta(days=7)},
        {"last": today - timedelta(days=3)},
        {"first": today - timedelta(days=20), "last": today - timedelta(days=5)},
        {"first": today, "last": today},
        {"first": today + timedelta(days=1)},
    ]

    for span in spans:
        names = {"first": "begin_pubdate", "last": "end_pubdate"}
        query = {names[name]: f"{day:%Y-%m-%d}" for name, day in span.items()}
        answer = author.get(path_of(article.article_id), query_string=query)
        expected = counted_one_by_one(month, article.article_id, **span)
        assert orjson.dumps(answer.json["data"], option=orjson.OPT_SORT_KEYS) == orjson.dumps(
            expected, option=orjson.OPT_SORT_KEYS
        )


def test_events_that_came_after_the_roll_up_count_at_once_and_never_twice(author, article, month):
    rolling_up.roll_up()
    later = happenings.happen(
        [article.article_id],
        author_id=article.user_id,
        until=clock.now(),
        count=50,
        seed=9,
        span=timedelta(minutes=1),
    )
    expected = counted_one_by_one([*month, *later], article.article_id)

    before = figures(author, article)
    rolling_up.roll_up()
    after = figures(author, article)

    assert before == after == expected


def test_nothing_that_happened_is_zeros(author, article):
    assert figures(author, article) == NOTHING
    rolling_up.roll_up()
    assert figures(author, article) == NOTHING


def test_what_readers_do_is_what_the_author_sees(author, reader, anonymous, article):
    relate(reader.user.user_id, author.user.user_id, RelationKind.FOLLOW)
    page = ask(reader, channel_id=article.channel_id)
    (item,) = page["results"]
    path = f"/v1_0/articles/{article.article_id}"

    reader.get(path, headers={"Trace": item["trace"]["click"]})
    anonymous.get(path, headers={"Referer": "https://search.example.com/"})
    for _ in range(3):
        author.get(path, headers={"Trace": item["trace"]["click"]})
        anonymous.head(path)
        anonymous.get(path, headers={"User-Agent": "Baiduspider/2.0"})
    reader.post(
        "/v1_0/reading/durations",
        json={"duration": 4, "art_id": article.article_id},
        headers={"Trace": item["trace"]["read"]},
    )
    CommentFactory(article_id=article.article_id, user_id=reader.user.user_id)
    views.flush()
    recording.flush()

    assert figures(author, article) == {
        "avg_read_proc": 0.8,
        "bounce_rate": 0,
        "time_spent": 4,
        "conversion": {
            "reco_count": 1,
            "read_count": 2,
            "unique_count": 2,
            "fans_read_count": 1,
            "comment_count": 1,
        },
        "origin": {"recommend": 0, "channel": 1, "relation": 0, "outter": 1, "other": 0},
        "completed": {"gt80": 0, "lt80": 1, "lt20": 0},
    }


@pytest.mark.parametrize("is_rolled_up", [False, True])
def test_figures_cost_six_statements_however_much_happened(
    author, article, month, cost, is_rolled_up
):
    if is_rolled_up:
        rolling_up.roll_up()
    figures(author, article)

    with cost() as spent:
        figures(author, article)

    assert spent.sql == 6


def test_figures_stay_when_the_events_are_gone(author, article, month):
    before = figures(author, article)
    rolling_up.roll_up()
    rolling_up.roll_up()
    today = clock.now().date()

    happenings.forget(before=today - timedelta(days=1))

    assert figures(author, article) == before


@pytest.mark.parametrize(
    "status",
    [
        ArticleStatus.DRAFT,
        ArticleStatus.PENDING,
        ArticleStatus.REJECTED,
        ArticleStatus.DELETED,
        ArticleStatus.BANNED,
    ],
)
def test_articles_that_readers_cannot_see_have_no_figures(author, status):
    article = ArticleFactory(user_id=author.user.user_id, status=status)

    answer = author.get(path_of(article.article_id))

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid article."})


def test_what_others_write_has_no_figures_for_me(author):
    foreign = ArticleFactory(published=True).article_id

    for article_id in (foreign, 404):
        answer = author.get(path_of(article_id))
        assert (answer.status_code, answer.json) == (400, {"message": "Invalid article."})


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("begin_pubdate=2026-02-30", "begin_pubdate: Invalid date param."),
        ("end_pubdate=x", "end_pubdate: Invalid date param."),
        ("begin_pubdate=2026-03-02&end_pubdate=2026-03-01", "Invalid pubdate param."),
    ],
)
def test_days_that_cannot_be_are_refused(author, article, query, answer):
    found = author.get(f"{path_of(article.article_id)}?{query}")

    assert (found.status_code, found.json["message"]) == (400, answer)


def test_a_long_day_is_one_day_in_any_way_it_is_written(author, article):
    BehaviourEventFactory(article_id=article.article_id, at=days.midnight(clock.now().date()))
    today = clock.now().date()

    spans = [f"{today.year}-{today.month}-{today.day}", f"{today:%Y-%m-%d}T00:00:00", ""]

    for text in spans:
        found = figures(author, article, begin_pubdate=text, end_pubdate=text)
        assert found["conversion"]["read_count"] == 1
