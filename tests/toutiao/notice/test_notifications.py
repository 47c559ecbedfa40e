"""A user's notifications (user-app.md §12.3, realtime.md §4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import Notification
from common.utils import clock
from common.utils.constants import NotificationKind, RelationKind
from common.utils.observing import metering
from tests.factories import ArticleFactory, CommentFactory, NotificationFactory, UserFactory
from tests.support.harness.bus import be_patient, listening
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot
from tests.support.scenarios.accounts import relate

LIST = "/v1_0/user/notifications"


def listed(client, **query):
    return client.get(LIST, query_string=query).json["data"]


def ids(data):
    return [each["id"] for each in data["results"]]


def tell(client, count=1, **values):
    return [NotificationFactory(user_id=client.user.user_id, **values).id for _ in range(count)]


@pytest.fixture
def other(sign_in):
    """Somebody else, signed in."""
    return sign_in(UserFactory(user_name="半夏", profile_photo="u/11aa.png"))


def test_what_others_do_is_listed_with_the_members_of_its_event(author, other):
    article = ArticleFactory(published=True, user_id=author.user.user_id, title="夜跑地图")
    comment = CommentFactory(article_id=article.article_id, user_id=author.user.user_id)
    target = {"target": article.article_id}
    other.post("/v1_0/user/followings", json={"target": author.user.user_id})
    other.post("/v1_0/article/likings", json=target)
    other.post("/v1_0/comments", json=target | {"content": "好"})
    reply = {"target": comment.comment_id, "content": "是", "art_id": article.article_id}
    reply_id = other.post("/v1_0/comments", json=reply).json["data"]["com_id"]
    relay_everything()

    data = listed(author)

    somebody = {
        "user_id": other.user.user_id,
        "user_id_str": str(other.user.user_id),
        "user_name": "半夏",
        "user_photo": "http://localhost/media/u/11aa.png",
        "is_read": False,
    }
    about = {
        "art_id": article.article_id,
        "art_id_str": str(article.article_id),
        "art_title": "夜跑地图",
    }
    found = [
        {name: value for name, value in each.items() if name not in ("id", "timestamp")}
        for each in data["results"]
    ]
    assert found == [
        somebody | about | {"kind": "reply", "com_id": reply_id},
        somebody | about | {"kind": "comment"},
        somebody | about | {"kind": "like"},
        somebody | {"kind": "follow"},
    ]
    assert (data["total_count"], data["unread_count"]) == (4, 4)
    assert all(abs(each["timestamp"] - clock.now_ms() // 1000) < 60 for each in data["results"])


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_has_its_name(reader, kind):
    tell(reader, kind=kind, actor_id=None, payload={"status": 3, "reason": "资料不通过"})

    (item,) = listed(reader)["results"]

    assert item["kind"] == kind.name.lower()
    assert (item["status"], item["reason"]) == (3, "资料不通过")
    assert isinstance(item["timestamp"], int)


def test_pages_are_exact_newest_first(reader):
    expected = tell(reader, 23)[::-1]

    pages = [listed(reader, page=page) for page in (1, 2, 3, 4)]

    assert [ids(page) for page in pages] == [expected[:10], expected[10:20], expected[20:], []]
    assert {(page["total_count"], page["unread_count"]) for page in pages} == {(23, 23)}


def test_marks_are_set_for_some_or_for_all(reader):
    first, second, third = tell(reader, 3)

    some = reader.put(LIST, json={"ids": [first, str(third), 404]})
    unread = listed(reader, unread=1)
    everything = listed(reader)
    all_of_them = reader.put(LIST)

    assert (some.status_code, some.json["data"]) == (201, {"unread_count": 1})
    assert (ids(unread), unread["total_count"], unread["unread_count"]) == ([second], 1, 1)
    assert [each["is_read"] for each in everything["results"]] == [True, False, True]
    assert (all_of_them.status_code, all_of_them.json["data"]) == (201, {"unread_count": 0})
    assert listed(reader, unread=1)["results"] == []


def test_a_mark_keeps_its_first_time_and_no_list_means_none(reader):
    read_at = clock.now() - timedelta(days=1)
    tell(reader, read_at=read_at)
    tell(reader)

    answers = [reader.put(LIST, json={"ids": []}), reader.put(LIST, json={"ids": None})]

    refresh_view()
    times = db.session.scalars(select(Notification.read_at).order_by(Notification.id)).all()
    assert [answer.json["data"]["unread_count"] for answer in answers] == [1, 0]
    assert times[0] == read_at


def test_other_devices_hear_what_is_left_unread_once(reader, runtime, redis):
    be_patient(runtime)
    first, _, _ = tell(reader, 3)

    with listening(redis) as heard:
        reader.put(LIST, json={"ids": [first]})
        reader.put(LIST, json={"ids": [first]})  # nothing new
        relay_everything()
        told = heard()

    assert [(each["event"], each["room"], each["data"]) for each in told] == [
        ("unread notify", f"u:{reader.user.user_id}", [{"unread_count": 2}])
    ]


def test_notifications_of_others_are_neither_seen_nor_marked(reader, other):
    (theirs,) = tell(other)

    answer = reader.put(LIST, json={"ids": [theirs]})

    assert listed(reader)["total_count"] == 0
    assert answer.json["data"] == {"unread_count": 0}
    assert listed(other)["results"][0]["is_read"] is False


def test_what_somebody_did_who_is_blocked_by_now_is_left_out(reader, other):
    (kept,) = tell(reader)
    tell(reader, 2, actor_id=other.user.user_id)
    relate(reader.user.user_id, other.user.user_id, RelationKind.BLACKLIST)

    data = listed(reader)

    assert (ids(data), data["total_count"], data["unread_count"]) == ([kept], 1, 1)
    assert reader.put(LIST).json["data"] == {"unread_count": 0}


@pytest.mark.parametrize(
    "body",
    [{"ids": "x"}, {"ids": [0]}, {"ids": [-1]}, {"ids": ["x"]}, {"ids": [1.5]}, {"ids": [True]},
     {"ids": {}}, {"ids": [2**63]}, {"ids": list(range(1, 202))}],
)  # fmt: skip
def test_marks_name_notifications(reader, runtime, body):
    tell(reader)
    before = snapshot(runtime)

    answer = reader.put(LIST, json=body)

    assert (answer.status_code, list(answer.json["errors"])) == (400, ["ids"])
    assert snapshot(runtime) == before


@pytest.mark.parametrize(("name", "value"), [("page", "0"), ("per_page", "101"), ("unread", "x")])
def test_parameters_are_checked(reader, name, value):
    answer = reader.get(LIST, query_string={name: value})

    assert (answer.status_code, list(answer.json["errors"])) == (400, [name])


def test_visitors_have_none(anonymous):
    assert [anonymous.get(LIST).status_code, anonymous.put(LIST).status_code] == [401, 401]


@pytest.mark.parametrize("count", [1, 150])
def test_a_page_costs_two_statements_however_many_there_are(reader, count):
    tell(reader, count)
    listed(reader, per_page=100)

    with metering.measure() as cost:
        listed(reader, per_page=100)

    assert cost.sql == 2
    assert cost.stages <= 1
