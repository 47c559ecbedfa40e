"""Totals over own articles, and what happened lately (media-platform.md §2.29, §2.32)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.schemas.writing.articles import Filters
from common.services.counters import rebuilding
from common.services.statistics import rolling_up
from common.services.writing.own import totals
from common.utils import clock
from common.utils.constants import (
    ArticleStatus,
    BehaviourKind,
    CommentStatus,
    RelationKind,
    UserStatus,
)
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    BehaviourEventFactory,
    ChannelFactory,
    CollectionFactory,
    CommentFactory,
    RelationFactory,
    UserFactory,
)
from tests.support.scenarios import happenings
from tests.support.scenarios.articles import many_articles

TOTALS = "/mp/v1_0/statistics/articles"
OVERVIEW = "/mp/v1_0/statistics/overview"
NAMES = ("read_count", "comment_count", "like_count", "collect_count", "repost_count")

pytestmark = pytest.mark.usefixtures("at_noon")


def totals_of(client, **query):
    answer = client.get(TOTALS, query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def listed(client, **query):
    """The same added up from the list."""
    page = client.get(
        "/mp/v1_0/articles", query_string=query | {"response_type": "statistic", "per_page": 100}
    ).json["data"]
    sums = {name: sum(row[name] for row in page["results"]) for name in NAMES}
    return sums | {"article_count": page["total_count"]}


@pytest.fixture
def works(author):
    """Articles of the editor in two channels, two days and several states, and of somebody else."""
    me = author.user.user_id
    for number in range(6):
        article = ArticleFactory(
            published=number != 5,
            user_id=me,
            create_time=datetime.fromisoformat(f"2026-05-0{1 + number // 3} 23:59:59"),
            statistic={"read_count": 7 + number, "repost_count": number},
        )
        for _ in range(number):
            CommentFactory(article_id=article.article_id)
            AttitudeFactory(article_id=article.article_id, attitude=1)
            CollectionFactory(article_id=article.article_id)
    ArticleFactory(published=True, statistic={"read_count": 100})
    rebuilding.rebuild()
    return [article.channel_id]


def test_totals_are_the_sums_of_the_list_under_the_same_filters(author, works):
    (channel_id,) = works
    filters = [
        {},
        {"channel_id": channel_id},
        {"begin_pubdate": "2026-5-2"},
        {"end_pubdate": "2026-05-01"},
        {"begin_pubdate": "2026-05-03"},
    ]

    found = [totals_of(author, **query) for query in filters]

    assert found == [listed(author, **query) for query in filters]
    assert found[0] == {
        "article_count": 5,
        "read_count": 7 + 8 + 9 + 10 + 11,
        "comment_count": 10,
        "like_count": 10,
        "collect_count": 10,
        "repost_count": 10,
    }
    assert (found[3]["article_count"], found[4]["article_count"]) == (3, 0)


def test_many_articles_are_added_up_in_few_statements(author, cost):
    me = author.user.user_id
    many_articles(me, 120)
    totals.totals_of_own(me, Filters())

    with cost() as spent:
        found = totals.totals_of_own(me, Filters(), at_once=50)

    assert found["article_count"] == 120
    assert (spent.sql, spent.stages) == (6, 3)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("channel_id=0", "channel_id: Invalid channel id param."),
        ("channel_id=x", "channel_id: Invalid channel id."),
        ("channel_id=404", "channel_id: Invalid channel id."),
        ("begin_pubdate=x", "begin_pubdate: Invalid date param."),
        ("begin_pubdate=2026-05-02&end_pubdate=2026-05-01", "Invalid pubdate param."),
    ],
)
def test_filters_that_cannot_be_are_refused(author, query, message):
    answer = author.get(f"{TOTALS}?{query}")

    assert (answer.status_code, answer.json["message"]) == (400, message)


def test_who_has_written_nothing_has_zeros(author):
    zeros = {"read_count": 0, "comment_count": 0, "fans_count": 0}

    assert totals_of(author) == dict.fromkeys((*NAMES, "article_count"), 0)
    assert author.get(OVERVIEW).json["data"] == {"today": zeros, "yesterday": zeros, "week": zeros}


def reads_on(events, *days):
    return len([event for event in happenings.reads(events) if event.at.date() in days])


@pytest.mark.parametrize("runs", [0, 1])
def test_the_overview_counts_what_happened_on_the_days(author, runs, cost):
    me = author.user.user_id
    channel_id = ChannelFactory().channel_id
    own = [
        ArticleFactory(published=True, user_id=me, channel_id=channel_id).article_id
        for _ in range(2)
    ]
    foreign = ArticleFactory(published=True, channel_id=channel_id)
    happenings.happen([foreign.article_id], author_id=foreign.user_id, until=clock.now(), count=50)
    events = happenings.happen(own, author_id=me, until=clock.now(), count=2000)
    events = [event for event in events if event.article_id is not None]
    now = clock.now()
    midnight = now.replace(hour=0, minute=0, second=0)
    moments = [midnight, midnight - timedelta(seconds=1), midnight - timedelta(days=1),
               midnight - timedelta(days=6), midnight - timedelta(days=6, seconds=1)]  # fmt: skip
    for moment in moments:
        CommentFactory(article_id=own[0], create_time=moment)
        CommentFactory(article_id=own[1], create_time=moment, status=CommentStatus.DELETED)
        CommentFactory(article_id=foreign.article_id, create_time=moment)
        RelationFactory(target_user_id=me, relation=RelationKind.FOLLOW, update_time=moment)
        RelationFactory(target_user_id=me, relation=RelationKind.BLACKLIST, update_time=moment)
    for _ in range(runs):
        rolling_up.roll_up()
    author.get(OVERVIEW)

    with cost() as spent:
        found = author.get(OVERVIEW).json["data"]

    today = now.date()
    yesterday, *others = [today - timedelta(days=n) for n in range(1, 7)]
    assert found == {
        "today": {"read_count": reads_on(events, today), "comment_count": 1, "fans_count": 1},
        "yesterday": {
            "read_count": reads_on(events, yesterday),
            "comment_count": 2,
            "fans_count": 2,
        },
        "week": {
            "read_count": reads_on(events, today, yesterday, *others),
            "comment_count": 4,
            "fans_count": 4,
        },
    }
    assert spent.sql == 5


def test_followers_who_are_frozen_are_counted_nowhere(author):
    me = author.user.user_id
    for status in (UserStatus.ENABLED, UserStatus.DISABLED):
        follower = UserFactory(status=status).user_id
        RelationFactory(user_id=follower, target_user_id=me, relation=RelationKind.FOLLOW)

    found = author.get(OVERVIEW).json["data"]

    listed = author.get("/mp/v1_0/followers").json["data"]
    assert (found["today"]["fans_count"], listed["total_count"]) == (1, 1)


def test_reads_of_drafts_that_were_public_once_still_happened(author):
    article = ArticleFactory(user_id=author.user.user_id, status=ArticleStatus.DRAFT)
    BehaviourEventFactory(kind=BehaviourKind.READ, article_id=article.article_id)

    assert author.get(OVERVIEW).json["data"]["today"]["read_count"] == 1
