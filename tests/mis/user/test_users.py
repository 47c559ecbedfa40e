"""Operators see readers and editors, freeze and thaw them (admin.md §2.24 to §2.27, §3.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.extensions.db import db, refresh_view
from common.models import User
from common.utils import clock
from common.utils.constants import UserStatus
from schedule.jobs.publish_due import publish_due
from tests.factories import (
    ArticleFactory,
    CommentFactory,
    LegalizeLogFactory,
    RelationFactory,
    UserFactory,
)
from tests.support.harness.outbox import relay_lists
from tests.support.scenarios.operators import MIS, operations, told

USERS = f"{MIS}/users"


def freeze(client, *user_ids, **members):
    """The answer to a freezing."""
    return client.put(USERS, json={"user_ids": list(user_ids), "status": 0, **members})


def thaw(client, *user_ids):
    """The answer to a thawing."""
    return client.put(USERS, json={"user_ids": list(user_ids), "status": 1})


def user_of(user_id):
    """A row as it is in SQL now."""
    refresh_view()
    return db.session.get(User, user_id, populate_existing=True)


def found(client, query):
    """Names of the users that a list shows."""
    return [row["name"] for row in client.get(f"{USERS}?{query}").json["data"]["users"]]


def test_a_row_has_all_its_members_and_the_last_active_stands_first(admin):
    now = clock.now()
    UserFactory(user_name="从未")
    UserFactory(user_name="昨天", last_login=now - timedelta(days=1))
    latest = UserFactory(
        user_name="今天", last_login=now, account="lamp01", verified=True, email="a@example.cn"
    )

    data = admin.get(USERS).json["data"]

    assert data["total_count"] == 3
    assert [row["name"] for row in data["users"]] == ["今天", "昨天", "从未"]
    assert data["users"][0] == {
        "user_id": latest.user_id,
        "account": "lamp01",
        "name": "今天",
        "email": "a@example.cn",
        "mobile": latest.mobile,
        "last_login": now.isoformat(timespec="seconds"),
        "is_verified": 1,
        "is_media": 1,
        "status": 1,
        "frozen_until": None,
    }
    assert found(admin, "order_by=id") == ["从未", "昨天", "今天"]
    assert found(admin, "per_page=1&page=2") == ["昨天"]


def test_a_keyword_is_a_part_of_a_name_account_or_mobile_or_an_id(admin):
    user = UserFactory(user_name="河畔灯火", account="lamp01", mobile="13811112222")
    UserFactory(user_name="100%", account="other1", mobile="13900000000")

    for keyword in ("灯火", "LAMP", "1111222", str(user.user_id)):
        assert found(admin, f"keyword={keyword}") == ["河畔灯火"]
    assert found(admin, "keyword=%25") == ["100%"]
    assert found(admin, "keyword=_") == []


def test_lists_are_filtered_by_status_and_last_activity(admin):
    now = clock.now()
    UserFactory(user_name="在", last_login=now)
    UserFactory(user_name="冻", disabled=True, last_login=now - timedelta(days=3))

    assert found(admin, "status=0") == ["冻"]
    assert found(admin, "status=1&keyword=") == ["在"]
    assert found(admin, f"begin={now - timedelta(days=1):%Y-%m-%d %H:%M:%S}") == ["在"]
    assert found(admin, f"end={now - timedelta(days=1):%Y-%m-%d %H:%M:%S}") == ["冻"]


def test_who_may_not_see_details_sees_and_finds_no_mobile_by_its_parts(with_codes):
    UserFactory(user_name="河畔灯火", mobile="13811112222")
    operator = with_codes("userlist-get")

    (row,) = operator.get(USERS).json["data"]["users"]

    assert row["mobile"] == "138****2222"
    assert found(operator, "keyword=1111") == []
    assert found(operator, "keyword=13811112222") == ["河畔灯火"]


@pytest.mark.parametrize(
    ("code", "verb", "path", "body"),
    [
        ("user-put", "PUT", "users/{user_id}", {"area": "苏州"}),
        ("legalize-list-get", "GET", "legalizes", None),
        ("legalize-get", "GET", "legalizes/{legalize_id}", None),
        ("legalize-list-post", "POST", "legalizes", {"type": 1}),
    ],
)
def test_he_sees_none_in_any_other_answer(with_codes, code, verb, path, body):
    user = UserFactory(mobile="13811112222")
    asked = LegalizeLogFactory(user_id=user.user_id, type=2)
    url = path.format(user_id=user.user_id, legalize_id=asked.legalize_id)
    body = body and {"user_id": user.user_id, **body}

    answer = with_codes(code).open(f"{MIS}/{url}", method=verb, json=body)

    assert answer.status_code in (200, 201)
    assert "138****2222" in answer.text
    assert "13811112222" not in answer.text


def test_the_page_of_a_user_shows_what_operators_need_and_no_papers(admin):
    user = UserFactory(introduction="你好", profile={"area": "苏州", "real_name": "林某某"})
    RelationFactory(target_user_id=user.user_id)

    answer = admin.get(f"{USERS}/{user.user_id}")

    assert answer.status_code == 200
    data = answer.json["data"]
    assert (data["mobile"], data["introduction"], data["area"]) == (user.mobile, "你好", "苏州")
    assert "林某某" not in answer.text
    assert "password" not in answer.text
    unknown = admin.get(f"{USERS}/404")
    assert (unknown.status_code, unknown.json) == (400, {"message": "Invalid user id."})


def test_the_list_costs_the_same_however_many_it_shows(admin, cost):
    UserFactory()
    admin.get(USERS)
    with cost() as few:
        admin.get(USERS)
    for _ in range(8):
        UserFactory()

    with cost() as many:
        admin.get(USERS)

    assert many.sql == few.sql == 2


def test_freezing_acts_at_once_on_tokens_pages_feeds_and_lists_and_thawing_undoes_it(
    admin, sign_in, anonymous
):
    author = sign_in(UserFactory(verified=True))
    reader = sign_in(UserFactory())
    user_id = author.user.user_id
    article = ArticleFactory(published=True, user_id=user_id)
    other = ArticleFactory(published=True)
    comment = CommentFactory(article_id=other.article_id, user_id=user_id)
    reader.post("/v1_0/user/followings", json={"target": user_id})

    def seen():
        comments = anonymous.get(f"/v1_0/comments?type=a&source={other.article_id}").json["data"]
        feed = anonymous.get("/v1_0/articles?channel_id=0").json["data"]["results"]
        followed = reader.get("/v1_0/user/followings").json["data"]["results"]
        return [
            author.get("/v1_0/user").status_code,
            author.get("/mp/v1_0/user/profile").status_code,
            anonymous.get(f"/v1_0/articles/{article.article_id}").status_code,
            anonymous.get(f"/v1_0/users/{user_id}").status_code,
            [int(row["com_id"]) for row in comments["results"]],
            sorted(int(row["art_id"]) for row in feed),
            [row["id"] for row in followed],
        ]

    before = seen()
    assert before[:4] == [200, 200, 200, 200]
    assert before[4:] == [[comment.comment_id], [article.article_id, other.article_id], [user_id]]

    frozen = freeze(admin, user_id, user_id, 404)
    during = seen()
    thawed = thaw(admin, user_id)
    relay_lists()  # other people's, which may be a million, are the relay's

    assert (frozen.status_code, frozen.json["data"]) == (201, {"count": 1})
    assert during[:4] == [403, 403, 404, 400]
    assert during[4:] == [[], [other.article_id], []]
    assert author.get("/v1_0/user").status_code == 200
    assert (thawed.status_code, thawed.json["data"]) == (201, {"count": 1})
    assert seen() == before
    assert told() == [f"冻结: 用户 {user_id}", f"解冻: 用户 {user_id}"]
    assert operations()[0].changes == {"status": [1, 0]}


def test_who_is_frozen_until_a_time_is_thawed_then_and_once(admin, sign_in):
    reader = sign_in(UserFactory())
    user_id = reader.user.user_id
    until = clock.now() + timedelta(hours=2)

    answer = freeze(admin, user_id, frozen_until=f"{until:%Y-%m-%d %H:%M:%S}")

    assert answer.status_code == 201
    assert user_of(user_id).frozen_until == until
    assert publish_due().rows_changed == 0
    with time_machine.travel(clock.utc_now() + timedelta(hours=3), tick=True):
        assert publish_due().rows_changed == 1
        assert publish_due().rows_changed == 0
    row = user_of(user_id)
    assert (row.status, row.frozen_until) == (UserStatus.ENABLED, None)
    assert told() == [
        f"冻结: 用户 {user_id} 至 {until:%Y-%m-%d %H:%M:%S}",
        f"解冻: 用户 {user_id}",
    ]
    assert operations()[1].administrator_name == "系统"


def test_who_is_frozen_for_good_stays_so(admin):
    user_id = UserFactory().user_id
    until = clock.now() + timedelta(hours=2)
    freeze(admin, user_id, frozen_until=f"{until:%Y-%m-%d %H:%M:%S}")

    freeze(admin, user_id)

    with time_machine.travel(clock.utc_now() + timedelta(days=400), tick=True):
        assert publish_due().rows_changed == 0
    assert user_of(user_id).status == UserStatus.DISABLED


def test_a_repeated_freezing_counts_and_writes_nothing_down(admin):
    ids = [UserFactory().user_id for _ in range(3)]
    freeze(admin, *ids)

    again = freeze(admin, *ids)

    assert again.json["data"] == {"count": 3}
    assert len(told()) == 3


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"status": 0}, "user_ids", "Missing required parameter in the JSON body"),
        ({"user_ids": [], "status": 0}, "user_ids", "Missing required parameter in the JSON body"),
        ({"user_ids": ["x"], "status": 0}, "user_ids", "x is not a valid integer"),
        ({"user_ids": [0], "status": 0}, "user_ids",
         "Invalid user_ids: 0. user_ids must be a positive integer"),
        ({"user_ids": list(range(1, 10_002)), "status": 0}, "user_ids", "At most 10000 at once."),
        ({"user_ids": [1]}, "status", "Missing required parameter in the JSON body"),
        ({"user_ids": [1], "status": 2}, "status",
         "Invalid argument: 2. argument must be within the range 0 - 1"),
        ({"user_ids": [1], "status": 0, "frozen_until": "2001-01-01 00:00:00"}, "frozen_until",
         "Invalid date param."),
    ],
)  # fmt: skip
def test_a_malformed_freezing_is_refused(refuses, body, name, reason):
    refuses("PUT", USERS, [({"json": body}, {name: reason})])


def test_a_scalar_and_text_are_ids_too(admin):
    user = UserFactory()

    answer = admin.put(USERS, json={"user_ids": str(user.user_id), "status": "0"})

    assert (answer.status_code, answer.json["data"]) == (201, {"count": 1})
    assert user_of(user.user_id).status == UserStatus.DISABLED


def test_the_oldest_clients_freeze_and_thaw_one_user_at_an_address_of_its_own(admin):
    user_id = UserFactory().user_id
    path = f"/mis/users/{user_id}/disabled"

    answers = [admin.put(path, json={"disabled": each}) for each in (True, True, False)]

    assert [(each.status_code, each.json["data"]) for each in answers] == [
        (201, {"count": 1}),
        (201, {"count": 1}),
        (201, {"count": 1}),
    ]
    assert user_of(user_id).status == UserStatus.ENABLED
    assert told() == [f"冻结: 用户 {user_id}", f"解冻: 用户 {user_id}"]
