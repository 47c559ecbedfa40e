"""Claims: who reviews what (admin.md §5.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.utils import clock
from common.utils.constants import ArticleStatus as S
from tests.factories import ArticleFactory
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import told
from tests.support.scenarios.reviewing import ARTICLES, decided, ids_of, listed, put
from tests.support.scenarios.writing import row_of, saved, written

CLAIMS = f"{ARTICLES}/claims"


@pytest.fixture
def article_id():
    """An article that waits."""
    return ArticleFactory(status=S.PENDING).article_id


def claim(client, *article_ids):
    answer = client.post(CLAIMS, json={"article_ids": list(article_ids)})
    assert answer.status_code == 201, answer.json
    return answer.json["data"]


def release(client, *article_ids):
    return client.delete(CLAIMS, json={"article_ids": list(article_ids)}).status_code


@pytest.mark.parametrize("action", [2, 3, 4])
def test_what_somebody_else_has_claimed_is_not_decided_about(admin, colleague, article_id, action):
    claim(admin, article_id)

    answer = put(colleague, article_id, status=action)

    assert (answer.status_code, answer.json["message"]) == (403, "Article is claimed.")
    assert answer.json["data"]["claimed_by"] == admin.user.administrator_id
    assert row_of(article_id).status == S.PENDING
    assert decided(admin, article_id, status=action)["count"] == 1


def test_a_claim_goes_with_its_release_and_is_given_up_by_its_holder_only(
    admin, colleague, article_id
):
    claim(admin, article_id)

    assert release(colleague, article_id) == 204
    assert put(colleague, article_id).status_code == 403
    assert release(admin, article_id) == 204
    assert put(colleague, article_id).status_code == 201
    assert told()[:2] == [f"修改: 文章 {article_id} 认领", f"修改: 文章 {article_id} 放弃认领"]


def test_a_claim_goes_after_ten_minutes(admin, colleague, article_id):
    claim(admin, article_id)

    with time_machine.travel(clock.utc_now() + timedelta(minutes=10, seconds=1)):
        assert listed(colleague)["articles"][0]["claimed_by"] is None
        assert claim(colleague, article_id)["count"] == 1
        assert put(admin, article_id).status_code == 403


def test_a_claim_goes_with_the_decision(admin, colleague, article_id):
    claim(admin, article_id)
    batch_id = decided(admin, article_id)["batch_id"]

    admin.post(f"{ARTICLES}/undo", json={"batch_id": batch_id})

    assert put(colleague, article_id).status_code == 201


def test_a_claim_is_shown_and_hides_nothing(admin, colleague, article_id):
    data = claim(admin, article_id)

    for query in ({"status_list": "1"}, {"waiting": 1}, {}):
        page = listed(colleague, **query)
        assert (page["total_count"], ids_of(page)) == (1, [article_id])
        (row,) = page["articles"]
        assert row["claimed_by"] == admin.user.administrator_id
        assert row["claimed_by_name"] == admin.user.name
        assert row["claimed_until"] == data["claimed_until"]
        assert page["oldest_at"] is not None


def test_only_what_waits_and_is_free_is_claimed(admin, colleague, article_id):
    live, theirs = ArticleFactory(published=True).article_id, ArticleFactory(status=1).article_id
    claim(colleague, theirs)

    data = claim(admin, article_id, live, theirs, 404)

    assert (data["count"], data["article_ids"]) == (1, [article_id])
    assert admin.post(CLAIMS, json={"article_ids": [404]}).json == {
        "message": "Invalid article id."
    }


def test_of_two_who_claim_at_once_one_has_it(admin, colleague, article_id):
    counts = at_once(*(lambda by=by: claim(by, article_id)["count"] for by in (admin, colleague)))

    assert sorted(counts) == [0, 1]


def test_what_was_edited_since_it_was_claimed_is_left_alone_until_it_is_claimed_again(
    admin, author, channel_id
):
    article_id = written(author, channel_id)
    claim(admin, article_id)
    saved(author, article_id, channel_id, title="改过的标题啊")

    data = decided(admin, article_id)

    assert data["skipped"] == [{"article_id": article_id, "reason": "edited", "version": 2}]
    assert row_of(article_id).status == S.PENDING

    claim(admin, article_id)

    assert decided(admin, article_id)["count"] == 1


def test_a_ban_waits_for_nobody(admin, colleague, author, channel_id):
    article_id = written(author, channel_id)
    decided(admin, article_id)
    keep = {"draft": "false", "keep_live": "1"}
    saved(author, article_id, channel_id, query=keep, title="改过的标题啊")
    claim(admin, article_id)

    assert decided(colleague, article_id, status=5)["count"] == 1
