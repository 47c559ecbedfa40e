"""What operators decide about articles, and what follows (admin.md §2.37, §3.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.extensions.db import transaction
from common.models import Article
from common.utils import clock
from common.utils.constants import ArticleStatus as S
from tests.factories import ArticleFactory
from tests.support.harness.outbox import relay_everything, topics
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import operations, told
from tests.support.scenarios.reviewing import decided, history_of, page_of, put, undone
from tests.support.scenarios.writing import row_of

NEVER = 404
REFUSALS = {
    2: '"{}" 文章不是待审核状态, 不能通过审核',
    3: '"{}" 文章不是待审核状态, 不能驳回',
    5: '"{}" 文章不是审核状态, 不能封禁',
    6: '"{}" 文章不是封禁状态, 不能解封',
    4: '"{}" 文章已经删除, 不能删除',
}
ALLOWED = {2: {S.PENDING}, 3: {S.PENDING}, 5: {S.APPROVED}, 6: {S.BANNED}, 4: set(S) - {S.DELETED}}
AFTER = {2: S.APPROVED, 3: S.REJECTED, 4: S.DELETED, 5: S.BANNED, 6: S.APPROVED}


def article(status=S.PENDING, **columns):
    """The id of an article in a status, as it has come there."""
    was_live = status in (S.APPROVED, S.BANNED)
    return ArticleFactory(published=was_live, status=status, **columns).article_id


@pytest.mark.parametrize("action", REFUSALS)
@pytest.mark.parametrize("status", S)
def test_each_action_wants_its_status_and_refuses_in_these_words(admin, action, status):
    article_id = article(status, title="老城墙下的早点铺")

    answer = put(admin, article_id, status=action)

    if status in ALLOWED[action]:
        assert answer.status_code == 201, answer.json
        assert row_of(article_id).status == AFTER[action]
        return
    message = REFUSALS[action].format("老城墙下的早点铺")
    assert (answer.status_code, answer.json["message"]) == (403, message)
    assert row_of(article_id).status == status
    assert told() == []


def test_nobody_makes_an_article_wait(admin):
    answer = put(admin, article(), status=1)

    assert (answer.status_code, answer.json) == (403, {"message": "错误的状态操作"})


def test_one_in_a_wrong_state_refuses_all_and_the_first_of_them_is_named(admin):
    good = article()
    first, second = article(S.DRAFT, title="第一篇不行的"), article(S.DRAFT, title="第二篇不行的")

    answer = put(admin, good, second, first)

    assert answer.json["message"] == REFUSALS[2].format("第二篇不行的")
    assert row_of(good).status == S.PENDING
    assert (told(), history_of(good)) == ([], [])


def test_unknown_ids_are_ignored_beside_known_ones_only(admin):
    article_id = article()

    assert decided(admin, NEVER, article_id, article_id)["count"] == 1
    answer = put(admin, NEVER)
    assert (answer.status_code, answer.json) == (400, {"message": "Invalid article id."})


def test_what_is_decided_is_told_with_who_and_when(admin):
    article_id = article()
    decided(admin, article_id)

    answer = put(admin, article_id, status=3)

    data = answer.json["data"]
    assert answer.status_code == 403
    assert (data["status"], data["reviewer_id"]) == (S.APPROVED, admin.user.administrator_id)
    assert data["reviewer_name"] == admin.user.name
    assert data["review_time"] == row_of(article_id).review_time.isoformat()


def test_of_two_who_approve_at_once_one_does(admin):
    article_id = article()

    answers = at_once(*[lambda: put(admin, article_id)] * 2)

    assert sorted(answer.status_code for answer in answers) == [201, 403]
    assert len(history_of(article_id)) == len(operations()) == 1


@pytest.mark.parametrize(
    ("action", "status", "member"),
    [(3, S.PENDING, "驳回"), (5, S.APPROVED, "封禁"), (4, S.REJECTED, "删除")],
)
def test_a_reason_is_kept_and_there_always_is_one(admin, action, status, member):
    one, other = article(status), article(status)

    decided(admin, one, status=action, reject_reason="标题夸张")
    decided(admin, other, status=action)

    assert (row_of(one).reject_reason, row_of(other).reject_reason) == ("标题夸张", "系统审核")
    assert told() == [f"{member}: 文章 {one} 标题夸张", f"{member}: 文章 {other} 系统审核"]


def test_a_decision_is_written_down_with_what_changed(admin):
    article_id = article()

    batch_id = decided(admin, article_id)["batch_id"]

    (entry,) = operations()
    assert entry.description == f"审核: 文章 {article_id} 通过"
    assert (entry.target, entry.changes) == (f"article:{article_id}", {"status": [1, 2]})
    (step,) = history_of(article_id)
    assert (step.former, step.status, step.action, step.batch_id) == (1, 2, 2, batch_id)
    assert step.reviewer_id == admin.user.administrator_id


def test_readers_see_it_with_the_next_request_and_no_more_after_a_ban(admin, anonymous):
    article_id = article()
    path = f"/v1_0/articles/{article_id}"
    author_path = f"/v1_0/users/{row_of(article_id).user_id}/articles"
    assert anonymous.get(path).status_code == 404  # which is remembered
    assert anonymous.get(author_path).json["data"]["total_count"] == 0

    decided(admin, article_id)

    assert anonymous.get(path).status_code == 200
    assert anonymous.get(author_path).json["data"]["total_count"] == 1

    decided(admin, article_id, status=5)

    assert anonymous.get(path).status_code == 404
    assert anonymous.get(author_path).json["data"]["total_count"] == 0

    decided(admin, article_id, status=6)

    assert anonymous.get(path).status_code == 200


def test_many_that_appear_together_have_times_of_their_own_and_none_is_to_come(admin, anonymous):
    ids = [article() for _ in range(20)]
    now_ms = clock.now_ms()

    decided(admin, *ids)

    times = [row_of(id_).feed_ms for id_ in ids]
    assert times == sorted(set(times))
    assert now_ms - 20 < times[0]
    assert times[-1] <= clock.now_ms()


def test_the_author_is_told_each_time(admin, sign_in, author):
    article_id = article(user_id=author.user.user_id, title="老城墙下的早点铺")
    decided(admin, article_id, status=3, reject_reason="标题夸张")
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True)
        row.status, row.waiting_since = S.PENDING, clock.now()
    decided(admin, article_id)

    relay_everything()

    cards = author.get("/v1_0/user/notifications").json["data"]["results"]
    assert [(each["kind"], each["status"], each["reason"]) for each in cards] == [
        ("review", 2, None),
        ("review", 3, "标题夸张"),
    ]
    assert (cards[0]["art_id"], cards[0]["art_title"]) == (article_id, "老城墙下的早点铺")


def test_what_is_to_appear_later_leaves_the_queue_and_waits_for_the_clock(admin):
    tomorrow = clock.now().replace(microsecond=0) + timedelta(days=1)
    article_id = article(publish_at=tomorrow)

    decided(admin, article_id)

    row = row_of(article_id)
    assert (row.status, row.waiting_since, row.feed_ms) == (S.PENDING, None, None)
    assert row.review_time is not None
    assert put(admin, article_id, status=3).status_code == 403


@pytest.mark.parametrize("status", [S.PENDING, S.APPROVED])
def test_its_author_finds_it_by_one_entry_for_each_decision_and_its_undoing(admin, status):
    """Whether it comes, goes or only changes its status; what waits for a time, too."""
    tomorrow = clock.now() + timedelta(days=1)
    rest = {"publish_at": tomorrow} if status == S.PENDING else {}
    article_id, other = article(status), article(status, **rest)

    def entries():
        return topics().count("search.own")

    written = [entries()]
    for action in (2, 5, 6, 4) if status == S.PENDING else (5, 6, 4):
        batch_id = decided(admin, article_id, status=action)["batch_id"]
        written.append(entries())
    undone(admin, batch_id)
    written.append(entries())
    decided(admin, other, status=2 if status == S.PENDING else 4)
    written.append(entries())

    assert written == list(range(len(written)))


def test_what_was_to_appear_before_appears_now(admin, anonymous):
    article_id = article(publish_at=clock.now() - timedelta(minutes=1))

    decided(admin, article_id)

    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200


def test_what_its_author_edited_since_it_was_seen_is_left_alone_and_named(admin):
    edited, same, taken_back = article(), article(), article()
    with transaction() as session:
        session.get(Article, edited, populate_existing=True).version = 2
        session.get(Article, taken_back, populate_existing=True).status = S.DRAFT

    seen = {str(id_): 1 for id_ in (edited, same, taken_back)}
    data = decided(admin, edited, same, taken_back, versions=seen)

    assert data["count"] == 1
    assert data["skipped"] == [
        {"article_id": edited, "reason": "edited", "version": 2},
        {"article_id": taken_back, "reason": "withdrawn", "version": 1},
    ]
    assert [row_of(id_).status for id_ in (edited, same, taken_back)] == [1, 2, 0]
    assert len(operations()) == 1


def test_where_all_is_left_alone_nothing_is_decided(admin):
    article_id = article()

    data = decided(admin, article_id, versions={str(article_id): 7})

    assert (data["count"], data["batch_id"]) == (0, None)
    assert told() == []


def test_figures_of_authors_follow(admin, anonymous):
    article_id = article()
    card = f"/v1_0/users/{row_of(article_id).user_id}"

    def counted():
        return anonymous.get(card).json["data"]["art_count"]

    assert counted() == 0
    decided(admin, article_id)
    assert counted() == 1
    decided(admin, article_id, status=4)
    assert counted() == 0


def test_time_to_the_decision_is_kept(admin):
    article_id = article()

    with time_machine.travel(clock.utc_now() + timedelta(minutes=9)):
        decided(admin, article_id)

    assert 540 <= history_of(article_id)[0].waited < 560


def test_bad_input_is_refused(admin, refuses):
    article_id = article()
    out = "Invalid argument: {}. argument must be within the range 1 - 6"
    missing = "Missing required parameter in the JSON body"
    refuses(
        "PUT",
        "/mis/v1_0/articles",
        [
            ({"json": {"status": 2}}, {"article_ids": missing}),
            ({"json": {"article_ids": [article_id]}}, {"status": missing}),
            ({"json": {"article_ids": [article_id], "status": 0}}, {"status": out.format(0)}),
            ({"json": {"article_ids": [article_id], "status": 7}}, {"status": out.format(7)}),
            ({"json": {"article_ids": list(range(1, 10_002)), "status": 2}},
             {"article_ids": "At most 10000 at once."}),
            ({"json": {"article_ids": [article_id], "status": 2, "versions": {"x": 1}}},
             {"versions": "Invalid params."}),
            ({"json": {"article_ids": [article_id], "status": 2, "versions": [1]}},
             {"versions": "Invalid params."}),
        ],
    )  # fmt: skip
    assert page_of(admin, article_id)["status"] == S.PENDING
