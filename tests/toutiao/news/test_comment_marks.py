"""Liking comments, and deleting one's own (user-app.md §9.3)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Comment, CommentLiking, Notification
from common.utils.constants import CommentStatus
from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.harness.outbox import relay_everything

LIKINGS = "/v1_0/comment/likings"
COMMENTS = "/v1_0/comments"
INVALID = {
    "message": "target: Invalid target comment id.",
    "errors": {"target": "Invalid target comment id."},
}


@pytest.fixture
def article(runtime):
    """A published article."""
    return ArticleFactory(published=True)


@pytest.fixture
def comment(article):
    """A comment of somebody else."""
    return CommentFactory(article_id=article.article_id)


def like(client, comment):
    return client.post(LIKINGS, json={"target": comment.comment_id})


def listed(client, article, kind="a", source=None):
    query = {"type": kind, "source": source or article.article_id}
    return client.get(COMMENTS, query_string=query).json["data"]


def write(client, article, to=None):
    body = {"target": to or article.article_id, "content": f"评论{to}"}
    if to:
        body["art_id"] = article.article_id
    return client.post(COMMENTS, json=body).json["data"]["com_id"]


def comm_count(client, article):
    return client.get(f"/v1_0/articles/{article.article_id}").json["data"]["comm_count"]


def test_a_liked_comment_shows_at_once_and_counts_once(reader, article, comment):
    answers = [like(reader, comment) for _ in range(2)]

    (item,) = listed(reader, article)["results"]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == {"message": "OK", "data": {"target": comment.comment_id}}
    assert (item["is_liking"], item["like_count"]) == (True, 1)


def test_a_like_taken_back_is_gone_and_a_repeat_changes_nothing(reader, article, comment):
    like(reader, comment)

    path = f"{LIKINGS}/{comment.comment_id}"
    answers = [reader.delete(path) for _ in range(2)]

    (item,) = listed(reader, article)["results"]
    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert (item["is_liking"], item["like_count"]) == (False, 0)


def test_taking_back_what_never_was_leaves_no_row(reader, comment):
    answers = [reader.delete(f"{LIKINGS}/{id_}") for id_ in (comment.comment_id, 404)]

    assert [answer.status_code for answer in answers] == [204, 204]
    refresh_view()
    assert db.session.scalar(select(func.count(CommentLiking.liking_id))) == 0


@pytest.mark.parametrize("target", [0, "x", 1.5, True, 404, 2**64])
def test_what_is_no_comment_is_refused(reader, target):
    answer = reader.post(LIKINGS, json={"target": target})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("status", [s for s in CommentStatus if s != CommentStatus.APPROVED])
def test_a_comment_that_is_not_approved_is_refused(reader, status):
    answer = like(reader, CommentFactory(status=status))

    assert (answer.status_code, answer.json) == (400, INVALID)


def test_what_is_hidden_with_its_article_or_its_writer_is_refused(reader):
    below_draft = CommentFactory(article_id=ArticleFactory().article_id)
    of_disabled = CommentFactory(user_id=UserFactory(disabled=True).user_id)

    answers = [like(reader, comment) for comment in (below_draft, of_disabled)]

    assert [(answer.status_code, answer.json) for answer in answers] == [(400, INVALID)] * 2


def test_a_liked_comment_is_told_to_nobody(reader, comment):
    like(reader, comment)
    relay_everything()

    refresh_view()
    assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_a_deleted_comment_leaves_its_list_and_the_figures(reader, article):
    kept, deleted = write(reader, article), write(reader, article, to=None)
    assert kept == deleted  # the same words within ten seconds are one comment
    other = reader.post(COMMENTS, json={"target": article.article_id, "content": "第二条"})

    answers = [reader.delete(f"{COMMENTS}/{kept}") for _ in range(2)]

    listing = listed(reader, article)
    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert [each["com_id"] for each in listing["results"]] == [other.json["data"]["com_id"]]
    assert (listing["total_count"], comm_count(reader, article)) == (1, 1)


def test_a_deleted_comment_takes_what_answers_it_along(reader, sign_in, article):
    other = sign_in(UserFactory())
    root = write(other, article)
    reply = write(reader, article, to=root)
    answer_to_reply = write(other, article, to=reply)
    sibling = write(other, article, to=root)

    deleted = reader.delete(f"{COMMENTS}/{reply}")

    thread = listed(reader, article, "c", root)
    assert deleted.status_code == 204
    assert [each["com_id"] for each in thread["results"]] == [sibling]
    assert listed(reader, article)["results"][0]["reply_count"] == 1
    assert comm_count(reader, article) == 2
    assert listed(reader, article, "c", answer_to_reply)["results"] == []


def test_a_deleted_head_takes_the_whole_thread_along(reader, sign_in, article, redis):
    root = write(reader, article)
    reply = write(sign_in(UserFactory()), article, to=root)
    write(reader, article, to=reply)

    reader.delete(f"{COMMENTS}/{root}")

    assert listed(reader, article)["results"] == []
    assert comm_count(reader, article) == 0
    assert redis.zrange("count:art:reply", 0, -1) == []


def test_waiting_and_refused_answers_were_never_counted(reader, article):
    root = write(reader, article)
    head = db.session.get(Comment, root)
    for status in (CommentStatus.PENDING, CommentStatus.REJECTED):
        CommentFactory(to=head, status=status)

    reader.delete(f"{COMMENTS}/{root}")

    refresh_view()
    statuses = db.session.scalars(select(Comment.status)).all()
    assert comm_count(reader, article) == 0
    assert statuses == [CommentStatus.DELETED] * 3


def test_the_comments_of_others_stay(reader, article, comment):
    article_id = article.article_id

    answer = reader.delete(f"{COMMENTS}/{comment.comment_id}")

    listing = reader.get(f"{COMMENTS}?type=a&source={article_id}").json["data"]
    assert answer.status_code == 404
    assert listing["total_count"] == 1


def test_a_deleted_comment_cannot_be_liked_or_answered(reader, article):
    root = write(reader, article)
    reader.delete(f"{COMMENTS}/{root}")

    liked = reader.post(LIKINGS, json={"target": root})
    body = {"target": root, "content": "晚了", "art_id": article.article_id}
    answered = reader.post(COMMENTS, json=body)

    assert (liked.status_code, liked.json) == (400, INVALID)
    assert (answered.status_code, answered.json) == (
        400,
        {"message": "Invalid target comment id."},
    )


@pytest.mark.parametrize(
    ("path", "target", "status"),
    [
        (LIKINGS, "404", 204),
        (COMMENTS, "404", 404),
        *[(path, target, 404) for path in (LIKINGS, COMMENTS) for target in ("0", "x")],
    ],
)
def test_deleting_what_is_not_there(reader, path, target, status):
    assert reader.delete(f"{path}/{target}").status_code == status


def test_a_visitor_marks_nothing(anonymous, comment):
    answers = [
        like(anonymous, comment),
        anonymous.delete(f"{LIKINGS}/{comment.comment_id}"),
        anonymous.delete(f"{COMMENTS}/{comment.comment_id}"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3
