"""Writing comments and replies (contract/user-app.md §9.2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import OutboxEvent
from common.utils import clock
from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.harness.threads import at_once
from tests.support.scenarios.discussing import (
    ask,
    comm_count,
    ids,
    pin,
    write,
    written,
)


@pytest.fixture
def article(runtime):
    """A published article without comments."""
    return ArticleFactory(published=True)


def reply_counts(client, article):
    """Replies by comment, of the article's comments and the replies to them."""
    counts = {}
    for item in ask(client, "a", article.article_id)["results"]:
        counts[item["com_id"]] = item["reply_count"]
        for reply in ask(client, "c", item["com_id"])["results"]:
            counts[reply["com_id"]] = reply["reply_count"]
    return counts


def test_a_comment_is_answered_with_everything_that_clients_show(reader, article):
    before = clock.now()

    answer = write(reader, article.article_id, "收藏了，周末去走一遍")

    assert answer.status_code == 201
    data = answer.json["data"]
    com_id = data["com_id"]
    pubdate = data["new_obj"].pop("pubdate")
    assert data == {
        "com_id": com_id,
        "target": article.article_id,
        "art_id": article.article_id,
        "new_obj": {
            "com_id": com_id,
            "aut_id": reader.user.user_id,
            "aut_name": reader.user.user_name,
            "aut_photo": data["new_obj"]["aut_photo"],
            "content": "收藏了，周末去走一遍",
            "is_top": 0,
            "like_count": 0,
            "reply_count": 0,
            "is_liking": False,
            "is_followed": False,
        },
    }
    assert data["new_obj"]["aut_photo"].startswith("http")
    assert com_id < 10**15
    assert before.isoformat() <= pubdate <= clock.now().isoformat()


def test_a_comment_is_there_for_everybody_at_once(reader, anonymous, article):
    ask(anonymous, "a", article.article_id)
    data = write(reader, article.article_id).json["data"]

    page = ask(anonymous, "a", article.article_id)

    assert page["results"] == [data["new_obj"]]
    assert page["total_count"] == 1


def test_replies_count_for_the_article_the_thread_and_what_they_answer(reader, article):
    top = written(reader, article.article_id, "一")
    reply = written(reader, top, "二", art_id=article.article_id)
    deeper = written(reader, reply, "三", art_id=article.article_id)
    deepest = written(reader, deeper, "四", art_id=article.article_id)

    assert comm_count(reader, article.article_id) == 4
    assert reply_counts(reader, article) == {top: 3, reply: 1, deeper: 1, deepest: 0}
    assert ids(ask(reader, "c", top)) == [deepest, deeper, reply]


def test_a_reply_names_its_comment_as_target_and_its_article(reader, article):
    top = CommentFactory(article_id=article.article_id)

    data = write(reader, top.comment_id, art_id=article.article_id).json["data"]

    assert (data["target"], data["art_id"]) == (top.comment_id, article.article_id)


@pytest.mark.parametrize("form", [int, str, lambda id_: f" {id_} "])
def test_ids_may_come_as_numbers_or_text(reader, article, form):
    top = CommentFactory(article_id=article.article_id)

    comment = write(reader, form(article.article_id))
    reply = write(reader, form(top.comment_id), art_id=form(article.article_id))

    assert (comment.status_code, reply.status_code) == (201, 201)
    assert comment.json["data"]["target"] == article.article_id
    assert reply.json["data"]["target"] == top.comment_id


def test_an_article_id_that_is_null_means_a_comment_on_the_article(reader, article):
    data = write(reader, article.article_id, art_id=None).json["data"]

    assert data["art_id"] == article.article_id
    assert ids(ask(reader, "a", article.article_id)) == [data["com_id"]]


def test_an_article_id_that_is_the_comments_own_means_that_comments_article(reader, article):
    top = CommentFactory(article_id=article.article_id)

    data = write(reader, top.comment_id, art_id=top.comment_id).json["data"]

    assert data["art_id"] == article.article_id
    assert ids(ask(reader, "c", top.comment_id)) == [data["com_id"]]


def test_an_article_id_that_is_the_target_means_a_comment_if_there_is_no_such_reply(
    reader, article
):
    data = write(reader, article.article_id, art_id=article.article_id).json["data"]

    assert ids(ask(reader, "a", article.article_id)) == [data["com_id"]]


def test_where_an_article_and_a_comment_share_an_id_the_reply_wins(reader, article):
    other = ArticleFactory(published=True)
    twin = CommentFactory(comment_id=article.article_id, article_id=other.article_id)

    data = write(reader, twin.comment_id, art_id=twin.comment_id).json["data"]

    assert data["art_id"] == other.article_id


def test_authors_may_write_under_their_own_articles(sign_in):
    author = UserFactory(verified=True)
    article = ArticleFactory(published=True, user_id=author.user_id)

    assert write(sign_in(author), article.article_id).status_code == 201


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("  好  ", "好"),
        ("一\n二\t三", "一\n二\t三"),
        ("a\x00b\x1bc", "abc"),
        ("<b>x</b>", "<b>x</b>"),
        ("x" * 1000, "x" * 1000),
        (" " + "😀" * 1000 + " ", "😀" * 1000),
        ("//@a: {{7*7}} %s", "//@a: {{7*7}} %s"),
    ],
)
def test_text_is_kept_as_typed_without_blanks_around_and_control_characters(
    reader, article, content, kept
):
    data = write(reader, article.article_id, content).json["data"]

    assert data["new_obj"]["content"] == kept
    (item,) = ask(reader, "a", article.article_id)["results"]
    assert item["content"] == kept


def test_many_writers_at_once_are_all_counted(sign_in, anonymous, article):
    writers = [sign_in(UserFactory()) for _ in range(12)]

    at_once(*[lambda each=each: written(each, article.article_id) for each in writers])

    assert comm_count(anonymous, article.article_id) == 12
    assert ask(anonymous, "a", article.article_id)["total_count"] == 12


def test_a_comment_and_a_reply_each_leave_word_for_whom_they_concern(reader, article):
    top = CommentFactory(article_id=article.article_id)

    written(reader, article.article_id)
    written(reader, top.comment_id, art_id=article.article_id)

    refresh_view()
    query = (
        select(OutboxEvent.payload).where(OutboxEvent.topic == "notify").order_by(OutboxEvent.id)
    )
    assert [row["user_id"] for row in db.session.scalars(query)] == [article.user_id, top.user_id]


def test_a_new_comment_stands_below_the_pinned_ones(reader, article):
    pinned = written(reader, article.article_id, "一")
    pin(pinned)

    new = written(reader, article.article_id, "二")

    assert ids(ask(reader, "a", article.article_id)) == [pinned, new]


@pytest.mark.settings(redis_store_url="redis://127.0.0.1:9", redis_cache_url="redis://127.0.0.1:9")
def test_comments_are_written_without_redis_too(reader, article):
    first = written(reader, article.article_id, "一")
    reply = written(reader, first, "二", art_id=article.article_id)

    assert ids(ask(reader, "a", article.article_id)) == [first]
    assert ids(ask(reader, "c", first)) == [reply]
