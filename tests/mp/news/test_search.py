"""Searching one's own articles (contract/media-platform.md §2.15)."""

from __future__ import annotations

from typing import Any

import pytest

from common.search import Kind
from common.services.search import rebuilding
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory
from tests.support.documents.refusing import MISSING, query
from tests.support.harness.engines import be_patient
from tests.support.scenarios.writing import PATH as ARTICLES
from tests.support.scenarios.writing import set_article, written

PATH = "/mp/v1_0/search"
PATTERN = {"q": 'Value does not match pattern: "^.{1,50}$"'}


def found(editor: Any, **values: Any) -> Any:
    answer = editor.get(PATH, query_string=values)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def test_what_was_just_written_is_found(editor, channel_id):
    article_id = written(editor, channel_id, title="河边的早市", draft=True)
    written(editor, channel_id, title="别的什么话题")

    page = found(editor, q="早市")

    (row,) = page.pop("results")
    assert page == {"total_count": 1, "page": 1, "per_page": 10}
    assert (row["id"], row["title"], row["status"], row["cover"]) == (
        article_id,
        "河边的早市",
        ArticleStatus.DRAFT,
        {"type": 0, "images": []},
    )


def test_only_ones_own_are_found(editor):
    ArticleFactory(published=True, title="河边的早市")

    assert found(editor, q="早市")["total_count"] == 0


@pytest.mark.parametrize("status", ArticleStatus)
def test_deleted_and_banned_ones_are_not_found(editor, channel_id, status):
    article_id = written(editor, channel_id, title="河边的早市")
    set_article(article_id, status=status)

    assert found(editor, q="早市")["total_count"] == (status < ArticleStatus.DELETED)


def test_newest_first_by_page(editor, channel_id):
    ids = [written(editor, channel_id, title=f"河边的早市{n}") for n in range(3)]

    pages = [found(editor, q="早市", page=page, per_page=2) for page in (1, 2, 3)]

    assert [row["id"] for page in pages for row in page["results"]] == ids[::-1]
    assert [page["total_count"] for page in pages] == [3, 3, 3]


@pytest.fixture
def indexed(editor, channel_id, monkeypatch):
    """``indexed(count)``: ids of own drafts that the index has, newest first."""
    be_patient(monkeypatch)

    def make(count: int) -> list[int]:
        ids = [written(editor, channel_id, title="河边的早市", draft=True) for _ in range(count)]
        rebuilding.rebuild(kinds=[Kind.OWN])
        return ids[::-1]

    return make


def test_what_was_just_deleted_is_not_found_although_the_index_still_has_it(editor, indexed):
    gone, *kept = indexed(3)
    before = found(editor, q="早市")

    assert editor.delete(f"{ARTICLES}/{gone}").status_code == 204

    page = found(editor, q="早市")
    assert before["total_count"] == 3
    assert ([row["id"] for row in page["results"]], page["total_count"]) == (kept, 2)


@pytest.mark.parametrize("status", [ArticleStatus.DELETED, ArticleStatus.BANNED])
def test_pages_stay_full_while_the_index_has_what_is_gone(editor, indexed, status):
    *gone, first, second, third = indexed(6)
    for article_id in gone:
        set_article(article_id, status=status)

    page = found(editor, q="早市", per_page=2)

    assert ([row["id"] for row in page["results"]], page["total_count"]) == ([first, second], 3)
    assert third in [row["id"] for row in found(editor, q="早市")["results"]]


def test_nothing_is_found_once_all_is_gone(editor, indexed):
    for article_id in indexed(2):
        editor.delete(f"{ARTICLES}/{article_id}")

    assert found(editor, q="早市") == {"total_count": 0, "page": 1, "per_page": 10, "results": []}


def test_a_search_of_the_index_costs_two_statements(editor, indexed, cost):
    indexed(3)
    found(editor, q="早市")

    with cost() as spent:
        found(editor, q="早市")

    assert spent.sql <= 2


def test_bad_searches_are_told(refuses):
    cases = [
        ({}, {"q": MISSING}),
        (query(q=""), {"q": MISSING}),
        (query(q="x" * 51), PATTERN),
        (query(q="a\nb"), PATTERN),
    ]

    refuses("GET", PATH, cases)


def test_a_search_costs_two_statements(editor, channel_id, cost):
    written(editor, channel_id, title="河边的早市")
    found(editor, q="早市")

    with cost() as spent:
        found(editor, q="早市")

    assert spent.sql <= 2
