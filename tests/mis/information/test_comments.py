"""Operators look at comments and decide about them (admin.md §5.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert

from common.extensions.db import transaction
from common.models import Comment
from common.utils import clock
from common.utils.constants import CommentStatus
from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.harness.plans import plan_of, selects
from tests.support.harness.threads import at_once
from tests.support.scenarios.deciding import (
    COMMENTS,
    assert_exact,
    count_anew,
    decide,
    shown,
    statuses,
    undo,
    write,
)
from tests.support.scenarios.discussing import ask, ids
from tests.support.scenarios.operators import operations, told

FIRST = 6 * 10**12
MANY = 1000
STATEMENTS_PER_1000 = 25
PENDING, APPROVED, REJECTED, DELETED = CommentStatus


def test_a_comment_that_is_let_through_shows_with_the_answer(admin, anonymous, article_id, redis):
    waiting = [write(article_id) for _ in range(3)]
    assert shown(anonymous, article_id) == ([], 0)

    answer = decide(admin, *waiting, waiting[0])

    assert answer.status_code == 201
    assert (answer.json["data"]["count"], answer.json["data"]["skipped"]) == (3, [])
    assert shown(anonymous, article_id) == (waiting[::-1], 3)
    assert_exact(redis)
    assert told() == [f"审核: 评论 {id_}" for id_ in waiting]
    assert operations()[0].changes == {"status": [0, 1]}


def test_one_that_is_refused_goes_with_the_replies_below_it(admin, anonymous, article_id, redis):
    top, other = (write(article_id, status=APPROVED) for _ in range(2))
    reply = write(article_id, to=top, status=APPROVED)
    deep = write(article_id, to=reply, status=APPROVED)
    waiting = write(article_id, to=reply)
    count_anew()
    assert shown(anonymous, article_id) == ([other, top], 4)
    assert ids(ask(anonymous, "c", top)) == [deep, reply]

    decide(admin, reply, status=2)
    assert ids(ask(anonymous, "c", top)) == []
    assert shown(anonymous, article_id) == ([other, top], 2)

    decide(admin, top, status=3)
    assert shown(anonymous, article_id) == ([other], 1)

    assert statuses(top, reply, deep, waiting, other) == [DELETED] * 4 + [APPROVED]
    assert_exact(redis)
    assert told() == [f"驳回: 评论 {reply}", f"删除: 评论 {top}"]


def test_a_reply_does_not_appear_below_what_nobody_sees(admin, anonymous, article_id):
    top = write(article_id)
    reply = write(article_id, to=top)

    alone = decide(admin, reply)
    assert alone.json == {"message": "Comment is decided."}
    both = decide(admin, reply, top)

    assert both.json["data"]["count"] == 2
    assert ids(ask(anonymous, "c", top)) == [reply]


def test_what_cannot_be_decided_is_named_and_the_rest_is_done(admin, article_id):
    waiting, visible, gone = (write(article_id, status=s) for s in (PENDING, APPROVED, DELETED))
    below_gone = write(article_id, to=gone)

    data = decide(admin, waiting, visible, gone, below_gone, 404).json["data"]

    assert data["count"] == 1
    assert data["skipped"] == [
        {"comment_id": visible, "reason": "Comment has this status."},
        {"comment_id": gone, "reason": "Comment is deleted."},
        {"comment_id": below_gone, "reason": "What it answers is not visible."},
    ]
    assert decide(admin, 404).json["errors"] == {"comment_ids": "Invalid comment id."}


def test_who_decides_what_is_decided_is_told_by_whom_and_when(admin, article_id):
    comment_id = write(article_id)
    with time_machine.travel(clock.utc_now() + timedelta(hours=1), tick=False):
        at = clock.now().isoformat(timespec="seconds")[:13]
        decide(admin, comment_id, status=2)

    again = decide(admin, comment_id, status=2)

    assert again.status_code == 403
    assert again.json["message"].startswith(f"Comment is decided by {admin.user.name} at {at}")
    assert len(told()) == 1


def test_of_two_who_decide_at_once_one_does(admin, sign_in, article_id, redis):
    waiting = [write(article_id) for _ in range(50)]

    answers = at_once(
        lambda: decide(admin, *waiting), lambda: decide(sign_in(admin.user), *waiting[::-1])
    )

    assert sorted(answer.status_code for answer in answers) == [201, 403]
    assert len(told()) == len(waiting)
    assert_exact(redis)


def test_readers_and_operators_who_delete_at_once_are_counted_once(
    admin, sign_in, article_id, redis
):
    writer = UserFactory()
    comment_ids = [write(article_id, status=APPROVED, user_id=writer.user_id) for _ in range(10)]
    reader = sign_in(writer)
    count_anew()

    at_once(
        lambda: decide(admin, *comment_ids, status=3),
        lambda: [reader.delete(f"/v1_0/comments/{id_}").status_code for id_ in comment_ids],
    )

    assert statuses(*comment_ids) == [DELETED] * 10
    assert_exact(redis)


def test_who_is_answered_hears_of_it_when_it_is_let_through(admin, sign_in, article_id):
    asking = UserFactory()
    top = write(article_id, status=APPROVED, user_id=asking.user_id)
    reply = write(article_id, to=top)
    reader = sign_in(asking)

    def unread():
        relay_everything()
        return reader.get("/v1_0/user/notifications").json["data"]["unread_count"]

    assert unread() == 0
    decide(admin, reply)
    assert unread() == 1


def test_comments_are_found_by_what_is_known_of_them(admin, article_id, cost):
    writer = UserFactory(user_name="河畔灯火")
    first = write(article_id, user_id=writer.user_id, content="豆浆要咸的")
    second = write(article_id, status=APPROVED, content="100%_对")
    gone = write(article_id, status=DELETED)
    elsewhere = write(ArticleFactory(published=True).article_id, status=REJECTED)

    def found(query=""):
        return [
            row["comment_id"] for row in admin.get(f"{COMMENTS}?{query}").json["data"]["comments"]
        ]

    assert found() == [elsewhere, second, first]
    with cost() as spent:
        data = admin.get(f"{COMMENTS}?author=灯火").json["data"]
    assert spent.sql == 2
    assert [row["comment_id"] for row in data["comments"]] == [first]
    assert data["total_count"] == 1
    assert data["oldest_at"] == data["comments"][0]["create_time"]
    assert found(f"article_id={article_id}&order_by=id") == [first, second]
    assert found(f"user_id={writer.user_id}") == [first]
    assert found("keyword=%25_") == [second]
    assert [found(f"status={s}") for s in range(4)] == [[first], [second], [elsewhere], [gone]]
    assert found("end=2020-01-01 00:00:00") == []


@pytest.mark.parametrize("query", ["status=0", "article_id=7", "user_id=7", ""])
def test_no_list_walks_through_all_comments(admin, query):
    CommentFactory(article_id=7, user_id=7, status=0)
    with selects() as seen:
        admin.get(f"{COMMENTS}?{query}")

    plans = [plan_of(*each) for each in seen.items() if "news_comment" in each[0]]
    steps = [step for plan in plans for step in plan if "news_comment" in step]
    assert len(plans) == 2
    if query:
        assert [
            step for step in steps if "SEARCH" not in step and "SCAN news_comment " in step
        ] == []
    else:  # a page of all of them is read from its end
        assert all("USE TEMP B-TREE" not in step for plan in plans for step in plan)


def test_a_thousand_decisions_are_some_statements_and_a_row_of_the_log_each(admin, cost, redis):
    articles = [ArticleFactory(published=True).article_id for _ in range(10)]
    rows = [
        {
            "comment_id": FIRST + n,
            "user_id": 7,
            "article_id": articles[n % 10],
            "content": f"第{n}条",
            "status": int(PENDING),
        }
        for n in range(MANY)
    ]
    with transaction() as session:
        session.execute(insert(Comment), rows)
    named = [row["comment_id"] for row in rows]
    decide(admin, write(articles[0]))

    with cost() as through:
        data = decide(admin, *named).json["data"]
    with cost() as back:
        undone = undo(admin, data["batch_id"]).json["data"]

    assert (data["count"], undone["count"]) == (MANY, MANY)
    assert through.sql <= STATEMENTS_PER_1000
    assert back.sql <= STATEMENTS_PER_1000
    assert len(told()) == 2 * MANY + 1
    assert_exact(redis)


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"status": 2}, "comment_ids", "Missing required parameter in the JSON body"),
        ({"comment_ids": [1]}, "status", "Missing required parameter in the JSON body"),
        ({"comment_ids": [1], "status": 0}, "status",
         "Invalid argument: 0. argument must be within the range 1 - 3"),
        ({"comment_ids": [0], "status": 1}, "comment_ids",
         "Invalid comment_ids: 0. comment_ids must be a positive integer"),
    ],
)  # fmt: skip
def test_a_malformed_decision_is_refused(refuses, body, name, reason):
    refuses("PUT", COMMENTS, [({"json": body}, {name: reason})])
