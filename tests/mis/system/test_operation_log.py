"""What operators do is written down with the change, chained, listed, taken out (admin.md §3.1)."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, delete, event, select, update

from common.extensions.db import db, transaction
from common.models import OperationHead, OperationLog
from common.schemas.administration.audit import Entry, Verb
from common.schemas.administration.operators import Operator
from common.services.audit import listing, recording, verifying
from schedule.jobs import audit_head
from tests.factories import AdministratorFactory
from tests.support.clients.logging_in import from_address
from tests.support.harness.threads import at_once
from tests.support.scenarios import crowded
from tests.support.scenarios.operators import MIS, operations, permission_id, told

LOG = f"{MIS}/operationlogs"


def boss():
    """Somebody who acts without HTTP."""
    row = AdministratorFactory(super=True)
    return Operator(row.administrator_id, row.name, row.group_id, "127.0.0.1", is_super=True)


def write(operator, *names):
    """One entry per name, in one transaction."""
    with transaction():
        recording.record(
            operator, *(Entry(verb=Verb.ADD, kind="频道", name=name) for name in names)
        )


@contextmanager
def reads_of_the_log():
    """The statements inside that read rows of the log, on whichever connection."""
    found = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        if statement.startswith("SELECT") and "FROM mis_operation_log" in statement:
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_an_entry_says_who_did_what_from_where_and_what_changed(admin):
    group = admin.post(f"{MIS}/groups", json={"name": "内容审核组"}).json["data"]["group_id"]
    ids = [permission_id("group-get"), permission_id("user-get")]

    answer = admin.put(
        f"{MIS}/groups/{group}",
        json={"name": "夜班", "remark": "新", "permission_ids": ids},
        headers={"X-Request-Id": "night-1"},
        **from_address("2001:db8::7"),
    )

    assert answer.status_code == 201
    assert told() == ["新增: 角色 内容审核组", "修改: 角色 夜班", "授权: 角色 夜班 +2 -0"]
    _, edited, granted = operations()
    assert (edited.administrator_id, edited.administrator_name) == (
        admin.user.administrator_id,
        admin.user.name,
    )
    assert (edited.ip, edited.target, edited.request_id) == (
        "2001:db8::7",
        f"group:{group}",
        "night-1",
    )
    assert edited.changes == {"name": ["内容审核组", "夜班"], "remark": ["", "新"]}
    assert granted.changes == {"added": [[], ["group-get", "user-get"]], "removed": [[], []]}


def test_what_is_refused_or_changes_nothing_writes_nothing(admin):
    group = admin.post(f"{MIS}/groups", json={"name": "一组"}).json["data"]["group_id"]
    admin.post(f"{MIS}/groups", json={"name": "二组"})

    again = admin.put(f"{MIS}/groups/{group}", json={"name": "一组", "permission_ids": []})
    taken = admin.put(f"{MIS}/groups/{group}", json={"name": "二组"})
    unknown = admin.put(f"{MIS}/groups/{group}", json={"remark": "x", "permission_ids": [9999]})

    assert (again.status_code, taken.status_code, unknown.status_code) == (201, 403, 400)
    assert told() == ["新增: 角色 一组", "新增: 角色 二组"]
    assert admin.get(f"{MIS}/groups/{group}").json["data"]["remark"] == ""


def test_the_list_is_searched_by_either_text_and_writes_down_that_somebody_looked(admin):
    write(boss(), "100%", "地理", "天文")
    admin.get(LOG)

    by_description = admin.get(f"{LOG}?keyword=100%25").json["data"]
    by_verb = admin.get(f"{LOG}?keyword=查询").json["data"]

    assert [row["description"] for row in by_description["operationlogs"]] == ["新增: 频道 100%"]
    assert by_description["total_count"] == 1
    assert {row["description"] for row in by_verb["operationlogs"]} == {"查询: 运营日志"}
    assert by_verb["total_count"] == 2
    row = by_description["operationlogs"][0]
    assert set(row) >= {"operation_log_id", "administrator_id", "administrator_name", "ip", "ctime"}


def test_the_list_has_the_newest_first_and_filters(admin):
    first, second = boss(), boss()
    write(first, *"abc")
    write(second, "d")

    def found(query):
        data = admin.get(f"{LOG}?{query}").json["data"]
        return [row["description"][-1] for row in data["operationlogs"]], data["total_count"]

    assert found(f"administrator_id={first.administrator_id}&per_page=2") == (["c", "b"], 3)
    assert found(f"administrator_id={first.administrator_id}&per_page=2&page=2") == (["a"], 3)
    assert found("operation=新增&order_by=id") == (["d", "c", "b", "a"], 4)
    assert found("operation=新增&end=2001-01-01 00:00:00") == ([], 0)
    assert found("operation=新增&begin=2001-01-01T00:00:00")[1] == 4
    assert found("ip=203.0.113.99") == ([], 0)


def test_a_range_that_ends_before_it_begins_is_refused(refuses):
    query = {"begin": "2024-02-02 00:00:00", "end": "2024-02-01 00:00:00"}

    refuses("GET", LOG, [({"query_string": query}, {"begin": "Invalid date param."})])


def test_the_whole_log_is_taken_out_for_spreadsheets_and_runs_nothing_there(admin):
    write(boss(), "=cmd|' /C calc'!A0", "地理")
    with transaction():
        tricky = Entry(verb=Verb.ADD, kind="频道", name="x", target=" \t@SUM(A1)")
        recording.record(boss(), tricky)

    answer = admin.get(f"{LOG}/export?operation=新增")

    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="operationlogs.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header[:2] == ["编号", "时间"]
    assert [row[7] for row in rows] == ["' \t@SUM(A1)", "", ""]
    assert [row[6] for row in rows] == [
        "新增: 频道 x",
        "新增: 频道 地理",
        "新增: 频道 =cmd|' /C calc'!A0",
    ]
    assert told()[-1] == "查询: 运营日志 导出"


def test_a_long_log_is_taken_out_whole_in_pieces(admin, cost):
    operator = boss()
    write(operator, *map(str, range(2100)))

    with cost() as spent:
        answer = admin.get(f"{LOG}/export?administrator_id={operator.administrator_id}")
        pieces = [*answer.response]

    assert len(pieces) > 1
    assert len(b"".join(pieces).splitlines()) == 2101
    assert spent.sql <= 12


def test_the_table_is_read_from_the_database_as_far_as_it_was_sent(admin):
    """A thousand entries at a time, each piece from where the last one ended: memory stays flat."""
    crowded.operations(10_000)
    answer = admin.get(f"{LOG}/export")
    lines = piece_count = 0

    with reads_of_the_log() as reads:
        for piece in answer.response:
            lines += piece.count(b"\n")
            piece_count += 1
            assert len(piece) < 100_000
            # The rows of a piece may end a little before those that were read for it.
            assert len(reads) <= lines // listing.ROWS_AT_ONCE + 2

    assert lines == 10_002  # with the header, and that it was taken out
    assert piece_count > 10
    # The first was read before the answer began; the last found that there is no more.
    assert len(reads) == 10_001 // listing.ROWS_AT_ONCE + 1
    assert all("operation_log_id < ?" in each for each in reads)


def test_a_chain_that_nobody_touched_is_in_order(admin):
    write(boss(), *"abc")
    admin.get(LOG)

    verdict = verifying.verify()

    assert (verdict.checked, verdict.broken_at) == (4, None)
    assert verdict.last_id == operations()[-1].operation_log_id


@pytest.mark.parametrize(
    "values",
    [{"description": "新增: 频道 x"}, {"administrator_id": 5}, {"ip": "::1"}, {"changes": {"a": 1}},
     {"administrator_name": "谁"}, {"hash": "0" * 64}, {"target": "x"}, {"request_id": "x"}],
)  # fmt: skip
def test_a_changed_entry_shows(runtime, values):
    write(boss(), *"abcd")
    second = operations()[1].operation_log_id
    with transaction() as session:
        session.execute(
            update(OperationLog).where(OperationLog.operation_log_id == second).values(**values)
        )

    assert verifying.verify().broken_at == second


def test_a_removed_or_added_entry_shows(runtime):
    write(boss(), *"abcd")
    rows = operations()
    noted = (rows[3].operation_log_id, rows[3].hash)
    with transaction() as session:
        mine = OperationLog.operation_log_id == rows[1].operation_log_id
        session.execute(delete(OperationLog).where(mine))
    assert verifying.verify().broken_at == rows[1].operation_log_id
    with transaction() as session:
        session.execute(
            delete(OperationLog).where(OperationLog.operation_log_id > rows[0].operation_log_id)
        )
    assert verifying.verify().broken_at == rows[1].operation_log_id
    with transaction() as session:
        session.execute(
            update(OperationHead).values(last_id=rows[0].operation_log_id, hash=rows[0].hash)
        )
    assert verifying.verify().broken_at is None
    assert verifying.verify(noted=noted).broken_at == rows[1].operation_log_id
    with transaction() as session:
        session.execute(delete(OperationHead))
    assert verifying.verify().broken_at == rows[0].operation_log_id


def test_entries_that_were_there_before_the_chain_are_left_alone(runtime):
    with transaction() as session:
        session.add(OperationLog(administrator_id=1, ip="::1", operation="查询", description="旧"))

    write(boss(), *"ab")

    verdict = verifying.verify()
    assert (verdict.checked, verdict.broken_at) == (2, None)
    assert [row.hash is None for row in operations()] == [True, False, False]


def test_many_at_once_make_one_chain(runtime):
    operators = [boss() for _ in range(8)]

    at_once(*(lambda each=each: write(each, *"abc") for each in operators))

    verdict = verifying.verify()
    assert (verdict.checked, verdict.broken_at) == (24, None)


def test_a_batch_takes_the_head_once(runtime, cost):
    operator = boss()
    write(operator, "a")

    with cost() as small:
        write(operator, *map(str, range(10)))
    with cost() as large:
        write(operator, *map(str, range(500)))

    assert large.sql <= small.sql + 2


def test_an_entry_needs_the_transaction_that_it_vouches_for(runtime):
    with pytest.raises(RuntimeError, match="transaction"):
        recording.record(boss(), Entry(verb=Verb.ADD, kind="频道"))


def test_the_job_tells_the_log_where_the_chain_ends(runtime):
    write(boss(), *"ab")
    head = db.session.scalars(select(OperationHead)).one()

    outcome = audit_head.JOB.run()

    assert outcome.lines == (f"{head.last_id}:{head.hash}",)


def test_there_is_no_way_to_delete_or_change_an_entry(admin):
    for method in ("DELETE", "PUT", "PATCH", "POST"):
        assert admin.open(LOG, method=method).status_code == 405
