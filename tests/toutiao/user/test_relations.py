"""Following and blocking: what the writes answer and what they change (user-app.md §5)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Notification, Relation
from common.utils.constants import NotificationKind
from tests.factories import ArticleFactory, RelationFactory, UserFactory
from tests.support.harness.outbox import relay_everything

FOLLOWINGS = "/v1_0/user/followings"
FOLLOWERS = "/v1_0/user/followers"
BLACKLISTS = "/v1_0/user/blacklists"
INVALID = {
    "message": "target: Invalid target user id.",
    "errors": {"target": "Invalid target user id."},
}


@pytest.fixture
def other(sign_in):
    """Somebody else, signed in."""
    return sign_in(UserFactory())


def follow(client, target):
    return client.post(FOLLOWINGS, json={"target": target.user_id})


def block(client, target):
    return client.post(BLACKLISTS, json={"target": target.user_id})


def card(client, user):
    return client.get(f"/v1_0/users/{user.user_id}").json["data"]


def ids(answer):
    return [each["id"] for each in answer.json["data"]["results"]]


def test_following_shows_on_both_sides_at_once(reader, other):
    answer = follow(reader, other.user)

    mine, theirs = card(other, reader.user), card(reader, other.user)
    assert answer.status_code == 201
    assert answer.json == {"message": "OK", "data": {"target": other.user.user_id}}
    assert (mine["follow_count"], mine["fans_count"]) == (1, 0)
    assert (theirs["follow_count"], theirs["fans_count"]) == (0, 1)
    assert theirs["is_following"] is True
    assert ids(reader.get(FOLLOWINGS)) == [other.user.user_id]
    assert ids(other.get(FOLLOWERS)) == [reader.user.user_id]


@pytest.mark.parametrize("as_sent", [str, lambda id_: f" {id_} ", int])
def test_the_target_may_be_a_number_or_decimal_text(reader, other, as_sent):
    answer = reader.post(FOLLOWINGS, json={"target": as_sent(other.user.user_id)})

    assert answer.json["data"] == {"target": other.user.user_id}


def test_following_twice_counts_once(reader, other):
    answers = [follow(reader, other.user) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert card(reader, other.user)["fans_count"] == 1


@pytest.mark.parametrize("path", [FOLLOWINGS, BLACKLISTS])
@pytest.mark.parametrize("target", [0, -1, "x", 1.5, True, [], 404, 2**63, "9" * 30])
def test_what_is_no_user_is_refused(reader, path, target):
    answer = reader.post(path, json={"target": target})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("path", [FOLLOWINGS, BLACKLISTS])
def test_an_article_is_no_user(reader, path):
    article = ArticleFactory(published=True)

    answer = reader.post(path, json={"target": article.article_id})

    assert (answer.status_code, answer.json) == (400, INVALID)
    refresh_view()
    assert db.session.scalar(select(func.count(Relation.relation_id))) == 0


@pytest.mark.parametrize("path", [FOLLOWINGS, BLACKLISTS])
def test_a_disabled_user_counts_as_not_existing(reader, path):
    answer = reader.post(path, json={"target": UserFactory(disabled=True).user_id})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("path", [FOLLOWINGS, BLACKLISTS])
@pytest.mark.parametrize("body", [{}, {"target": None}, None])
def test_a_missing_target_is_named(reader, path, body):
    answer = reader.post(path, json=body) if body is not None else reader.post(path)

    assert answer.status_code == 400
    assert answer.json["errors"] == {"target": "Missing required parameter in the JSON body"}


def test_nobody_follows_himself(reader):
    answer = follow(reader, reader.user)

    assert (answer.status_code, answer.json) == (400, {"message": "User cannot follow self."})


def test_nobody_blocks_himself(reader):
    answer = block(reader, reader.user)

    assert (answer.status_code, answer.json) == (400, {"message": "User cannot blacklist self."})


def test_who_was_blocked_cannot_follow(reader, other):
    block(other, reader.user)

    answer = follow(reader, other.user)

    assert (answer.status_code, answer.json) == (403, {"message": "User denied by target."})
    assert card(reader, other.user)["fans_count"] == 0


def test_unfollowing_takes_it_back_and_a_repeat_changes_nothing(reader, other):
    follow(reader, other.user)

    path = f"{FOLLOWINGS}/{other.user.user_id}"
    answers = [reader.delete(path) for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert card(reader, other.user)["fans_count"] == 0
    assert ids(reader.get(FOLLOWINGS)) == ids(other.get(FOLLOWERS)) == []


@pytest.mark.parametrize("path", [FOLLOWINGS, BLACKLISTS])
@pytest.mark.parametrize(("target", "status"), [("404", 204), ("0", 404), ("x", 404), ("-1", 404)])
def test_deleting_what_is_not_there(reader, path, target, status):
    assert reader.delete(f"{path}/{target}").status_code == status


def test_blocking_ends_following_in_both_directions(reader, other):
    follow(reader, other.user)
    follow(other, reader.user)

    answer = block(reader, other.user)

    mine, theirs = card(other, reader.user), card(reader, other.user)
    assert (answer.status_code, answer.json["data"]) == (201, {"target": other.user.user_id})
    assert {mine[name] for name in ("follow_count", "fans_count")} == {0}
    assert {theirs[name] for name in ("follow_count", "fans_count")} == {0}
    assert (theirs["is_following"], theirs["is_blacklist"]) == (False, True)
    assert (mine["is_following"], mine["is_blacklist"]) == (False, False)
    assert ids(reader.get(FOLLOWINGS)) == ids(reader.get(FOLLOWERS)) == []
    assert ids(reader.get(BLACKLISTS)) == [other.user.user_id]


def test_unblocking_does_not_restore_the_following(reader, other):
    follow(reader, other.user)
    block(reader, other.user)

    answer = reader.delete(f"{BLACKLISTS}/{other.user.user_id}")

    theirs = card(reader, other.user)
    assert answer.status_code == 204
    assert (theirs["is_following"], theirs["is_blacklist"]) == (False, False)
    assert ids(reader.get(BLACKLISTS)) == []


def test_unblocking_does_not_unfollow(reader, other):
    follow(reader, other.user)

    reader.delete(f"{BLACKLISTS}/{other.user.user_id}")

    assert card(reader, other.user)["is_following"] is True


def test_unfollowing_does_not_unblock(reader, other):
    block(reader, other.user)

    reader.delete(f"{FOLLOWINGS}/{other.user.user_id}")

    assert card(reader, other.user)["is_blacklist"] is True


def test_following_whom_one_has_blocked_unblocks_him(reader, other):
    block(reader, other.user)

    answer = follow(reader, other.user)

    theirs = card(reader, other.user)
    assert answer.status_code == 201
    assert (theirs["is_following"], theirs["is_blacklist"]) == (True, False)
    assert theirs["fans_count"] == 1
    assert ids(reader.get(BLACKLISTS)) == []


def test_a_following_is_told_once_a_day_however_often_it_is_renewed(reader, other):
    for _ in range(3):
        follow(reader, other.user)
        reader.delete(f"{FOLLOWINGS}/{other.user.user_id}")
    relay_everything()

    refresh_view()
    told = db.session.scalars(select(Notification)).all()
    assert [(each.user_id, each.actor_id, each.kind) for each in told] == [
        (other.user.user_id, reader.user.user_id, NotificationKind.FOLLOW)
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", FOLLOWINGS),
        ("GET", FOLLOWINGS),
        ("GET", FOLLOWERS),
        ("DELETE", f"{FOLLOWINGS}/5"),
        ("POST", BLACKLISTS),
        ("GET", BLACKLISTS),
        ("DELETE", f"{BLACKLISTS}/5"),
    ],
)
def test_a_visitor_has_no_relations(anonymous, method, path):
    answer = anonymous.open(path, method=method, json={"target": 5})

    assert (answer.status_code, answer.json) == (401, {"message": "User must be authorized."})


def test_a_relation_that_exists_already_in_sql_is_known(reader):
    """Databases are adopted: nothing may depend on what only our writes leave behind."""
    target = UserFactory()
    RelationFactory(user_id=reader.user.user_id, target_user_id=target.user_id)

    answer = follow(reader, target)

    assert answer.status_code == 201
    assert card(reader, target)["is_following"] is True
    assert ids(reader.get(FOLLOWINGS)) == [target.user_id]
