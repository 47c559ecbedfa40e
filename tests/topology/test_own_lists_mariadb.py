"""An author's list of very many articles on a real MariaDB: from an index alone, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any, NamedTuple

import pytest
from sqlalchemy import text

from common.extensions.db import engine, transaction
from common.schemas.writing.articles import Filters
from common.services.writing.own import listing
from common.utils.constants import ArticleStatus
from tests.factories import ChannelFactory, UserFactory
from tests.support.harness.plans import selects
from tests.support.harness.runtime import bound_to_tables
from tests.support.scenarios.articles import in_turns, many_articles

MANY = 3000
CHANNELS = 3
PER_PAGE = 10
BEGIN, END = date(2025, 12, 31), date(2026, 1, 2)
IN_ORDER = "ix_news_article_basic_user_id_article_id_status_channel_id_creat"
BY_TIME = "ix_news_article_basic_user_id_status_create_time_article_id"


class Crowd(NamedTuple):
    """An author beside another one, and a channel of both."""

    user_id: int
    channel_id: int


@pytest.fixture
def crowd(stores, mariadb_url) -> Iterator[Crowd]:
    """Two authors of many articles; the server knows the figures of their table."""
    with bound_to_tables(stores, mariadb_url):
        channel_ids = [ChannelFactory().channel_id for _ in range(CHANNELS)]
        user_id, other_id = (UserFactory(verified=True).user_id for _ in range(2))
        in_turns(many_articles(other_id, MANY, first=10**11), channel_ids)
        in_turns(many_articles(user_id, MANY), channel_ids)
        with transaction() as session:
            session.execute(text("ANALYZE TABLE news_article_basic"))
        yield Crowd(user_id, channel_ids[1])


def explained(user_id: int, filters: Filters, *, last: bool) -> tuple[int, list[Any]]:
    """How many there are, and how the server counts them and finds the ids of an end."""
    total = listing.list_own(user_id, filters, shape="content", page=1, per_page=1)["total_count"]
    page = -(-total // PER_PAGE) if last else 1
    with selects() as seen:
        listing.list_own(user_id, filters, shape="content", page=page, per_page=PER_PAGE)
    asked = {statement: values for statement, values in seen.items() if "news_article" in statement}
    assert len(asked) == 2
    with engine().connect() as connection:
        plans = [
            row
            for statement, values in asked.items()
            for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        ]
    return total, [
        row for row in plans if row.table == "news_article_basic" and row.key != "PRIMARY"
    ]


def test_both_ends_come_from_an_index_alone(crowd):
    statuses = ((), (ArticleStatus.APPROVED,), (ArticleStatus.PENDING, ArticleStatus.APPROVED))
    days = ((None, None), (BEGIN, None), (BEGIN, END))
    channels = ((), (crowd.channel_id,))

    for case in product(statuses, channels, days, (False, True)):
        chosen, of_channels, (begin, end), last = case
        filters = Filters(chosen, of_channels, begin, end)
        total, plans = explained(crowd.user_id, filters, last=last)

        assert (case, total) == (case, MANY // CHANNELS if of_channels else MANY)
        assert len(plans) == 2, (case, plans)
        for row in plans:
            assert row.key in (IN_ORDER, BY_TIME), (case, plans)
            assert "Using index" in row.Extra, (case, plans)
            assert "filesort" not in row.Extra, (case, plans)
