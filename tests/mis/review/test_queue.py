"""Articles in the operators' lists, and one of them with its text (admin.md §2.36, §2.38)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.services.counters import rebuilding
from common.utils import clock
from common.utils.constants import ArticleStatus as S
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.harness.plans import plan_of, selects
from tests.support.scenarios.operators import MIS, told
from tests.support.scenarios.reviewing import ARTICLES, crowd, decided, ids_of, listed, page_of
from tests.support.scenarios.writing import row_of, saved, written

NOW = clock.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


def made(status=S.PENDING, *, age=0, **columns):
    """The id of an article that is so many hours old."""
    times = {"create_time": NOW - age * HOUR, "update_time": NOW - age * HOUR}
    return ArticleFactory(status=status, **(times | columns)).article_id


def test_the_newest_come_first_and_drafts_and_deleted_ones_only_when_asked_for(admin):
    ids = [made(status, age=age) for age, status in enumerate(S)]

    assert ids_of(listed(admin)) == [ids[each] for each in (1, 2, 3, 5)]
    assert ids_of(listed(admin, status_list="0, 4")) == [ids[0], ids[4]]
    assert ids_of(listed(admin, status_list="2")) == [ids[2]]
    assert ids_of(listed(admin, status_list="")) == ids_of(listed(admin))
    assert ids_of(listed(admin, order_by="id")) == sorted(ids[each] for each in (1, 2, 3, 5))


@pytest.mark.parametrize("text", ["x", "6", "-1", "1,,2", "1;2", "１", "1,99"])
def test_another_list_of_statuses_is_refused(admin, text):
    answer = admin.get(ARTICLES, query_string={"status_list": text})

    assert (answer.status_code, answer.json) == (403, {"message": "status_list parameter error."})


def test_filters_are_literal_and_in_any_case(admin):
    channel = ChannelFactory(channel_name="数据库 SQL")
    user = UserFactory(user_name="河畔灯火")
    wanted = made(title="100%_SQL 入门", channel_id=channel.channel_id, user_id=user.user_id)
    channel_id, user_id = channel.channel_id, user.user_id
    made(title="100 个 SQL 问题")

    for query in (
        {"title": "0%_sql"},
        {"channel": "sql", "title": "入门"},
        {"author": "灯火"},
        {"author": str(user_id)},
        {"channel_id": channel_id},
        {"article_id": wanted},
        {"keyword": "灯火"},
        {"keyword": "%_SQL"},
        {"keyword": str(wanted)},
    ):
        assert (query, ids_of(listed(admin, **query))) == (query, [wanted])
    assert listed(admin, channel="物理")["total_count"] == 0


def test_a_period_is_that_of_creation_and_may_be_open(admin, refuses):
    old, new = made(age=48), made(age=1)
    day = (NOW - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")

    assert ids_of(listed(admin, begin=day)) == [new]
    assert ids_of(listed(admin, end=day)) == [old]
    query = {"begin": "2024-01-02 00:00:00", "end": "2024-01-01 00:00:00"}
    refuses("GET", ARTICLES, [({"query_string": query}, {"begin": "Invalid date param."})])


def test_a_row_says_what_a_reviewer_needs(admin):
    user = UserFactory(user_name="河畔灯火")
    channel = ChannelFactory(channel_name="数据库")
    article_id = made(
        title="老城墙下的早点铺",
        user_id=user.user_id,
        channel_id=channel.channel_id,
        sensitive_hits=["早点"],
        waiting_since=NOW - HOUR,
    )
    channel_id, user_id = channel.channel_id, user.user_id

    data = listed(admin, status_list="1")

    since = (NOW - HOUR).isoformat()
    assert (data["total_count"], data["oldest_at"]) == (1, since)
    assert data["articles"] == [
        {
            "article_id": article_id,
            "title": "老城墙下的早点铺",
            "user_id": user_id,
            "name": "河畔灯火",
            "channel_id": str(channel_id),
            "channel_name": "数据库",
            "cover": {"type": 0, "images": []},
            "status": 1,
            "version": 1,
            "allow_comment": 1,
            "comment_count": 0,
            "read_count": 0,
            "create_time": NOW.isoformat(),
            "update_time": NOW.isoformat(),
            "publish_at": None,
            "waiting_since": since,
            "reject_reason": None,
            "reviewer_name": None,
            "review_time": None,
            "sensitive_hits": ["早点"],
            "claimed_by": None,
            "claimed_by_name": None,
            "claimed_until": None,
        }
    ]


def test_what_waits_is_listed_the_oldest_first_edits_of_live_ones_among_it(
    admin, author, channel_id
):
    younger = made(waiting_since=NOW - HOUR)
    older = made(waiting_since=NOW - 2 * HOUR)
    live = written(author, channel_id)
    decided(admin, live)
    keep = {"draft": "false", "keep_live": "1"}
    saved(author, live, channel_id, query=keep, title="改过的标题啊")
    scheduled = made(publish_at=NOW + 24 * HOUR)
    decided(admin, scheduled)

    data = listed(admin, waiting=1)

    assert ids_of(data) == [older, younger, live]
    assert data["oldest_at"] == (NOW - 2 * HOUR).isoformat()
    assert set(ids_of(listed(admin, status_list="1"))) == {older, younger}
    assert ids_of(listed(admin, scheduled=1)) == [scheduled]
    assert scheduled in ids_of(listed(admin))


def test_a_live_queue_asks_for_what_changed(admin):
    gone, stays = made(age=3, waiting_since=NOW), made(age=2, waiting_since=NOW)
    since = listed(admin)["updated_until"]
    assert ids_of(listed(admin, updated_since=since)) == []

    decided(admin, gone, status=4)
    data = listed(admin, updated_since=since)

    assert [(each["article_id"], each["status"]) for each in data["articles"]] == [
        (gone, S.DELETED)
    ]
    with time_machine.travel(clock.utc_now() + HOUR):
        pass
    assert stays in ids_of(listed(admin))


def test_pages_from_either_end_meet_and_each_costs_two_statements(admin, cost):
    ids = crowd(95)
    rebuilding.rebuild()  # or every five seconds it is asked whether counters were lost
    listed(admin)

    found = []
    for page in range(1, 7):
        with cost() as spent:
            found += ids_of(listed(admin, page=page, per_page=20))
        assert spent.sql <= 2

    assert found == ids[::-1]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "ix_news_article_basic_create_time_article_id_status"),
        ({"status_list": "1"}, "ix_news_article_basic_status_create_time"),
        ({"status_list": "1,2"}, "ix_news_article_basic_create_time_article_id_status"),
        ({"waiting": 1}, "ix_news_article_basic_waiting_since"),
        ({"updated_since": "2024-01-01 00:00:00"}, "ix_news_article_basic_update_time"),
        ({"channel_id": 1, "status_list": "1"}, "ix_news_article_basic_channel_id_status_create"),
    ],
)
@pytest.mark.parametrize("page", [1, 5])
def test_rows_come_from_an_index_in_their_order(admin, query, index, page):
    ids = crowd(95)
    if "channel_id" in query:
        query = query | {"channel_id": row_of(ids[0]).channel_id}
    listed(admin)

    with selects() as seen:
        listed(admin, page=page, per_page=20, **query)

    (statement,) = [each for each in seen if "LIMIT" in each]
    steps = plan_of(statement, seen[statement])
    assert any(index in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_a_page_shows_text_edit_and_history(admin, author, channel_id):
    article_id = written(author, channel_id, title="原来的标题")
    decided(admin, article_id)
    keep = {"draft": "false", "keep_live": "1"}
    saved(author, article_id, channel_id, query=keep, title="新的标题啊", content="<p>新</p>")

    page = page_of(admin, article_id)

    assert (page["title"], page["content"]) == ("原来的标题", "<p>清晨六点，蒸笼刚冒热气。</p>")
    assert (page["edit"]["title"], page["edit"]["content"]) == ("新的标题啊", "<p>新</p>")
    assert (page["edit"]["version"], page["version"]) == (2, 2)
    assert [(each["action"], each["former"]) for each in page["reviews"]] == [(2, 1)]
    history = admin.get(f"{ARTICLES}/{article_id}/reviews").json["data"]
    assert history == {"reviews": page["reviews"], "total_count": 1}
    assert history["reviews"][0]["reviewer_name"] == admin.user.name


def test_an_unknown_article_is_refused(admin, refuses):
    for method, path, options in (
        ("GET", f"{ARTICLES}/404", {}),
        ("GET", f"{ARTICLES}/404/reviews", {}),
        ("PUT", f"{ARTICLES}/404", {"json": {"allow_comment": 0}}),
    ):
        refuses(method, path, [(options, "Invalid article id.")])


def test_operators_move_an_article_and_close_it_for_comments(admin, anonymous, channel_id):
    article_id = ArticleFactory(published=True).article_id
    path = f"/v1_0/articles/{article_id}"
    before, version = anonymous.get(path).json["data"]["ch_id"], row_of(article_id).version
    body = {"channel_id": channel_id, "allow_comment": 0}

    answer = admin.put(f"{ARTICLES}/{article_id}", json=body)

    assert (answer.status_code, answer.json["data"]["channel_id"]) == (201, str(channel_id))
    assert answer.json["data"]["allow_comment"] == 0
    assert anonymous.get(path).json["data"]["ch_id"] == channel_id != before
    assert row_of(article_id).version == version
    assert told() == [f"修改: 文章 {article_id}"]
    assert admin.put(f"{ARTICLES}/{article_id}", json=body).status_code == 201
    assert len(told()) == 1  # nothing changed


def test_what_operators_moved_stays_moved_when_its_author_saves_it(admin, author, channel_id):
    article_id = written(author, channel_id)
    other = ChannelFactory().channel_id
    admin.put(f"{ARTICLES}/{article_id}", json={"channel_id": other})

    form = author.get(f"/mp/v1_0/articles/{article_id}").json["data"]

    assert form["channel_id"] == other


def test_an_unknown_channel_is_refused(admin, refuses):
    article_id = made()
    reason = {"channel_id": "Invalid channel id."}
    refuses("PUT", f"{MIS}/articles/{article_id}", [({"json": {"channel_id": 404}}, reason)])
