"""Taking batches back (admin.md §5.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.cache import counters
from common.services.audit.verifying import verify
from common.services.counters import rebuilding
from common.utils import clock
from common.utils.constants import ArticleStatus as S
from tests.factories import ArticleFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.operators import told
from tests.support.scenarios.reviewing import ARTICLES, decided, history_of, listed, undone
from tests.support.scenarios.writing import row_of, saved, written

KEPT = ("status", "reviewer_id", "review_time", "reject_reason", "waiting_since", "feed_ms")
DAY = timedelta(hours=24)
KEEP = {"draft": "false", "keep_live": "1"}


def state(article_id):
    row = row_of(article_id)
    return {name: getattr(row, name) for name in KEPT} | {"delete_time": row.delete_time}


def waiting(**columns):
    return ArticleFactory(status=S.PENDING, **columns).article_id


def undo(client, batch_id):
    return client.post(f"{ARTICLES}/undo", json={"batch_id": batch_id})


@pytest.mark.parametrize("way", [(2,), (3,), (4,), (2, 5), (2, 5, 6), (2, 4), (3, 4)])
def test_an_article_is_what_it_was_before(admin, anonymous, way):
    article_id = waiting()
    for action in way[:-1]:
        decided(admin, article_id, status=action)
    before = state(article_id)
    shown = anonymous.get(f"/v1_0/articles/{article_id}").status_code
    batch_id = decided(admin, article_id, status=way[-1])["batch_id"]

    assert undone(admin, batch_id) == 1

    assert state(article_id) == before
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == shown


@pytest.mark.parametrize("is_repaired", [False, True])
def test_what_readers_do_meanwhile_is_in_the_figures_of_what_comes_back(
    admin, sign_in, is_repaired
):
    """A like and a comment are taken back while it is deleted; another reader's like from before
    stays, also if the nightly repair came by."""
    article_id = waiting()
    decided(admin, article_id)
    leaving, staying = sign_in(UserFactory()), sign_in(UserFactory())
    for reader in (leaving, staying):
        reader.post("/v1_0/article/likings", json={"target": article_id})
    posted = leaving.post("/v1_0/comments", json={"target": article_id, "content": "写得真好"})
    batch_id = decided(admin, article_id, status=S.DELETED)["batch_id"]
    gone = [
        leaving.delete(f"/v1_0/article/likings/{article_id}"),
        leaving.delete(f"/v1_0/comments/{posted.json['data']['com_id']}"),
    ]
    if is_repaired:
        rebuilding.rebuild()

    undone(admin, batch_id)
    relay_everything()

    page = staying.get(f"/v1_0/articles/{article_id}").json["data"]
    assert [answer.status_code for answer in gone] == [204] * 2
    assert (page["like_count"], page["attitude"], page["comm_count"]) == (1, 1, 0)
    assert counters.user_likes.get(row_of(article_id).user_id) == 1


def test_only_what_is_still_as_the_batch_left_it_returns(admin, author, channel_id):
    same, banned, edited = waiting(), waiting(), written(author, channel_id)
    batch_id = decided(admin, same, banned, edited)["batch_id"]
    decided(admin, banned, status=5)
    saved(author, edited, channel_id, title="改过的标题啊")

    assert undone(admin, batch_id) == 1

    assert row_of(same).status == S.PENDING
    assert row_of(banned).status == S.BANNED
    assert (row_of(edited).status, row_of(edited).version) == (S.PENDING, 2)
    assert told()[-1] == f"修改: 文章 {same} 撤销通过"


def test_a_batch_is_taken_back_once(admin):
    batch_id = decided(admin, waiting())["batch_id"]

    assert [undone(admin, batch_id) for _ in range(2)] == [1, 0]


def test_a_batch_of_a_colleague_is_his_unless_one_may_do_everything(admin, with_codes):
    article_id = waiting()
    holder, colleague = (with_codes("article-list-put") for _ in range(2))
    batch_id = decided(holder, article_id)["batch_id"]

    answer = undo(colleague, batch_id)

    assert (answer.status_code, answer.json) == (403, {"message": "Permission denied."})
    assert row_of(article_id).status == S.APPROVED
    assert undone(holder, batch_id) == 1
    assert undone(admin, decided(holder, article_id)["batch_id"]) == 1


def test_a_day_later_it_is_too_late(admin, sign_in):
    article_id = waiting()
    batch_id = decided(admin, article_id)["batch_id"]

    with time_machine.travel(clock.utc_now() + DAY + timedelta(minutes=1)):
        answer = undo(sign_in(admin.user), batch_id)

    assert (answer.status_code, answer.json) == (403, {"message": "Batch is too old."})
    assert row_of(article_id).status == S.APPROVED

    with time_machine.travel(clock.utc_now() + DAY - timedelta(minutes=1)):
        assert undone(sign_in(admin.user), batch_id) == 1


def test_an_unknown_batch_is_refused(admin, refuses):
    reason = "Invalid batch id."
    refuses("POST", f"{ARTICLES}/undo", [({"json": {"batch_id": 404}}, {"batch_id": reason})])


def test_its_author_is_told(admin, author):
    article_id = waiting(user_id=author.user.user_id)
    undone(admin, decided(admin, article_id, status=3)["batch_id"])

    relay_everything()

    cards = author.get("/v1_0/user/notifications").json["data"]["results"]
    assert [each["status"] for each in cards] == [S.PENDING, S.REJECTED]


def test_history_and_log_tell_both(admin):
    article_id = waiting()
    undone(admin, decided(admin, article_id)["batch_id"])

    first, second = history_of(article_id)
    assert (first.action, first.undone_at is not None) == (2, True)
    assert (second.action, second.former, second.status) == (7, S.APPROVED, S.PENDING)
    assert [each.split(":")[0] for each in told()] == ["审核", "修改"]
    assert verify().broken_at is None


def test_it_is_in_the_queue_again_with_its_age(admin):
    article_id = waiting(waiting_since=clock.now().replace(microsecond=0) - timedelta(hours=3))
    oldest = listed(admin, waiting=1)["oldest_at"]
    batch_id = decided(admin, article_id)["batch_id"]
    assert listed(admin, waiting=1)["oldest_at"] is None

    undone(admin, batch_id)

    assert listed(admin, waiting=1)["oldest_at"] == oldest


class TestOfTexts:
    """Decisions about texts that wait beside live articles."""

    @pytest.fixture
    def article_id(self, admin, author, channel_id):
        """A live article with a new text beside it."""
        id_ = written(author, channel_id, title="原来的标题")
        decided(admin, id_)
        answer = saved(author, id_, channel_id, query=KEEP, title="新的标题啊")
        assert answer.status_code == 201
        return id_

    @pytest.fixture
    def title(self, anonymous, article_id):
        """``title()``: what readers see."""
        return lambda: anonymous.get(f"/v1_0/articles/{article_id}").json["data"]["title"]

    def test_an_approval_shows_the_new_text_and_its_undoing_the_former(
        self, admin, article_id, title
    ):
        before = state(article_id)
        assert title() == "原来的标题"
        batch_id = decided(admin, article_id)["batch_id"]
        assert title() == "新的标题啊"

        undone(admin, batch_id)

        assert title() == "原来的标题"
        assert state(article_id) == before
        assert decided(admin, article_id)["count"] == 1
        assert title() == "新的标题啊"

    def test_a_rejection_leaves_readers_alone_and_may_be_undone(self, admin, article_id, title):
        before = state(article_id)
        batch_id = decided(admin, article_id, status=3, reject_reason="标题夸张")["batch_id"]
        assert (title(), row_of(article_id).reject_reason) == ("原来的标题", "标题夸张")

        undone(admin, batch_id)

        assert state(article_id) == before

    def test_a_ban_takes_it_out_of_the_queue_and_its_end_puts_it_back(self, admin, article_id):
        decided(admin, article_id, status=5)
        assert listed(admin, waiting=1)["total_count"] == 0

        decided(admin, article_id, status=6)

        assert listed(admin, waiting=1)["total_count"] == 1
        assert decided(admin, article_id)["count"] == 1
