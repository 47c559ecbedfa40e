"""Reading comments at the editors' door (media-platform.md §2.17)."""

from __future__ import annotations

import pytest

from common.utils import media
from common.utils.constants import ArticleStatus, CommentStatus
from common.utils.observing import metering
from tests.factories import ArticleFactory, CommentFactory, CommentLikingFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.discussing import arrive, discuss, pin, take_away

COMMENTS = "/mp/v1_0/comments"
FIGURES = ("is_top", "is_liking")


def ask(client, kind, source, **query):
    answer = client.get(COMMENTS, query_string={"type": kind, "source": source, **query})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def ids(page):
    return [each["com_id"] for each in page["results"]]


def walk(client, kind, source, limit):
    """All comments, page after page, as the document says."""
    page = ask(client, kind, source, limit=limit)
    found = ids(page)
    while page["last_id"] != page["end_id"]:
        page = ask(client, kind, source, limit=limit, offset=page["last_id"])
        assert len(page["results"]) <= limit
        found += ids(page)
    return found


def test_comments_of_an_article_are_headed_by_it(editor, article, comment, reader):
    writer = UserFactory(user_name="阿橙", profile_photo="u/11aa.png")
    second = CommentFactory(
        article_id=article.article_id, user_id=writer.user_id, content="豆浆要咸的！"
    )
    CommentFactory(to=second)
    CommentLikingFactory(user_id=editor.user.user_id, comment_id=second.comment_id)
    pin(second.comment_id)
    relay_everything()

    data = ask(editor, "a", article.article_id)

    assert (data["art_id"], data["art_title"]) == (article.article_id, article.title)
    page = editor.get(f"/v1_0/articles/{article.article_id}").json["data"]
    assert data["art_pubdate"] == page["pubdate"]
    assert data["total_count"] == 2
    assert data["end_id"] == data["last_id"] == comment.comment_id
    assert data["results"][0] == {
        "com_id": second.comment_id,
        "aut_id": writer.user_id,
        "aut_name": "阿橙",
        "aut_photo": "http://localhost/media/u/11aa.png",
        "content": "豆浆要咸的！",
        "pubdate": second.create_time.isoformat(timespec="seconds"),
        "is_top": 1,
        "like_count": 0,
        "reply_count": 0,
        "is_liking": 1,
        "is_followed": False,
    }
    last = data["results"][1]
    assert last["aut_photo"] == media.avatar("", comment.user_id)
    assert [last[name] for name in FIGURES] == [0, 0]
    assert all(type(last[name]) is int for name in FIGURES)


def test_replies_of_a_comment_have_no_head(editor, comment):
    reply = CommentFactory(to=comment)
    deeper = CommentFactory(to=reply)

    data = ask(editor, "c", comment.comment_id)

    assert data.keys() == {"total_count", "end_id", "last_id", "results"}
    assert ids(data) == [deeper.comment_id, reply.comment_id]
    assert ids(ask(editor, "c", reply.comment_id)) == [deeper.comment_id]


def test_nothing_said_yet_is_an_empty_list(editor, article):
    data = ask(editor, "a", article.article_id)

    assert (data["total_count"], data["end_id"], data["last_id"]) == (0, None, None)
    assert data["results"] == []


@pytest.mark.parametrize("kind", ["a", "c"])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_have_exactly_their_size_and_miss_nothing(editor, article, comment, kind, limit):
    if kind == "a":
        source, found = article.article_id, discuss(article.article_id, 30)
        found = [*reversed(found), comment.comment_id]
        pin(found[20])
        found.insert(0, found.pop(20))
    else:
        source = comment.comment_id
        found = [CommentFactory(to=comment).comment_id for _ in range(30)][::-1]

    assert ids(ask(editor, kind, source, limit=limit)) == found[:limit]
    assert walk(editor, kind, source, limit) == found


def test_what_is_written_or_deleted_meanwhile_shifts_no_page(editor, article):
    found = discuss(article.article_id, 12)[::-1]
    first = ask(editor, "a", article.article_id, limit=5)

    arrive(article.article_id)
    take_away(found[4])  # the cursor itself

    second = ask(editor, "a", article.article_id, limit=5, offset=first["last_id"])
    assert ids(second) == found[5:10]


