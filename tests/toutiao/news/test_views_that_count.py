"""What counts as a view, and what led to it (docs/figures.md)."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import select

from common.extensions.db import db
from common.models import BehaviourEvent
from common.services.behaviour import recording
from common.services.reading import views
from common.utils.constants import BehaviourKind, ReadSource
from tests.factories import ArticleFactory
from tests.support.scenarios.feeding import ask, publish

ROBOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Sogou web spider/4.0",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0)",
]
PEOPLE = [
    "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) AppleWebKit/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)",
    "okhttp/4.12.0",
    "python-requests/2.32",
]
DEVICE = {"Authorization": "Anony device-1"}


@pytest.fixture
def article(runtime):
    """A published article."""
    return ArticleFactory(published=True)


def path_of(article_id):
    return f"/v1_0/articles/{article_id}"


def events(kind=None):
    """What is in the table, in order; all kinds but visits, or one."""
    views.flush()
    recording.flush()
    db.session.rollback()
    rows = db.session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id))
    wanted = set(BehaviourKind) - {BehaviourKind.VISIT} if kind is None else {kind}
    return [row for row in rows if row.kind in wanted]


def sources():
    return [event.source for event in events(BehaviourKind.READ) if event.seconds is None]


def reads(redis, article_id):
    views.flush()
    return int(redis.zscore("count:art:reading", article_id) or 0)


def token(article_id, *, action="click", algorithm="C1;rec"):
    members = {
        "action": action,
        "userId": "",
        "articleId": str(article_id),
        "algorithmCombine": algorithm,
    }
    return orjson.dumps(members).decode()


@pytest.mark.parametrize("agent", ROBOTS)
def test_what_robots_do_counts_nowhere(anonymous, article, redis, agent):
    headers = DEVICE | {"User-Agent": agent}
    echo = headers | {"Trace": token(article.article_id)}
    stay = headers | {"Trace": token(article.article_id, action="read")}
    duration = {"duration": 30, "art_id": article.article_id}

    answers = [
        anonymous.get(path_of(article.article_id), headers=echo),
        anonymous.post("/v1_0/reading/durations", json=duration, headers=stay),
        anonymous.get("/v1_0/search", query_string={"q": "词"}, headers=headers),
    ]
    ask(anonymous, channel_id=article.channel_id, headers=headers)

    assert [answer.status_code for answer in answers] == [200, 201, 200]
    assert events() == []
    assert reads(redis, article.article_id) == 0


@pytest.mark.parametrize("agent", PEOPLE)
def test_what_people_do_counts_whatever_they_do_it_with(anonymous, article, redis, agent):
    anonymous.get(path_of(article.article_id), headers={"User-Agent": agent})

    assert reads(redis, article.article_id) == 1
    assert sources() == [ReadSource.OTHER]


def test_one_machine_reads_once_from_all_addresses_of_its_network(anonymous, article, redis):
    for address in ("2001:db8:1:1::1", "2001:db8:1:1:2::3", "2001:db8:1:2::1"):
        anonymous.get(path_of(article.article_id), environ_overrides={"REMOTE_ADDR": address})

    assert reads(redis, article.article_id) == 2


def test_head_requests_count_nowhere(reader, article, redis):
    reader.head(path_of(article.article_id), headers={"Trace": token(article.article_id)})
    query = {"channel_id": article.channel_id, "timestamp": 1 << 42, "with_top": 1}
    assert reader.head("/v1_1/articles", query_string=query).status_code == 200

    assert events() == []
    assert reads(redis, article.article_id) == 0


def test_an_author_who_looks_at_his_own_article_counts_nowhere(author, redis):
    article_id = ArticleFactory(published=True, user_id=author.user.user_id).article_id
    stay = {"Trace": token(article_id, action="read")}

    author.get(path_of(article_id), headers={"Trace": token(article_id)})
    author.post(
        "/v1_0/reading/durations", json={"duration": 30, "art_id": article_id}, headers=stay
    )

    assert events() == []
    assert reads(redis, article_id) == 0
    assert redis.zscore("count:user:arts:reading", author.user.user_id) is None
    mine = author.get("/v1_0/user/histories").json["data"]["results"]
    assert [each["art_id"] for each in mine] == [article_id]


@pytest.mark.parametrize(
    ("algorithm", "source"),
    [
        ("fallback;rec", ReadSource.RECOMMENDATION),
        ("fallback;ch", ReadSource.CHANNEL),
        ("C2;rel", ReadSource.RELATED),
        ("a;b;ch", ReadSource.CHANNEL),
        ("C1", ReadSource.RECOMMENDATION),
        ("C1;nowhere", ReadSource.RECOMMENDATION),
    ],
)
def test_the_token_says_where_the_link_stood(reader, article, algorithm, source):
    trace = token(article.article_id, algorithm=algorithm)
    reader.get(path_of(article.article_id), headers={"Trace": trace, "Referer": "https://x.cn/"})

    assert sources() == [source]


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        ({}, ReadSource.OTHER),
        ({"Referer": "https://search.example.com/?q=1"}, ReadSource.OUTSIDE),
        ({"Referer": "http://localhost/v1_0/"}, ReadSource.OTHER),
        ({"Referer": "https://www.news.cn/app", "Origin": "https://www.news.cn"}, ReadSource.OTHER),
        ({"Referer": "https://blog.cn/", "Origin": "https://www.news.cn"}, ReadSource.OUTSIDE),
        ({"Referer": "android-app://com.example"}, ReadSource.OTHER),
        ({"Referer": "http://[", "Trace": "nonsense"}, ReadSource.OTHER),
    ],
)
def test_without_a_token_a_foreign_page_tells(anonymous, article, headers, source):
    anonymous.get(path_of(article.article_id), headers=headers)

    assert sources() == [source]


@pytest.mark.parametrize(
    ("is_recommended", "source"),
    [(True, ReadSource.RECOMMENDATION), (False, ReadSource.CHANNEL)],
)
def test_tokens_of_the_feed_lead_to_its_kind(reader, channel_id, is_recommended, source):
    (article_id,) = publish(1, channel_id)
    page = ask(reader, channel_id=0 if is_recommended else channel_id)
    (item,) = [each for each in page["results"] if each["art_id"] == article_id]

    reader.get(path_of(article_id), headers={"Trace": item["trace"]["click"]})

    assert sources() == [source]


def test_the_token_beside_an_article_is_for_opening_and_for_staying(reader, channel_id):
    first, other = publish(2, channel_id)
    (beside,) = reader.get(path_of(first)).json["data"]["recomments"]
    trace = {"Trace": beside["tracking"]}

    reader.get(path_of(other), headers=trace)
    reader.post("/v1_0/reading/durations", json={"duration": 7, "art_id": other}, headers=trace)

    assert orjson.loads(beside["tracking"])["userId"] == str(reader.user.user_id)
    found = [e for e in events(BehaviourKind.READ) if e.article_id == other]
    assert sorted((e.seconds or 0, e.source) for e in found) == [
        (0, ReadSource.RELATED),
        (7, ReadSource.RELATED),
    ]
