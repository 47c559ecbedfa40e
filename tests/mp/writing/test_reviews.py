"""What was decided about an own article_id, and appeals (contract/additions.md §2)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, transaction
from common.models import Article, ArticleAppeal, ArticleReview
from common.utils.constants import AppealStatus, ArticleStatus
from tests.factories import ArticleFactory, UserFactory
from tests.support.harness.threads import at_once
from tests.support.scenarios.reviewing import decided
from tests.support.scenarios.writing import saved, written

ADMINISTRATOR = 9
MISSING = {"message": "Article not exists."}
INVALID = {"message": "Invalid article."}


@pytest.fixture
def article_id(editor):
    """A draft of the editor's."""
    return ArticleFactory(user_id=editor.user.user_id).article_id


def decide(article_id, status, reason=None):
    """An operator's decision; its id."""
    with transaction() as session:
        row = session.get_one(Article, article_id)
        review = ArticleReview(
            article_id=article_id,
            status=status,
            former=row.status,
            reason=reason,
            reviewer_id=ADMINISTRATOR,
        )
        row.status = status
        session.add(review)
        session.flush()
        return review.id


def reviews_of(editor, article_id, **query):
    answer = editor.get(f"/mp/v1_0/articles/{article_id}/reviews", query_string=query)
    assert answer.status_code == 200
    return answer.json["data"]


def appeal(editor, article_id, text="请再看一遍"):
    return editor.post(f"/mp/v1_0/articles/{article_id}/appeals", json={"text": text})


def test_an_author_sees_what_was_decided_and_why_but_not_by_whom(editor, article_id):
    decide(article_id, ArticleStatus.PENDING)
    review_id = decide(article_id, ArticleStatus.REJECTED, "标题夸张")

    data = reviews_of(editor, article_id)

    assert (data["total_count"], data["page"], data["per_page"]) == (2, 1, 20)
    latest = data["results"][0]
    assert latest.pop("created_at")
    assert latest == {
        "id": review_id,
        "status": 3,
        "former": 1,
        "reason": "标题夸张",
        "appeal": None,
        "can_appeal": True,
    }
    assert [each["status"] for each in data["results"]] == [3, 1]


def test_an_author_sees_why_an_edit_of_a_live_article_was_rejected(editor, admin, channel_id):
    article_id = written(editor, channel_id)
    decided(admin, article_id)
    keep_live = {"draft": "false", "keep_live": "1"}
    saved(editor, article_id, channel_id, query=keep_live, content="<p>改</p>")
    decided(admin, article_id, status=ArticleStatus.REJECTED, reject_reason="夸大其词")

    rejected, approved, *_ = reviews_of(editor, article_id)["results"]

    assert (rejected["status"], rejected["former"], rejected["reason"]) == (2, 2, "夸大其词")
    assert approved["reason"] is None


def test_pages_are_bounded_and_cost_the_same(editor, article_id, cost):
    for _ in range(15):
        decide(article_id, ArticleStatus.PENDING)
        decide(article_id, ArticleStatus.REJECTED, "重复")

    reviews_of(editor, article_id)  # who is asking is known
    with cost() as spent:
        data = reviews_of(editor, article_id, page=2, per_page=20)

    assert data["total_count"] == 30
    assert len(data["results"]) == 10
    assert [each["can_appeal"] for each in data["results"]] == [False] * 10
    assert spent.sql <= 4


def test_an_appeal_is_seen_beside_its_decision(editor, article_id):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")

    answer = appeal(editor, article_id, "标题就是书名，\n并不夸张")

    assert answer.status_code == 201
    (review,) = reviews_of(editor, article_id)["results"]
    assert review["can_appeal"] is False
    assert review["appeal"].pop("created_at")
    assert review["appeal"] == {
        "id": answer.json["data"]["id"],
        "text": "标题就是书名，\n并不夸张",
        "status": AppealStatus.OPEN,
        "answer": None,
        "handled_at": None,
    }


def test_an_author_appeals_once_per_decision(editor, article_id):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")
    appeal(editor, article_id)

    again = appeal(editor, article_id, "再说一遍")

    assert (again.status_code, again.json) == (
        409,
        {"message": "User has appealed against this decision."},
    )
    decide(article_id, ArticleStatus.PENDING)
    decide(article_id, ArticleStatus.REJECTED, "还是夸张")
    assert appeal(editor, article_id).status_code == 201
    assert [row.text for row in db.session.query(ArticleAppeal)] == ["请再看一遍", "请再看一遍"]


def test_of_appeals_sent_at_once_one_is_filed(editor, article_id):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")

    answers = at_once(*[lambda: appeal(editor, article_id).status_code] * 4)

    assert sorted(answers) == [201, 409, 409, 409]


def test_a_ban_may_be_appealed_against(editor, admin):
    article = ArticleFactory(published=True, user_id=editor.user.user_id)
    decided(admin, article.article_id, status=ArticleStatus.BANNED, reject_reason="举报属实")

    (review,) = reviews_of(editor, article.article_id)["results"]
    assert (review["reason"], review["can_appeal"]) == ("举报属实", True)
    assert appeal(editor, article.article_id).status_code == 201


@pytest.mark.parametrize(
    "status", [ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.APPROVED]
)
def test_what_was_not_decided_against_the_author_is_no_matter_of_appeals(
    editor, article_id, status
):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")
    decide(article_id, status)

    answer = appeal(editor, article_id)

    assert (answer.status_code, answer.json) == (400, INVALID)
    assert not any(each["can_appeal"] for each in reviews_of(editor, article_id)["results"])


@pytest.mark.parametrize("text", ["", " \n", "长" * 201, 5, None])
def test_an_appeal_has_1_to_200_characters(editor, article_id, text):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")

    answer = appeal(editor, article_id, text)

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == ["text"]
    assert db.session.query(ArticleAppeal).count() == 0


def test_the_longest_appeal_is_accepted(editor, article_id):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")

    assert appeal(editor, article_id, "长" * 200).status_code == 201


def test_reviews_and_appeals_are_the_authors_alone(sign_in, article_id):
    decide(article_id, ArticleStatus.REJECTED, "标题夸张")
    stranger = sign_in(UserFactory(verified=True))

    seen = stranger.get(f"/mp/v1_0/articles/{article_id}/reviews")
    filed = appeal(stranger, article_id)

    assert (seen.status_code, seen.json) == (404, MISSING)
    assert (filed.status_code, filed.json) == (400, INVALID)


def test_a_deleted_article_has_no_history(editor, article_id):
    decide(article_id, ArticleStatus.DELETED)

    answer = editor.get(f"/mp/v1_0/articles/{article_id}/reviews")

    assert (answer.status_code, answer.json) == (404, MISSING)