@pytest.mark.parametrize("status", ArticleStatus)
def test_comments_of_own_articles_are_seen_whatever_has_become_of_them(editor, status):
    article = ArticleFactory(user_id=editor.user.user_id, status=status, title="旧文章")
    comment = CommentFactory(article_id=article.article_id)
    reply = CommentFactory(to=comment)

    data = ask(editor, "a", article.article_id)

    assert (ids(data), data["art_title"]) == ([comment.comment_id], "旧文章")
    assert ids(ask(editor, "c", comment.comment_id)) == [reply.comment_id]


@pytest.mark.parametrize("status", [each for each in ArticleStatus if each != 2])
def test_those_of_others_are_seen_as_readers_see_them(editor, foreign, status):
    hidden = CommentFactory(article_id=ArticleFactory(status=status).article_id)

    assert ids(ask(editor, "a", foreign.article_id)) == [foreign.comment_id]
    for query in ({"type": "a", "source": hidden.article_id},
                  {"type": "c", "source": hidden.comment_id}):  # fmt: skip
        answer = editor.get(COMMENTS, query_string=query)
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("kind", "told"), [("a", "Article not exists."), ("c", "Comment not exists.")]
)
def test_what_is_not_there_is_said_so(editor, comment, kind, told):
    answers = [
        editor.get(COMMENTS, query_string={"type": kind, "source": source})
        for source in (404, 2**62)
    ]

    assert [(each.status_code, each.json) for each in answers] == [(400, {"message": told})] * 2


@pytest.mark.parametrize("status", [each for each in CommentStatus if each != 1])
def test_replies_of_a_comment_that_is_not_there_any_more(editor, article, status):
    gone = CommentFactory(article_id=article.article_id, status=status)

    answer = editor.get(COMMENTS, query_string={"type": "c", "source": gone.comment_id})

    assert (answer.status_code, answer.json) == (400, {"message": "Comment not exists."})
    assert ids(ask(editor, "a", article.article_id)) == []


def test_comments_of_frozen_people_are_hidden_here_too(editor, article, comment):
    stays = CommentFactory(article_id=article.article_id)
    lock_out(comment.user_id)
    relay_everything()

    assert ids(ask(editor, "a", article.article_id)) == [stays.comment_id]


def test_ids_may_be_texts_and_quoted(editor, article, comment):
    answer = editor.get(f'{COMMENTS}?type=a&source="{article.article_id}"&offset=&limit=10')

    assert ids(answer.json["data"]) == [comment.comment_id]


def test_what_is_wrong_is_named_in_order(refuses):
    missing = "Missing required parameter in the query string"
    kind = {"type": "Invalid type param."}
    size = "Invalid limit: {}. limit must be within the range 1 - 100"
    cases = [
        ({}, {"type": missing}),
        ({"type": ""}, {"type": missing}),
        ({"type": "b", "source": 0}, kind),
        ({"type": "A"}, kind),
        ({"type": "a"}, {"source": missing}),
        ({"type": "a", "source": "x"}, {"source": "x is not a valid integer"}),
        (
            {"type": "a", "source": 0},
            {"source": "Invalid source: 0. source must be a positive integer"},
        ),
        ({"type": "a", "source": 1, "offset": "x"}, {"offset": "x is not a valid integer"}),
        ({"type": "a", "source": 1, "limit": 0}, {"limit": size.format(0)}),
        ({"type": "a", "source": 1, "limit": 101}, {"limit": size.format(101)}),
    ]

    refuses("GET", COMMENTS, [({"query_string": query}, told) for query, told in cases])


@pytest.mark.parametrize("status", [ArticleStatus.APPROVED, ArticleStatus.DRAFT])
def test_a_page_costs_four_stages_and_next_to_no_sql_once_it_is_warm(editor, status):
    own = {"user_id": editor.user.user_id}
    approved = ArticleFactory(published=True, **own)
    article = approved if status == ArticleStatus.APPROVED else ArticleFactory(status=status, **own)
    discuss(article.article_id, 60)

    costs = []
    for limit in (5, 50):
        for _ in range(2):
            ask(editor, "a", article.article_id, limit=limit)
        with metering.measure() as cost:
            ask(editor, "a", article.article_id, limit=limit)
        costs.append((cost.stages, cost.sql))

    assert max(stages for stages, _ in costs) <= 4
    assert {sql for _, sql in costs} == {0 if status == ArticleStatus.APPROVED else 1}
