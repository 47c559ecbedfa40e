"""Deleting, pinning and liking comments as an editor (media-platform.md §2.19 to §2.22)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from common.cache import counters
from common.extensions.db import db, refresh_view
from common.models import Comment
from common.utils.constants import ArticleStatus, CommentStatus
from tests.factories import ArticleFactory, CommentFactory
from tests.support.documents.refusing import Case
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot
from tests.support.harness.threads import at_once

FOREIGN = {"message": "User has no permission to delete this comment."}
NOT_THERE = {"message": "Comment not exists."}
LIKINGS = "/mp/v1_0/comment/likings"


def delete(client, comment):
    return client.delete(f"/mp/v1_0/comments/{comment.comment_id}")


def stick(client, comment, sticky=True):
    return client.put(f"/mp/v1_0/comments/{comment.comment_id}/sticky", json={"sticky": sticky})


def listed(client, kind, source, door="/v1_0"):
    query = {"type": kind, "source": source}
    return client.get(f"{door}/comments", query_string=query).json["data"]["results"]


def ids(items):
    return [each["com_id"] for each in items]


@pytest.fixture
def counted(redis, article, comment):
    """A thread whose figures are those of the rows: a comment, two replies, one below them."""
    replies = [CommentFactory(to=comment) for _ in range(2)]
    deeper = CommentFactory(to=replies[0])
    waiting = CommentFactory(to=comment, status=CommentStatus.PENDING)
    redis.zadd("count:art:comm", {article.article_id: 4})
    redis.zadd("count:art:reply", {comment.comment_id: 3, replies[0].comment_id: 1})
    return [*replies, deeper, waiting]


def figures(article, *comments):
    of_comments = counters.comment_replies.get_many([each.comment_id for each in comments])
    return (
        counters.article_comments.get(article.article_id),
        *(of_comments[each.comment_id] for each in comments),
    )


def test_a_deleted_comment_takes_its_replies_along_and_figures_stay_exact(
    editor, anonymous, article, comment, counted
):
    other = CommentFactory(article_id=article.article_id)
    assert len(listed(anonymous, "c", comment.comment_id)) == 3

    answer = delete(editor, comment)

    assert (answer.status_code, answer.data) == (204, b"")
    assert ids(listed(anonymous, "a", article.article_id)) == [other.comment_id]
    assert listed(anonymous, "c", comment.comment_id) == []
    assert figures(article, comment, counted[0]) == (0, 0, 0)


def test_a_deleted_reply_counts_down_whatever_stands_above_it(
    editor, anonymous, article, comment, counted
):
    answer = delete(editor, counted[0])

    assert answer.status_code == 204
    assert ids(listed(anonymous, "c", comment.comment_id)) == [counted[1].comment_id]
    assert figures(article, comment, counted[0]) == (2, 1, 0)
    (shown,) = listed(anonymous, "a", article.article_id)
    assert shown["reply_count"] == 1


def test_deleting_twice_or_many_times_at_once_counts_once(editor, article, comment, counted):
    answers = at_once(*[lambda: delete(editor, comment).status_code] * 8)

    assert set(answers) == {204}
    assert delete(editor, comment).status_code == 204
    relay_everything()
    assert figures(article, comment) == (0, 0)


def test_figures_after_all_this_are_those_of_the_rows(editor, article, comment, counted):
    delete(editor, counted[2])
    delete(editor, counted[1])
    relay_everything()

    refresh_view()
    shown = Comment.status == CommentStatus.APPROVED
    rows = select(func.count(Comment.comment_id))
    of_article = db.session.scalar(rows.where(shown, Comment.article_id == article.article_id))
    of_thread = db.session.scalar(rows.where(shown, Comment.root_id == comment.comment_id))
    assert figures(article, comment) == (of_article, of_thread) == (2, 1)


@pytest.mark.parametrize("status", ArticleStatus)
def test_comments_of_own_articles_can_be_deleted_whatever_has_become_of_them(editor, status):
    article = ArticleFactory(user_id=editor.user.user_id, status=status)

    assert delete(editor, CommentFactory(article_id=article.article_id)).status_code == 204


def test_a_comment_that_waits_can_be_deleted_and_never_counted(editor, article, comment, counted):
    assert delete(editor, counted[3]).status_code == 204

    assert figures(article, comment) == (4, 3)


@pytest.mark.parametrize("mark", [delete, stick])
def test_only_the_author_of_the_article_may(author, sign_in, runtime, foreign, mark):
    own_words = CommentFactory(article_id=foreign.article_id, user_id=author.user.user_id)
    ids_of_both = [SimpleNamespace(comment_id=each.comment_id) for each in (foreign, own_words)]
    before = snapshot(runtime)

    answers = [mark(author, comment) for comment in ids_of_both]

    assert [(each.status_code, each.json) for each in answers] == [(403, FOREIGN)] * 2
    assert snapshot(runtime) == before


@pytest.mark.parametrize("mark", [delete, stick])
def test_what_never_was_is_not_there(editor, mark):
    answer = mark(editor, SimpleNamespace(comment_id=404))

    assert (answer.status_code, answer.json) == (404, NOT_THERE)


def test_a_pinned_comment_comes_first_at_once_in_both_doors(editor, anonymous, article, comment):
    newer = CommentFactory(article_id=article.article_id)
    assert ids(listed(anonymous, "a", article.article_id)) == [newer.comment_id, comment.comment_id]

    answer = stick(editor, comment)

    expected = {"target": comment.comment_id, "sticky": True}
    assert (answer.status_code, answer.json) == (201, {"message": "OK", "data": expected})
    for client, door in ((anonymous, "/v1_0"), (editor, "/mp/v1_0")):
        shown = listed(client, "a", article.article_id, door)
        assert ids(shown) == [comment.comment_id, newer.comment_id]
        assert [each["is_top"] for each in shown] == [1, 0]


def test_several_pins_stand_newest_first_and_can_be_taken_away(editor, article, comment):
    second, third = (CommentFactory(article_id=article.article_id) for _ in range(2))
    stick(editor, second)
    stick(editor, comment)
    assert ids(listed(editor, "a", article.article_id)) == [
        second.comment_id,
        comment.comment_id,
        third.comment_id,
    ]

    answers = [stick(editor, second, sticky=False) for _ in range(2)]

    assert [answer.json["data"]["sticky"] for answer in answers] == [False, False]
    assert ids(listed(editor, "a", article.article_id)) == [
        comment.comment_id,
        third.comment_id,
        second.comment_id,
    ]


def test_a_reply_is_pinned_within_its_thread(editor, anonymous, comment):
    first, second = (CommentFactory(to=comment) for _ in range(2))
    listed(anonymous, "c", comment.comment_id)

    stick(editor, first)

    assert ids(listed(anonymous, "c", comment.comment_id)) == [
        first.comment_id,
        second.comment_id,
    ]


@pytest.mark.parametrize("status", [each for each in CommentStatus if each != 1])
def test_what_is_not_shown_cannot_be_pinned(editor, article, status):
    answer = stick(editor, CommentFactory(article_id=article.article_id, status=status))

    assert (answer.status_code, answer.json) == (404, NOT_THERE)


@pytest.mark.parametrize("sticky", ["x", 2, "", [], {}])
def test_what_is_neither_true_nor_false_pins_nothing(editor, comment, sticky):
    answer = stick(editor, comment, sticky)

    assert answer.status_code == 400
    assert answer.json["errors"].keys() == {"sticky"}


def test_a_like_counts_once_shows_here_and_there_and_is_taken_back(editor, article, comment):
    likes = [editor.post(LIKINGS, json={"target": comment.comment_id}) for _ in range(2)]

    (here,) = listed(editor, "a", article.article_id, "/mp/v1_0")
    (there,) = listed(editor, "a", article.article_id)
    assert [each.status_code for each in likes] == [201, 201]
    assert likes[0].json["data"] == {"target": comment.comment_id}
    assert (here["is_liking"], here["like_count"]) == (1, 1)
    assert (there["is_liking"], there["like_count"]) == (True, 1)

    path = f"{LIKINGS}/{comment.comment_id}"
    assert [editor.delete(each).status_code for each in (path, path, f"{LIKINGS}/404")] == [204] * 3
    (here,) = listed(editor, "a", article.article_id, "/mp/v1_0")
    assert (here["is_liking"], here["like_count"]) == (0, 0)


def test_a_like_of_nothing_is_refused(refuses):
    told = {"target": "Invalid target comment id."}
    missing = {"target": "Missing required parameter in the JSON body"}
    targets: list[Any] = [0, "x", 404, 1.5, True, []]
    cases: list[Case] = [({"json": {"target": each}}, told) for each in targets]

    refuses(
        "POST", LIKINGS, [({"json": {}}, missing), ({"json": {"target": None}}, missing), *cases]
    )
