"""Transactions, rows that several writers want, and what is done after a commit."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.errors import TransactionConflict
from common.extensions.db import (
    after_commit,
    db,
    engine,
    in_transaction,
    insert_ignore,
    insert_new,
    lock_or_create,
    refresh_view,
    release,
    retry_on_conflict,
    transaction,
    upsert,
)
from common.extensions.db.session import MOST_VALUES
from common.models import Relation, StatisticsSearchTotal, User
from tests.support.harness.cached import elsewhere, people
from tests.support.harness.threads import at_once

THREADS = 16


@pytest.fixture
def commits(runtime):
    """One entry per COMMIT that was sent."""
    sent: list[str] = []

    def note(_connection):
        sent.append("commit")

    event.listen(engine(), "commit", note)
    yield sent
    event.remove(engine(), "commit", note)


def _name(user_id: int) -> str | None:
    return db.session.scalar(select(User.user_name).where(User.user_id == user_id))


def _rename(user_id: int, name: str) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name=name))


def test_nested_transactions_are_one_and_commit_once(commits):
    people(1)
    commits.clear()

    with transaction() as outer:
        _rename(1, "inner")
        with transaction() as inner:
            is_same = inner is outer
        seen_elsewhere = elsewhere(lambda: _name(1))

    assert is_same
    assert seen_elsewhere == "user1"
    assert commits == ["commit"]
    assert elsewhere(lambda: _name(1)) == "inner"


def test_a_transaction_that_fails_leaves_nothing(runtime):
    people(1)

    with pytest.raises(ZeroDivisionError):
        _rename_and_fail()

    assert _name(1) == "user1"
    assert not in_transaction()


def _rename_and_fail() -> None:
    with transaction():
        _rename(1, "other")
        after_commit(lambda: pytest.fail("ran though nothing was committed"))
        raise ZeroDivisionError


def test_functions_run_after_the_outermost_commit_in_order(runtime):
    people(1)
    seen: list[object] = []

    with transaction():
        after_commit(lambda: seen.append((in_transaction(), elsewhere(lambda: _name(1)))))
        with transaction():
            _rename(1, "new")
            after_commit(lambda: seen.append("second"))
        before_the_end = list(seen)

    assert before_the_end == []
    assert seen == [(False, "new"), "second"]


def test_what_a_failed_transaction_planned_does_not_run_after_the_next_one(runtime):
    people(1)
    with pytest.raises(ZeroDivisionError):
        _rename_and_fail()

    _rename(1, "new")

    assert _name(1) == "new"


def test_a_function_run_after_a_commit_may_open_a_transaction_of_its_own(runtime):
    people(1)
    done: list[str] = []

    def follow() -> None:
        with transaction():
            _rename(1, "twice")
            after_commit(lambda: done.append("inner"))

    with transaction():
        _rename(1, "once")
        after_commit(follow)

    assert (_name(1), done) == ("twice", ["inner"])


def test_a_transaction_sees_what_others_committed_after_this_thread_last_read(runtime):
    people(1)
    _name(1)
    elsewhere(lambda: _rename(1, "new"))

    with transaction():
        seen = _name(1)

    assert seen == "new"


def test_a_thread_that_gives_its_view_up_sees_the_newest_commit(runtime):
    people(1)
    _name(1)
    elsewhere(lambda: _rename(1, "new"))
    before = _name(1)

    refresh_view()

    assert (before, _name(1)) == ("user1", "new")


def test_giving_the_view_up_inside_a_transaction_does_not_commit_it(runtime):
    people(1)

    with transaction():
        _rename(1, "new")
        refresh_view()
        seen_elsewhere = elsewhere(lambda: _name(1))

    assert seen_elsewhere == "user1"


def test_a_connection_lost_while_reading_does_not_spoil_the_next_transaction(runtime):
    people(1)
    _name(1)
    db.session.connection().invalidate()

    _rename(1, "new")

    assert _name(1) == "new"


def _lock_python(session: Session) -> StatisticsSearchTotal:
    none = {"count": 0, "user_count": 0}
    return lock_or_create(session, StatisticsSearchTotal, defaults=none, keyword="python")


def test_threads_that_want_the_same_row_create_it_once_and_count_exactly(runtime):
    def count_one() -> None:
        with transaction() as session:
            row = _lock_python(session)
            row.count += 1

    at_once(*[count_one] * THREADS)

    release()
    rows = db.session.execute(select(StatisticsSearchTotal.keyword, StatisticsSearchTotal.count))
    assert [tuple(row) for row in rows] == [("python", THREADS)]


def test_a_locked_row_is_read_anew_though_the_session_still_holds_it(runtime):
    with transaction() as session:
        held = _lock_python(session)
    elsewhere(_set_count)

    with transaction() as session:
        row = _lock_python(session)

    assert row is held
    assert row.count == 5


def _set_count() -> None:
    with transaction() as session:
        session.execute(update(StatisticsSearchTotal).values(count=5))


def test_inserting_a_taken_key_says_so_and_spoils_nothing(runtime):
    people(1)

    with transaction() as session:
        session.execute(update(User).values(user_name="renamed"))
        is_new = insert_new(session, _relation(1, 2))
        is_new_again = insert_new(session, _relation(1, 2))

    assert (is_new, is_new_again) == (True, False)
    assert _name(1) == "renamed"
    assert db.session.scalar(select(func.count(Relation.relation_id))) == 1


def _relation(user_id: int, target_user_id: int | None) -> Relation:
    return Relation(user_id=user_id, target_user_id=target_user_id, relation=1)


@pytest.mark.parametrize("target", [None, 1], ids=["a missing value", "a broken check"])
def test_a_row_that_is_wrong_is_not_taken_for_one_that_exists(runtime, target):
    with transaction() as session, pytest.raises(IntegrityError):
        insert_new(session, _relation(1, target))


def test_rows_whose_keys_are_taken_stay_as_they_are(runtime):
    rows = [
        {"keyword": "python", "count": 1, "user_count": 0},
        {"keyword": "go", "count": 2, "user_count": 0},
    ]
    with transaction() as session:
        insert_ignore(session, StatisticsSearchTotal, rows[:1])

    with transaction() as session:
        insert_ignore(session, StatisticsSearchTotal, [{**rows[0], "count": 9}, rows[1]])
        insert_ignore(session, StatisticsSearchTotal, [])

    assert _counts() == {"python": (1, 0), "go": (2, 0)}


def test_more_rows_than_a_statement_takes_are_inserted_by_several(runtime, cost):
    rows = [{"keyword": f"k{n}", "count": n, "user_count": 0} for n in range(MOST_VALUES)]

    with transaction() as session, cost() as spent:
        insert_ignore(session, StatisticsSearchTotal, rows)

    assert len(_counts()) == MOST_VALUES
    assert spent.sql == 3


def test_an_upsert_overwrites_only_the_named_columns(runtime):
    first = {"keyword": "python", "count": 1, "user_count": 1}
    with transaction() as session:
        upsert(session, StatisticsSearchTotal, [first], keys=["keyword"], update=["count"])

    with transaction() as session:
        rows = [
            {"keyword": "python", "count": 5, "user_count": 5},
            {"keyword": "go", "count": 2, "user_count": 2},
        ]
        upsert(session, StatisticsSearchTotal, rows, keys=["keyword"], update=["count"])
        upsert(session, StatisticsSearchTotal, [], keys=["keyword"], update=["count"])

    assert _counts() == {"python": (5, 1), "go": (2, 2)}


def _counts() -> dict[str, tuple[int, int]]:
    table = StatisticsSearchTotal
    rows = db.session.execute(select(table.keyword, table.count, table.user_count))
    return {keyword: (count, user_count) for keyword, count, user_count in rows}


@pytest.mark.parametrize(("losses", "calls"), [(0, 1), (2, 3)])
def test_a_verb_that_loses_a_deadlock_is_called_again(losses, calls):
    tried: list[int] = []

    def verb() -> str:
        tried.append(1)
        if len(tried) <= losses:
            raise TransactionConflict
        return "done"

    assert retry_on_conflict(verb) == "done"
    assert len(tried) == calls


def test_a_verb_that_keeps_losing_gives_up():
    def verb() -> None:
        raise TransactionConflict

    with pytest.raises(TransactionConflict):
        retry_on_conflict(verb)
