"""Long lists of operators on a real MariaDB: from an index, in its order, without sorting.

That is so at both ends. Far from either, the server may find sorting all ids cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from common.extensions.db import engine, transaction
from common.services import binding
from scripts.gateway import create_gateway
from tests.factories import AdministratorFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.harness.plans import selects
from tests.support.harness.runtime import bound_to_tables
from tests.support.scenarios import crowded
from tests.support.scenarios.operators import MIS, kept

MANY = 3000
USERS, LOG, ARTICLES = "users", "operationlogs", "articles"
TABLES = {USERS: "user_basic", LOG: "mis_operation_log", ARTICLES: "news_article_basic"}
PER_PAGE = 4


@pytest.fixture
def crowd(stores, mariadb_url) -> Iterator[tuple[ApiClient, int]]:
    """An administrator before long tables whose figures the server knows, and a channel's id."""
    with bound_to_tables(stores, mariadb_url) as settings:
        app = create_gateway(settings)
        binding.record_readers(settings)
        admin = SignIn(app, settings)(kept(AdministratorFactory(super=True)))
        crowded.users(MANY)
        crowded.operations(MANY)
        channel_id = crowded.articles(MANY)
        with transaction() as session:
            for table in TABLES.values():
                session.execute(text(f"ANALYZE TABLE {table}"))
        yield admin, channel_id


def explained(admin: ApiClient, path: str, query: str) -> tuple[str, str]:
    """The index that a page's ids came from, and what else the server did for them."""
    with selects() as seen:
        answer = admin.get(f"{MIS}/{path}?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json["data"][path], query
    ((statement, values),) = [each for each in seen.items() if "LIMIT" in each[0]]
    with engine().connect() as connection:
        plan: list[Any] = [*connection.exec_driver_sql(f"EXPLAIN {statement}", values)]
    (ids,) = [row for row in plan if row.select_type == "DERIVED"]
    assert not [row for row in plan if row.type == "ALL" and "<derived" not in row.table], plan
    return ids.key, ids.Extra


def test_pages_come_from_an_index_in_its_order(crowd):
    admin, channel_id = crowd
    newest = "ix_news_article_basic_create_time_article_id_status"
    of_channel = "ix_news_article_basic_channel_id_create_time_article_id_status"
    cases = {
        (USERS, ""): "ix_user_basic_last_login_user_id",
        (USERS, "status=1"): "ix_user_basic_status_last_login_user_id",
        (USERS, "order_by=id"): "PRIMARY",
        (LOG, ""): "PRIMARY",
        (LOG, "administrator_id=1"): "ix_mis_operation_log_administrator_id_operation_log_id",
        (LOG, "operation=新增"): "ix_mis_operation_log_operation_operation_log_id",
        (LOG, "ip=10.0.0.1"): "ix_mis_operation_log_ip_operation_log_id",
        (ARTICLES, ""): newest,
        (ARTICLES, "status_list=2"): "ix_news_article_basic_status_create_time",
        (ARTICLES, f"channel_id={channel_id}"): of_channel,
    }

    for (path, query), index in cases.items():
        whole = f"{query}&per_page={PER_PAGE}"
        total = admin.get(f"{MIS}/{path}?{whole}").json["data"]["total_count"]
        assert total >= MANY // 3
        for page in (1, -(-total // PER_PAGE)):
            key, extra = explained(admin, path, f"{whole}&page={page}")
            assert (key, "filesort" in extra) == (index, False), (path, query, page, key, extra)
