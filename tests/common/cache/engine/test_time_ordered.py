"""Lists by time: read from an index in order, and their end as near as their start."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert

from common.cache import collections, people, shelves
from common.cache.engine.ranked import KEPT, TAIL_KEPT, Part
from common.extensions.db import db, engine, transaction
from common.models import Relation, User
from common.utils.constants import RelationKind, UserStatus
from tests.factories import UserFactory
from tests.support.scenarios.articles import many_articles, many_collections

OWNER = 1
LENGTH = 2500
PAGE = 10
SOME_DAY = datetime.fromisoformat("2026-01-01")
STEPS = 10  # of SQLite's virtual machine between two counts
WORST = 1.5  # times the price of a page that is as near as can be


def relations(count):
    """People who follow the owner, whom he follows and blocks in turns; every 50th disabled."""
    kinds = (RelationKind.FOLLOW, RelationKind.BLACKLIST)
    others = range(2, count + 2)
    users = [
        {
            "user_id": i,
            "mobile": f"139{i:08d}",
            "user_name": f"user{i}",
            "status": UserStatus.DISABLED if i % 50 == 0 else UserStatus.ENABLED,
        }
        for i in others
    ]
    pairs = [
        {
            "user_id": user_id,
            "target_user_id": target_user_id,
            "relation": kind,
            "update_time": SOME_DAY + timedelta(seconds=i * 7919 % count),
        }
        for i in others
        for user_id, target_user_id, kind in (
            (i, OWNER, RelationKind.FOLLOW),
            (OWNER, i, kinds[i % 2]),
        )
    ]
    with transaction() as session:
        session.add(User(user_id=OWNER, mobile="13900000000", user_name="owner"))
        session.execute(insert(User), users)
        session.execute(insert(Relation), pairs)


def articles(count):
    """Articles of the owner, all of them collected by him."""
    UserFactory(user_id=OWNER)
    many_collections(OWNER, many_articles(OWNER, count))


LISTS = {
    "followers": (people.followers, relations),
    "followings": (people.followings, relations),
    "blocked": (people.blocked, relations),
    "published": (shelves.published, articles),
    "collections": (collections.shelf, articles),
}


@pytest.fixture(params=LISTS)
def listed(request, runtime):
    """Each list in turn, longer than what CACHE keeps of it, with its length."""
    ranked, populate = LISTS[request.param]
    populate(LENGTH)
    return ranked, ranked.page(OWNER, first=0, limit=1).total


def everything(ranked):
    return list(ranked._load_by_index(OWNER, 0, LENGTH))


def price(read):
    """How many steps SQLite's virtual machine makes: its work, whatever the machine."""
    steps = 0

    def count():
        nonlocal steps
        steps += STEPS

    connection = db.session.connection().connection.driver_connection
    connection.set_progress_handler(count, STEPS)
    try:
        read()
    finally:
        connection.set_progress_handler(None, 0)
    return steps


def test_the_length_is_exact(listed):
    ranked, total = listed

    assert total == len(everything(ranked)) > KEPT


def test_pages_of_both_halves_put_together_are_the_whole_list(listed):
    ranked, total = listed
    expected = everything(ranked)
    firsts = [
        0,
        KEPT - 5,
        KEPT,
        total // 2 - 5,
        total // 2,
        total // 2 + 1,
        total - TAIL_KEPT - 5,
        total - 15,
        total - 3,
    ]

    pages = {first: ranked.page(OWNER, first=first, limit=PAGE).ids for first in firsts}

    assert {first: list(ids) for first, ids in pages.items()} == {
        first: expected[first : first + PAGE] for first in firsts
    }


def test_a_page_past_the_end_is_empty(listed):
    ranked, total = listed

    assert ranked.page(OWNER, first=total, limit=PAGE).ids == ()


def test_the_last_page_costs_no_more_than_the_first(listed):
    ranked, _ = listed

    first = price(lambda: ranked._load_by_index(OWNER, 0, PAGE))
    last = price(lambda: ranked._load_from_end(OWNER, 0, PAGE))
    just_behind = price(lambda: ranked._load_by_index(OWNER, KEPT, PAGE))

    assert last <= first * WORST
    assert just_behind > last


def test_a_page_is_one_query_that_sorts_nothing(listed):
    ranked, total = listed
    sent = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        sent.append((statement, parameters))

    event.listen(engine(), "before_cursor_execute", note)
    ranked._behind(Part(OWNER, KEPT, PAGE, None), 2 * total)
    ranked._behind(Part(OWNER, total - PAGE, PAGE, None), total)
    event.remove(engine(), "before_cursor_execute", note)

    queries = [each for each in sent if each[0].startswith("SELECT")]
    assert len(queries) == 2
    for statement, parameters in queries:
        plan = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
        steps = [row[-1] for row in plan]
        assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN")]


def test_a_list_found_out_of_date_is_read_anew(runtime):
    relations(30)
    before = people.followers.page(OWNER, first=0, limit=PAGE)
    with transaction() as session:  # without an event: CACHE is not told
        session.get(User, before.ids[0]).status = UserStatus.DISABLED

    renewed = people.followers.renew(OWNER, first=0, limit=PAGE)

    assert renewed.total == before.total - 1
    assert renewed.ids[: PAGE - 1] == before.ids[1:]
    assert people.followers.page(OWNER, first=0, limit=PAGE) == renewed


def test_a_list_is_read_anew_while_cache_is_away(runtime, valkey):
    relations(30)
    before = people.followers.page(OWNER, first=0, limit=PAGE)
    valkey.stop()

    assert people.followers.renew(OWNER, first=0, limit=PAGE) == before
