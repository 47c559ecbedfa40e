"""Who may see what, by conditions of queries, on a real MariaDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Select, text

from common.cache import collections
from common.extensions.db import db, engine
from common.models import Collection
from common.services.recommending import candidates
from tests.support.harness.runtime import bound_to_tables
from tests.support.scenarios import truth_table
from tests.support.scenarios.truth_table import (
    FROZEN_READER,
    IN_SQL,
    READER,
    by_rule,
    by_sql,
    mine,
)

LISTS = {
    "feed": candidates._visible(0),
    "channel": candidates._visible(truth_table.CHANNELS[0]),
    "collections": collections._collected_by(READER).order_by(Collection.update_time.desc()),
}


@pytest.fixture(autouse=True)
def on_mariadb(stores, mariadb_url) -> Iterator[None]:
    """The whole truth table in a database."""
    with bound_to_tables(stores, mariadb_url):
        truth_table.fill()
        yield


@pytest.mark.parametrize("place", IN_SQL)
@pytest.mark.parametrize("reader_id", [READER, FROZEN_READER])
def test_sql_agrees_with_the_verdict(place, reader_id):
    found = by_sql(place, reader_id).intersection(mine(reader_id))

    assert found == by_rule(place, reader_id)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_begins_with_the_authors(name):
    steps = plan(LISTS[name].limit(10))

    assert not any("user_basic" in table for table, _ in steps[:-1])
    table, key = steps[-1]
    assert (table.startswith("user_basic"), key) == (True, "PRIMARY")


def plan(query: Select) -> list[tuple[str, str]]:
    """Which tables are read one after another, and by which keys."""
    statement = query.compile(engine(), compile_kwargs={"literal_binds": True})
    rows = db.session.execute(text(f"EXPLAIN {statement}"))
    return [(row.table, row.key) for row in rows]
