"""Decisions about comments are taken back (admin.md §5.5)."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from common.utils import clock
from common.utils.constants import CommentStatus
from tests.support.scenarios.deciding import (
    assert_exact,
    count_anew,
    decide,
    shown,
    statuses,
    undo,
    write,
)
from tests.support.scenarios.discussing import ask, ids
from tests.support.scenarios.operators import told

PENDING, APPROVED, REJECTED, DELETED = CommentStatus


def test_a_batch_is_taken_back_as_far_as_nobody_touched_it_since(
    admin, anonymous, article_id, redis
):
    top, other, third = (write(article_id, status=APPROVED) for _ in range(3))
    reply = write(article_id, to=top, status=APPROVED)
    count_anew()
    batch = decide(admin, top, other, third, status=2).json["data"]["batch_id"]
    decide(admin, other, status=1)
    decide(admin, third, status=3)

    answer = undo(admin, batch)

    assert (answer.status_code, answer.json["data"]) == (201, {"count": 2})
    assert statuses(top, reply, other, third) == [APPROVED, APPROVED, APPROVED, DELETED]
    assert shown(anonymous, article_id) == ([other, top], 3)
    assert ids(ask(anonymous, "c", top)) == [reply]
    assert_exact(redis)
    assert told()[-2:] == [f"修改: 评论 {id_} 撤销 {batch}" for id_ in (top, reply)]
    again = undo(admin, batch)
    assert (again.status_code, again.json["message"]) == (
        403,
        "Nothing of this batch can be undone.",
    )


def test_a_decision_made_again_later_is_not_taken_back_with_the_first(admin, article_id):
    comment_id = write(article_id, status=APPROVED)
    first = decide(admin, comment_id, status=2).json["data"]["batch_id"]
    decide(admin, comment_id, status=1)
    decide(admin, comment_id, status=2)

    assert undo(admin, first).status_code == 403
    assert statuses(comment_id) == [REJECTED]


def test_an_approval_taken_back_takes_what_was_answered_since(admin, anonymous, article_id, redis):
    top = write(article_id)
    batch = decide(admin, top).json["data"]["batch_id"]
    reply = write(article_id, to=top, status=APPROVED)
    count_anew()

    undo(admin, batch)

    assert statuses(top, reply) == [PENDING, PENDING]
    assert shown(anonymous, article_id)[0] == []


def test_a_batch_is_taken_back_within_a_day(admin, sign_in, article_id):
    batch = decide(admin, write(article_id)).json["data"]["batch_id"]

    with time_machine.travel(clock.utc_now() + timedelta(hours=25)):
        late = undo(sign_in(admin.user), batch)
    unknown = undo(admin, 404)

    for answer in (late, unknown):
        assert (answer.status_code, answer.json["errors"]) == (
            400,
            {"batch_id": "Invalid batch id."},
        )


def test_a_batch_of_a_colleague_is_his_unless_one_may_do_everything(admin, with_codes, article_id):
    comment_id = write(article_id, status=APPROVED)
    holder, colleague = (with_codes("comment-list-put") for _ in range(2))
    batch_id = decide(holder, comment_id, status=2).json["data"]["batch_id"]

    answer = undo(colleague, batch_id)

    assert (answer.status_code, answer.json) == (403, {"message": "Permission denied."})
    assert statuses(comment_id) == [REJECTED]
    assert undo(admin, batch_id).status_code == 201
