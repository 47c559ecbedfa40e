"""Lists of operators stay quick when their tables are long, on their last page, too."""

from __future__ import annotations

import pytest

from tests.support.harness.plans import plan_of, selects
from tests.support.harness.walking import steps
from tests.support.scenarios import crowded
from tests.support.scenarios.operators import MIS

USERS, LOG, ARTICLES = f"{MIS}/users", f"{MIS}/operationlogs", f"{MIS}/articles"
LATEST_USER = "ix_user_basic_last_login_user_id"
OF_STATUS = "ix_user_basic_status_last_login_user_id"
OF = "ix_mis_operation_log_{}_operation_log_id"
NEWEST_ARTICLE = "ix_news_article_basic_create_time_article_id_status"
OF_CHANNEL = "ix_news_article_basic_channel_id_create_time_article_id_status"
IDS = {"users": "user_id", "operationlogs": "operation_log_id", "articles": "article_id"}
MANY = 20_000
PER_PAGE = 20


def rows_of(answer):
    """The ids of a page, in order, and how many there are of all pages."""
    assert answer.status_code == 200, answer.text
    data = answer.json["data"]
    (kind,) = IDS.keys() & data.keys()
    return [row[IDS[kind]] for row in data[kind]], data["total_count"]


def paged(seen):
    """The statement that looked for the page's rows, and the steps of its plan."""
    (statement,) = [each for each in seen if "OFFSET" in each]
    return plan_of(statement, seen[statement])


@pytest.mark.parametrize("page", [1, 4])
@pytest.mark.parametrize(
    ("path", "query", "index"),
    [
        (USERS, "", LATEST_USER),
        (USERS, "status=1", OF_STATUS),
        (USERS, "status=0", OF_STATUS),
        (USERS, "order_by=id&status=1", "ix_user_basic_status"),
        (USERS, "begin=2024-01-01 00:00:00", LATEST_USER),
        (LOG, "administrator_id=1", OF.format("administrator_id")),
        (LOG, "operation=新增", OF.format("operation")),
        (LOG, "ip=10.0.0.1", OF.format("ip")),
        (ARTICLES, "", NEWEST_ARTICLE),
        (ARTICLES, "status_list=2", "ix_news_article_basic_status_create_time"),
        (ARTICLES, "order_by=id&status_list=2", "ix_news_article_basic_status"),
        (
            ARTICLES,
            "channel_id={channel_id}&status_list=2",
            "ix_news_article_basic_channel_id_status_create_time_article_id",
        ),
        (ARTICLES, "channel_id={channel_id}", OF_CHANNEL),
    ],
)
def test_a_page_comes_from_an_index_in_its_order(admin, path, query, index, page):
    crowded.users(40)
    crowded.operations(60)
    query = query.format(channel_id=crowded.articles(40))
    admin.get(path)

    with selects() as seen:
        answer = admin.get(f"{path}?{query}&per_page=4&page={page}")

    assert answer.status_code == 200, answer.text
    plan = paged(seen)
    assert any(index in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize("page", [1, 4])
def test_articles_of_a_channel_by_id_are_found_in_an_index_alone(admin, page):
    """The one list that sorts: the ids of the channel, never the articles."""
    query = f"channel_id={crowded.articles(40)}&order_by=id&per_page=4&page={page}"
    admin.get(ARTICLES)

    with selects() as seen:
        rows_of(admin.get(f"{ARTICLES}?{query}"))

    plan = paged(seen)
    found = [step for step in plan if "ix_news_article_basic_channel_id" in step]
    assert [step for step in found if "SEARCH" in step and "COVERING INDEX" in step], plan
    assert not any(step.startswith("SCAN news_article_basic") for step in plan), plan


@pytest.mark.parametrize("query", ["order_by=id", "order_by=id&page=4"])
@pytest.mark.parametrize(
    ("path", "table"),
    [
        (USERS, "user_basic"),
        (LOG, "mis_operation_log"),
        (ARTICLES, "news_article_basic"),
    ],
)
def test_a_list_by_id_is_read_along_the_primary_key(admin, path, query, table):
    """A walk in the table's own order, which ends with the page; nothing is sorted."""
    crowded.users(40)
    crowded.operations(60)
    crowded.articles(20)
    admin.get(path)

    with selects() as seen:
        rows_of(admin.get(f"{path}?{query}&per_page=4"))

    plan = paged(seen)
    assert [step for step in plan if step.startswith("SCAN") and table in step] == [f"SCAN {table}"]
    assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize(
    ("path", "crowd", "query"),
    [
        (USERS, crowded.users, ""),
        (USERS, crowded.users, "status=1"),
        (USERS, crowded.users, "order_by=id"),
        (LOG, crowded.operations, ""),
        (LOG, crowded.operations, "administrator_id=1"),
        (ARTICLES, crowded.articles, ""),
        (ARTICLES, crowded.articles, "status_list=2"),
    ],
)
def test_the_last_page_goes_no_farther_than_the_first(admin, cost, path, crowd, query):
    """Only the middle is farther from either end, and costs more."""
    crowd(MANY)
    url = f"{path}?{query}&per_page={PER_PAGE}"
    _, total = rows_of(admin.get(url))
    last_page = -(-total // PER_PAGE)

    def walked(page):
        with steps() as counted, cost() as spent:
            rows_of(admin.get(f"{url}&page={page}"))
        if path != LOG:  # that one writes down that somebody looked
            assert spent.sql == 2
        return sum(count for statement, count in counted.items() if "OFFSET" in statement)

    # The log grows by each look: its last page may begin anew, and is never longer than a page.
    first, middle, last = walked(1), walked(last_page // 2), walked(last_page)
    assert last <= 1.5 * first
    assert first * 5 < middle  # what is measured grows with what is skipped


@pytest.mark.parametrize(
    ("path", "crowd", "query"),
    [
        (USERS, crowded.users, ""),
        (USERS, crowded.users, "order_by=id"),
        (USERS, crowded.users, "status=0"),
        (ARTICLES, crowded.articles, ""),
    ],
)
def test_pages_fit_together_from_whichever_end_they_are_read(admin, path, crowd, query):
    crowd(97, moments=3)
    whole, total = rows_of(admin.get(f"{path}?{query}&per_page=100"))

    pages = range(1, -(-total // 9) + 1)
    pieces = [rows_of(admin.get(f"{path}?{query}&per_page=9&page={page}"))[0] for page in pages]

    assert len(whole) == len(set(whole)) == total
    assert [id_ for piece in pieces for id_ in piece] == whole
    beyond = rows_of(admin.get(f"{path}?{query}&per_page=9&page={len(pages) + 1}"))
    assert beyond == ([], total)
