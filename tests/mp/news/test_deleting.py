"""Deleting own articles, one or many (contract/media-platform.md §2.14, additions.md §2)."""

from __future__ import annotations

import pytest

from common.cache import counters
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory, AttitudeFactory
from tests.support.documents.refusing import MISSING_MEMBER, members
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.writing import (
    PATH,
    approve,
    row_of,
    saved,
    set_article,
    steps_of,
    written,
)

INVALID = {"message": "Invalid article."}
DELETABLE = [ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED]


@pytest.fixture
def in_status(editor):
    """``in_status(status)``: the id of an own article."""
    return lambda status: ArticleFactory(user_id=editor.user.user_id, status=status).article_id


@pytest.mark.parametrize("status", DELETABLE)
def test_what_readers_do_not_see_can_be_deleted(editor, in_status, status):
    article_id = in_status(status)

    answer = editor.delete(f"{PATH}/{article_id}")

    assert (answer.status_code, answer.data) == (204, b"")
    assert (row_of(article_id).status, row_of(article_id).delete_time is None) == (
        ArticleStatus.DELETED,
        False,
    )
    assert steps_of(article_id) == [(status, ArticleStatus.DELETED)]
    assert editor.get(f"{PATH}/{article_id}").status_code == 404


@pytest.mark.parametrize("status", sorted(set(ArticleStatus) - set(DELETABLE)))
def test_the_rest_stays(editor, in_status, status):
    article_id = in_status(status)

    answer = editor.delete(f"{PATH}/{article_id}")

    assert (answer.status_code, answer.json) == (400, INVALID)
    assert (row_of(article_id).status, steps_of(article_id)) == (status, [])


def test_what_is_another_s_or_nobody_s_stays(editor):
    foreign = ArticleFactory().article_id

    for article_id in (foreign, 987654321):
        assert editor.delete(f"{PATH}/{article_id}").json == INVALID
    assert row_of(foreign).status == ArticleStatus.DRAFT


def test_ids_that_are_none_are_not_found(editor):
    for id_ in ("0", "-1", "x", "1.5"):
        assert editor.delete(f"{PATH}/{id_}").status_code == 404


def test_many_are_deleted_at_once_and_the_others_named(editor, in_status, cost):
    wanted = [in_status(status) for status in ArticleStatus]
    foreign = ArticleFactory().article_id
    editor.get(PATH)

    with cost() as spent:
        answer = editor.delete(PATH, json={"article_ids": [*map(str, wanted), wanted[0], foreign]})

    refused = [wanted[status] for status in (2, 4, 5)] + [foreign]
    assert (answer.status_code, answer.json["data"]) == (
        200,
        {
            "count": 3,
            "refused": [{"id": id_, "reason": "Invalid article."} for id_ in refused],
        },
    )
    assert [len(steps_of(id_)) for id_ in wanted] == [1, 1, 0, 1, 0, 0]
    assert row_of(foreign).status == ArticleStatus.DRAFT
    assert spent.sql <= 5


@pytest.mark.parametrize("count", [1, 100])
def test_a_hundred_cost_as_many_statements_as_one(editor, cost, count):
    ids = [ArticleFactory(user_id=editor.user.user_id).article_id for _ in range(count)]
    editor.get(PATH)

    with cost() as spent:
        answer = editor.delete(PATH, json={"article_ids": ids})

    assert answer.json["data"] == {"count": count, "refused": []}
    assert spent.sql <= 5


def test_bad_lists_of_articles_are_told(refuses):
    told = {"article_ids": "Invalid params."}
    cases = [
        (members(), {"article_ids": MISSING_MEMBER}),
        (members(article_ids=None), {"article_ids": MISSING_MEMBER}),
        (members(article_ids=[]), told),
        (members(article_ids="1"), told),
        (members(article_ids=list(range(1, 102))), told),
        (members(article_ids=["x"]), {"article_ids": "x is not a valid integer"}),
        (
            members(article_ids=[0]),
            {"article_ids": "Invalid article_ids: 0. article_ids must be a positive integer"},
        ),
    ]

    refuses("DELETE", PATH, cases)


def test_what_was_counted_of_a_deleted_article_is_forgotten(editor, channel_id):
    article_id = written(editor, channel_id)
    approve(article_id)
    AttitudeFactory(article_id=article_id)
    saved(editor, article_id, channel_id, query={"draft": "true"})
    relay_everything()

    editor.delete(f"{PATH}/{article_id}")

    relay_everything()
    assert counters.article_likes.get(article_id) == 0
    assert counters.user_articles.get(editor.user.user_id) == 0
    assert counters.user_likes.get(editor.user.user_id) == 0


def test_it_is_still_on_the_list_of_deleted_ones(editor, channel_id):
    article_id = written(editor, channel_id)

    editor.delete(f"{PATH}/{article_id}")

    (row,) = editor.get(PATH, query_string={"status": 4}).json["data"]["results"]
    assert (row["id"], row["status"]) == (article_id, ArticleStatus.DELETED)
    assert editor.get(PATH).json["data"]["total_count"] == 0


def test_a_claim_on_it_ends(editor, channel_id):
    article_id = written(editor, channel_id)
    set_article(article_id, claimed_by=4)

    editor.delete(f"{PATH}/{article_id}")

    assert row_of(article_id).claimed_by is None
