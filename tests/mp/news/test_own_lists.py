"""Lists of own articles, in three shapes (contract/media-platform.md §2.11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from common.extensions.db import transaction
from common.services.counters.rebuilding import rebuild
from common.utils.constants import ArticleStatus, CommentStatus
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    CommentFactory,
    RelationFactory,
    UserFactory,
)
from tests.support.clients.api import ApiClient
from tests.support.documents.refusing import query
from tests.support.scenarios.writing import PATH, TITLE, hide_channel, set_article, written

NO_STATUS = {"status": "Invalid status param."}
NO_CHANNEL = {"channel_id": "Invalid channel id."}
NO_DATE = "Invalid date param."


def listed(editor: ApiClient, **values: Any) -> dict[str, Any]:
    """The list with this query."""
    answer = editor.get(PATH, query_string=values)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def ids_of(editor: ApiClient, **values: Any) -> list[int]:
    """The ids on a page; the total must agree with all of them."""
    return [row["id"] for row in listed(editor, **values)["results"]]


@pytest.fixture
def one_of_each(editor) -> dict[ArticleStatus, int]:
    """An own article in each status, the oldest first."""
    return {
        status: ArticleFactory(user_id=editor.user.user_id, status=status).article_id
        for status in ArticleStatus
    }


def test_a_new_article_is_on_the_list_at_once(editor, channel_id):
    article_id = written(editor, channel_id)

    found = listed(editor)

    (row,) = found.pop("results")
    assert found == {"total_count": 1, "page": 1, "per_page": 10}
    assert {name: row[name] for name in ("id", "title", "status", "cover")} == {
        "id": article_id,
        "title": TITLE,
        "status": ArticleStatus.PENDING,
        "cover": {"type": 0, "images": []},
    }
    assert datetime.strptime(row["pubdate"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - product time


def test_only_ones_own_newest_first(editor, channel_id):
    ArticleFactory(published=True)
    mine = [written(editor, channel_id) for _ in range(3)]

    assert ids_of(editor) == mine[::-1]


def test_deleted_and_banned_ones_are_listed_when_asked_for(editor, one_of_each):
    shown = [id_ for status, id_ in one_of_each.items() if status < ArticleStatus.DELETED]

    assert ids_of(editor) == shown[::-1]
    for status, id_ in one_of_each.items():
        page = listed(editor, status=int(status))
        assert [page["total_count"], [row["id"] for row in page["results"]]] == [1, [id_]]


def test_filters_may_be_repeated_and_empty(editor, one_of_each):
    chosen = [one_of_each[ArticleStatus.DRAFT], one_of_each[ArticleStatus.DELETED]]

    assert ids_of(editor, status=["0", "4", ""]) == chosen[::-1]
    assert len(ids_of(editor, status="", channel_id="", begin_pubdate="", page="")) == 4


@pytest.mark.parametrize("shape", ["comment", "statistic"])
def test_comments_and_figures_are_of_approved_articles_only(editor, one_of_each, shape):
    page = listed(editor, response_type=shape)
    none = listed(editor, response_type=shape, status=3)

    assert [row["id"] for row in page["results"]] == [one_of_each[ArticleStatus.APPROVED]]
    assert (page["total_count"], none["total_count"], none["results"]) == (1, 0, [])


def test_an_unknown_shape_is_the_usual_one(editor, one_of_each):
    assert listed(editor, response_type="x") == listed(editor)


def test_comments_are_counted_and_those_of_followers_too(editor):
    article = ArticleFactory(published=True, user_id=editor.user.user_id, allow_comment=False)
    follower, former, stranger = (UserFactory().user_id for _ in range(3))
    RelationFactory(user_id=follower, target_user_id=editor.user.user_id)
    RelationFactory(user_id=former, target_user_id=editor.user.user_id, relation=0)
    for user_id in (follower, follower, former, stranger):
        CommentFactory(article_id=article.article_id, user_id=user_id)
    CommentFactory(article_id=article.article_id, user_id=follower, status=CommentStatus.DELETED)
    rebuild()

    assert listed(editor, response_type="comment")["results"] == [
        {
            "id": article.article_id,
            "title": article.title,
            "comment_status": False,
            "total_comment_count": 4,
            "fans_comment_count": 2,
        }
    ]


def test_figures_are_the_live_ones(editor, reader):
    article = ArticleFactory(published=True, user_id=editor.user.user_id)
    target = {"target": article.article_id}
    reader.post("/v1_0/article/likings", json=target)
    reader.post("/v1_0/article/collections", json=target)
    reader.post("/v1_0/comments", json={**target, "content": "好"})

    assert listed(editor, response_type="statistic")["results"] == [
        {
            "id": article.article_id,
            "title": article.title,
            "comment_count": 1,
            "read_count": 0,
            "like_count": 1,
            "repost_count": 0,
            "collect_count": 1,
        }
    ]


def test_a_page_beyond_the_end_tells_the_true_total(editor, channel_id):
    written(editor, channel_id)

    assert listed(editor, page=9) == {"total_count": 1, "page": 9, "per_page": 10, "results": []}


def test_pages_join_whatever_end_they_are_read_from(editor):
    mine = [ArticleFactory(user_id=editor.user.user_id).article_id for _ in range(11)]

    pages = [ids_of(editor, page=page, per_page=2) for page in range(1, 8)]

    assert [id_ for page in pages for id_ in page] == mine[::-1]
    assert [len(page) for page in pages] == [2, 2, 2, 2, 2, 1, 0]


@pytest.mark.parametrize("page", [1, 2, 8])
@pytest.mark.parametrize(
    ("shape", "statements"), [("content", 2), ("comment", 3), ("statistic", 3)]
)
def test_a_page_costs_the_same_however_many_there_are(editor, cost, page, shape, statements):
    for _ in range(15):
        ArticleFactory(published=True, user_id=editor.user.user_id)
    listed(editor, response_type=shape, page=page, per_page=2)

    with cost() as spent:
        listed(editor, response_type=shape, page=page, per_page=2)

    assert spent.sql <= statements


@pytest.mark.parametrize(
    ("span", "count"),
    [
        ({"begin_pubdate": "2024-03-05"}, 2),
        ({"begin_pubdate": "2024-3-6"}, 1),
        ({"end_pubdate": "2024-03-05"}, 2),
        ({"begin_pubdate": "2024-03-05", "end_pubdate": "2024-03-05"}, 1),
        ({"end_pubdate": "2024-03-03"}, 0),
        ({"begin_pubdate": "2024-03-04T16:00:00.000Z", "end_pubdate": "2024-03-05"}, 1),
        ({"begin_pubdate": "", "end_pubdate": ""}, 3),
    ],
)
def test_days_are_those_of_the_creation_both_included(editor, span, count):
    for day, hour in ((4, 12), (5, 23), (6, 0)):
        ArticleFactory(user_id=editor.user.user_id, create_time=datetime(2024, 3, day, hour))  # noqa: DTZ001

    assert listed(editor, **span)["total_count"] == count


def test_a_channel_that_was_hidden_can_still_be_looked_for(editor):
    channel_id = ChannelFactory().channel_id
    article_id = written(editor, channel_id)
    written(editor, ChannelFactory().channel_id)
    hide_channel(channel_id)

    assert ids_of(editor, channel_id=str(channel_id)) == [article_id]


def test_bad_filters_are_told(refuses):
    hidden = ChannelFactory(is_visible=False).channel_id
    cases = [
        (query(status=6), NO_STATUS),
        (query(status=-1), NO_STATUS),
        (query(status="x"), NO_STATUS),
        (query(status=[1, 7]), NO_STATUS),
        (query(channel_id=0), {"channel_id": "Invalid channel id param."}),
        (query(channel_id=-1), NO_CHANNEL),
        (query(channel_id="x"), NO_CHANNEL),
        (query(channel_id=98765), NO_CHANNEL),
        (query(channel_id=hidden), NO_CHANNEL),
        (query(begin_pubdate="x"), {"begin_pubdate": NO_DATE}),
        (query(end_pubdate="2024-02-30"), {"end_pubdate": NO_DATE}),
        (query(begin_pubdate="2024-03-06", end_pubdate="2024-03-05"), "Invalid pubdate param."),
        (query(page=0), {"page": "Invalid page: 0. page must be a positive integer"}),
        (
            query(per_page=101),
            {"per_page": "Invalid per_page: 101. per_page must be within the range 1 - 100"},
        ),
    ]

    refuses("GET", PATH, cases)


def test_the_whole_hundred_may_be_asked_for(editor, channel_id):
    written(editor, channel_id)

    assert listed(editor, per_page=100, pahe=3, page_page=2)["per_page"] == 100


def test_an_author_learns_why_he_was_refused(editor, channel_id):
    article_id = written(editor, channel_id)
    set_article(article_id, status=ArticleStatus.REJECTED, reject_reason="标题夸张")

    (row,) = listed(editor)["results"]

    assert row["reject_reason"] == "标题夸张"


@pytest.mark.parametrize("cover", ["null", '"x"', "[]", '{"type":3,"images":null}', "{"])
def test_a_row_with_a_damaged_cover_takes_no_other_along(editor, channel_id, cover):
    written(editor, channel_id)
    _damage_cover(written(editor, channel_id), cover)

    assert [row["cover"] for row in listed(editor)["results"]] == [{"type": 0, "images": []}] * 2


def _damage_cover(article_id: int, cover: str) -> None:
    """Write what no release of ours would; SQLite keeps any value in any column."""
    statement = text("UPDATE news_article_basic SET cover = :cover WHERE article_id = :id")
    with transaction() as session:
        session.execute(statement, {"cover": cover, "id": article_id})


def test_likes_of_others_are_not_mine(editor):
    mine = ArticleFactory(published=True, user_id=editor.user.user_id)
    AttitudeFactory()
    rebuild()

    (row,) = listed(editor, response_type="statistic")["results"]

    assert (row["id"], row["like_count"]) == (mine.article_id, 0)
