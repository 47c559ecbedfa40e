"""Comments that are refused, held back, or taken for the same one again (user-app.md §9.2)."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Comment
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus, RelationKind
from tests.factories import ArticleFactory, CommentFactory, SensitiveWordFactory
from tests.support.harness.threads import at_once
from tests.support.scenarios.accounts import lock_out, relate
from tests.support.scenarios.discussing import (
    ask,
    comm_count,
    ids,
    stored,
    take_away,
    write,
    written,
)
from tests.support.scenarios.feeding import withdraw

DENIED = {"message": "User denied by target."}


@pytest.fixture
def article(runtime):
    """A published article without comments."""
    return ArticleFactory(published=True)


def test_a_reply_to_a_comment_of_another_article_is_refused(reader, article):
    other = CommentFactory()

    answer = write(reader, other.comment_id, art_id=article.article_id)

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid target comment id."})
    assert stored() == 1


def test_a_reply_needs_a_comment_that_is_there(reader, article):
    deleted = CommentFactory(article_id=article.article_id)
    take_away(deleted.comment_id)
    waiting = CommentFactory(article_id=article.article_id, status=CommentStatus.PENDING)

    answers = [
        write(reader, target, art_id=article.article_id)
        for target in (404, deleted.comment_id, waiting.comment_id)
    ]

    assert {(each.status_code, each.json["message"]) for each in answers} == {
        (400, "Invalid target comment id.")
    }


@pytest.mark.parametrize("names_article", [True, False])
def test_a_comment_of_a_locked_out_writer_takes_no_replies(reader, article, names_article):
    top = CommentFactory(article_id=article.article_id)
    lock_out(top.user_id)
    art_id = article.article_id if names_article else top.comment_id

    answer = write(reader, top.comment_id, art_id=art_id)

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid target comment id."})
    assert stored() == 1


@pytest.mark.parametrize(
    "status",
    [ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED, ArticleStatus.DELETED,
     ArticleStatus.BANNED],
)  # fmt: skip
def test_nothing_is_written_under_an_article_nobody_may_see(reader, article, status):
    top = CommentFactory(article_id=article.article_id)
    withdraw(article.article_id, status)

    comment = write(reader, article.article_id)
    reply = write(reader, top.comment_id, art_id=article.article_id)

    assert (comment.status_code, comment.json) == (
        400,
        {
            "message": "target: Invalid target article id.",
            "errors": {"target": "Invalid target article id."},
        },
    )
    assert (reply.status_code, reply.json["errors"]) == (
        400,
        {"art_id": "Invalid target article id."},
    )
    assert stored() == 1


def test_a_closed_article_takes_neither_comments_nor_replies(reader):
    closed = ArticleFactory(published=True, allow_comment=False)
    top = CommentFactory(article_id=closed.article_id)

    answers = [
        write(reader, closed.article_id),
        write(reader, top.comment_id, art_id=closed.article_id),
    ]

    assert [(each.status_code, each.json) for each in answers] == [
        (400, {"message": "Article denied comment."})
    ] * 2


def test_nobody_writes_to_an_author_who_has_blocked_him(reader, article):
    relate(article.user_id, reader.user.user_id, RelationKind.BLACKLIST)
    top = CommentFactory(article_id=article.article_id)

    answers = [
        write(reader, article.article_id),
        write(reader, top.comment_id, art_id=article.article_id),
    ]

    assert [(each.status_code, each.json) for each in answers] == [(403, DENIED)] * 2
    assert stored() == 1


def test_nobody_answers_someone_who_has_blocked_him(reader, article):
    top = CommentFactory(article_id=article.article_id)
    relate(top.user_id, reader.user.user_id, RelationKind.BLACKLIST)

    reply = write(reader, top.comment_id, art_id=article.article_id)
    comment = write(reader, article.article_id)

    assert (reply.status_code, reply.json) == (403, DENIED)
    assert comment.status_code == 201


@pytest.mark.parametrize("content", ["", " ", "\n\t ", "\x00\x07", "　", "\u200b", "\ufeff \u2060"])
def test_a_comment_without_text_is_refused(reader, article, content):
    answer = write(reader, article.article_id, content)

    assert (answer.status_code, answer.json) == (400, {"message": "Empty content."})
    assert stored() == 0


@pytest.mark.parametrize("content", ["x" * 1001, "😀" * 1001, "字" * 5000])
def test_text_of_more_than_a_thousand_characters_is_refused(reader, article, content):
    answer = write(reader, article.article_id, content)

    assert (answer.status_code, answer.json["errors"]) == (
        400,
        {"content": 'Value does not match pattern: "^.{1,1000}$"'},
    )
    assert stored() == 0


def test_a_comment_with_a_sensitive_word_waits_and_only_its_writer_is_told(
    reader, anonymous, article
):
    SensitiveWordFactory(word="坏东西")
    top = CommentFactory(article_id=article.article_id)

    comment = write(reader, article.article_id, "你这个坏 东-西！")
    reply = write(reader, top.comment_id, "坏<b>东</b>&#8203;西", art_id=article.article_id)

    assert (comment.status_code, reply.status_code) == (201, 201)
    assert comment.json["data"]["new_obj"]["content"] == "你这个坏 东-西！"
    for client in (anonymous, reader):
        assert ids(ask(client, "a", article.article_id)) == [top.comment_id]
        assert ids(ask(client, "c", top.comment_id)) == []
        assert comm_count(client, article.article_id) == 0
    refresh_view()
    waiting = select(func.count(Comment.comment_id)).where(Comment.status == CommentStatus.PENDING)
    assert db.session.scalar(waiting) == 2


def test_the_same_text_on_the_same_target_within_ten_seconds_is_one_comment(reader, article):
    answers = [write(reader, article.article_id) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert answers[0].json == answers[1].json == answers[2].json
    assert stored() == 1
    assert comm_count(reader, article.article_id) == 1


def test_a_comment_deleted_and_written_again_is_one_new_comment(reader, article):
    first = written(reader, article.article_id)
    reader.delete(f"/v1_0/comments/{first}")

    answers = at_once(*[lambda: write(reader, article.article_id).json] * 4)
    later = write(reader, article.article_id).json

    assert {answer["data"]["com_id"] for answer in answers} == {later["data"]["com_id"]}
    assert later["data"]["com_id"] != first
    assert comm_count(reader, article.article_id) == 1


def test_a_held_comment_repeated_is_answered_the_same(reader, article):
    SensitiveWordFactory(word="坏东西")

    answers = [write(reader, article.article_id, "坏东西") for _ in range(2)]

    assert answers[0].json == answers[1].json
    assert stored() == 1


def test_the_same_text_in_parallel_is_one_comment(reader, article):
    answers = at_once(*[lambda: write(reader, article.article_id).json] * 8)

    assert len({answer["data"]["com_id"] for answer in answers}) == 1
    assert stored() == 1


def test_other_text_other_targets_and_other_writers_are_not_repeats(reader, author, article):
    top = CommentFactory(article_id=article.article_id)

    written(reader, article.article_id, "一")
    written(reader, article.article_id, "二")
    written(reader, top.comment_id, "一", art_id=article.article_id)
    written(author, article.article_id, "一")

    assert stored() == 5


@pytest.mark.parametrize(("seconds", "count"), [(9, 1), (12, 2)])
def test_ten_seconds_later_it_is_a_comment_of_its_own(reader, article, seconds, count):
    with time_machine.travel(clock.utc_now(), tick=False) as traveller:
        written(reader, article.article_id)
        traveller.shift(seconds)
        again = [written(reader, article.article_id) for _ in range(2)]

    assert len(set(again)) == 1
    assert stored() == count


def test_the_same_text_is_one_comment_while_store_and_cache_are_away(reader, article, valkey):
    valkey.stop()
    try:
        answers = [write(reader, article.article_id) for _ in range(2)]
    finally:
        valkey.start()

    assert [answer.status_code for answer in answers] == [201, 201]
    assert stored() == 1


def test_the_same_text_in_another_thread_is_no_repeat(reader, article):
    heads = [CommentFactory(article_id=article.article_id).comment_id for _ in range(2)]

    for head in heads:
        written(reader, head, art_id=article.article_id)

    assert stored() == 4


def test_sixty_comments_a_minute_are_enough(reader, article):
    with time_machine.travel(clock.utc_now(), tick=False):
        answers = [write(reader, article.article_id, f"第{n}条") for n in range(61)]

    assert [answer.status_code for answer in answers] == [201] * 60 + [429]
    assert answers[-1].json == {"message": "Too many requests."}
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert stored() == 60


@pytest.mark.settings(comment_premoderation=True)
def test_with_premoderation_every_comment_waits_for_review(reader, anonymous, article):
    answer = write(reader, article.article_id, "写得好")

    assert answer.status_code == 201
    assert answer.json["data"]["new_obj"]["content"] == "写得好"
    assert ask(anonymous, "a", article.article_id)["results"] == []
    assert comm_count(anonymous, article.article_id) == 0
