"""Writing comments and replies (contract/user-app.md §9.2)."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Comment, OutboxEvent
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus, RelationKind
from tests.factories import ArticleFactory, CommentFactory, SensitiveWordFactory, UserFactory
from tests.support.accounts import relate
from tests.support.discussing import PATH, ask, ids, pin, take_away
from tests.support.feeding import withdraw
from tests.support.threads import at_once

DENIED = {"message": "User denied by target."}


@pytest.fixture
def article(runtime):
    """A published article without comments."""
    return ArticleFactory(published=True)


def write(client, target, content="写得好", **body):
    """The answer to a comment; ``art_id`` makes it a reply."""
    return client.post(PATH, json={"target": target, "content": content, **body})


def written(client, target, content="写得好", **body):
    """The new comment's id."""
    answer = write(client, target, content, **body)
    assert answer.status_code == 201, answer.text
    return answer.json["data"]["com_id"]


def stored():
    """How many comments there are."""
    refresh_view()
    return db.session.scalar(select(func.count(Comment.comment_id)))


def comm_count(client, article):
    """What the article's page says."""
    return client.get(f"/v1_0/articles/{article.article_id}").json["data"]["comm_count"]


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

    assert comm_count(reader, article) == 4
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


def test_authors_may_write_under_their_own_articles(sign_in):
    author = UserFactory(verified=True)
    article = ArticleFactory(published=True, user_id=author.user_id)

    assert write(sign_in(author), article.article_id).status_code == 201


@pytest.mark.parametrize("content", ["", " ", "\n\t ", "\x00\x07", "　"])
def test_a_comment_without_text_is_refused(reader, article, content):
    answer = write(reader, article.article_id, content)

    assert (answer.status_code, answer.json) == (400, {"message": "Empty content."})
    assert stored() == 0


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
    reply = write(reader, top.comment_id, "坏东西", art_id=article.article_id)

    assert (comment.status_code, reply.status_code) == (201, 201)
    assert comment.json["data"]["new_obj"]["content"] == "你这个坏 东-西！"
    for client in (anonymous, reader):
        assert ids(ask(client, "a", article.article_id)) == [top.comment_id]
        assert ids(ask(client, "c", top.comment_id)) == []
        assert comm_count(client, article) == 0
    refresh_view()
    waiting = select(func.count(Comment.comment_id)).where(Comment.status == CommentStatus.PENDING)
    assert db.session.scalar(waiting) == 2


def test_the_same_text_on_the_same_target_within_ten_seconds_is_one_comment(reader, article):
    answers = [write(reader, article.article_id) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert answers[0].json == answers[1].json == answers[2].json
    assert stored() == 1
    assert comm_count(reader, article) == 1


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


def test_ten_seconds_later_it_is_a_comment_of_its_own(reader, article, redis):
    first = written(reader, article.article_id)
    (key,) = redis.keys("comm:repeat:*")
    life = redis.pttl(key)
    redis.delete(key)  # Redis keeps its own clock

    second = written(reader, article.article_id)

    assert 0 < life <= 10_000
    assert second != first
    assert stored() == 2


def test_sixty_comments_a_minute_are_enough(reader, article):
    with time_machine.travel(clock.utc_now(), tick=False):
        answers = [write(reader, article.article_id, f"第{n}条") for n in range(61)]

    assert [answer.status_code for answer in answers] == [201] * 60 + [429]
    assert answers[-1].json == {"message": "Too many requests."}
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert stored() == 60


def test_many_writers_at_once_are_all_counted(sign_in, anonymous, article):
    writers = [sign_in(UserFactory()) for _ in range(12)]

    at_once(*[lambda each=each: written(each, article.article_id) for each in writers])

    assert comm_count(anonymous, article) == 12
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
