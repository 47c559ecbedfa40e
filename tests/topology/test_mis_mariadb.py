"""What operators do all day on a real MariaDB, in the strictest mode that MySQL has."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from common.extensions.db import db, refresh_view, transaction
from common.models import OperationHead, OperationLog, StatisticsSearcher, User
from common.schemas.administration.audit import Entry, Verb
from common.schemas.administration.operators import Operator
from common.services import binding
from common.services.audit import recording, verifying
from common.services.statistics import hours, rolling_up
from common.settings import Settings
from common.utils import clock
from common.utils.constants import StatisticsKind, UserStatus
from scripts.gateway import create_gateway
from tests.factories import AdministratorFactory, ChannelFactory, LegalizeLogFactory, UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.harness.threads import at_once
from tests.support.scenarios import hourly
from tests.support.scenarios.operators import (
    MIS,
    kept,
    operations,
    operator_with,
    permission_id,
    told,
)

WRITERS = 8

pytestmark = pytest.mark.usefixtures("on_strict_mariadb")


@pytest.fixture
def sign_in(on_strict_mariadb: Settings) -> SignIn:
    """Clients of the whole gateway."""
    app = create_gateway(on_strict_mariadb)
    binding.record_readers(on_strict_mariadb)
    return SignIn(app, on_strict_mariadb)


@pytest.fixture
def admin(sign_in) -> ApiClient:
    """An administrator who may do everything."""
    return sign_in(kept(AdministratorFactory(super=True)))


def boss() -> Operator:
    row = AdministratorFactory(super=True)
    return Operator(row.administrator_id, row.name, row.group_id, "127.0.0.1", is_super=True)


def write(operator: Operator, *names: str) -> None:
    with transaction():
        recording.record(
            operator, *(Entry(verb=Verb.ADD, kind="频道", name=name) for name in names)
        )


def test_many_writers_at_once_make_one_chain():
    writers = [boss() for _ in range(WRITERS)]

    at_once(*(lambda each=each: [write(each, *"abc") for _ in range(5)] for each in writers))

    verdict = verifying.verify()
    assert (verdict.checked, verdict.broken_at) == (WRITERS * 15, None)


@pytest.mark.parametrize(
    "harm",
    [
        lambda second: update(OperationLog).where(second).values(description="新增: 频道 x"),
        lambda second: update(OperationLog).where(second).values(changes={"a": [1, 2]}),
        lambda second: delete(OperationLog).where(second),
    ],
)
def test_an_entry_that_is_changed_or_removed_is_found(harm):
    write(boss(), *"abcd")
    second = operations()[1].operation_log_id
    assert verifying.verify().broken_at is None

    with transaction() as session:
        session.execute(harm(OperationLog.operation_log_id == second))

    assert verifying.verify().broken_at == second


def test_an_end_that_is_cut_off_is_found_even_with_the_head_set_back():
    write(boss(), *"abcd")
    rows = operations()
    noted = (rows[3].operation_log_id, rows[3].hash)
    kept_until = (rows[1].operation_log_id, rows[1].hash)
    with transaction() as session:
        session.execute(delete(OperationLog).where(OperationLog.operation_log_id > kept_until[0]))
    assert verifying.verify().broken_at == kept_until[0] + 1

    with transaction() as session:
        session.execute(update(OperationHead).values(last_id=kept_until[0], hash=kept_until[1]))

    assert verifying.verify().broken_at is None
    assert verifying.verify(noted=noted).broken_at == kept_until[0] + 1


def test_many_users_are_frozen_and_thawed_in_one_call(admin):
    ids = [UserFactory().user_id for _ in range(30)]

    frozen = admin.put(f"{MIS}/users", json={"user_ids": ids, "status": 0})
    thawed = admin.put(f"{MIS}/users", json={"user_ids": ids[:10], "status": 1})

    assert (frozen.status_code, frozen.json["data"]) == (201, {"count": 30})
    assert (thawed.status_code, thawed.json["data"]) == (201, {"count": 10})
    refresh_view()
    disabled = select(User.user_id).where(User.status == UserStatus.DISABLED)
    assert set(db.session.scalars(disabled)) == set(ids[10:])
    assert len(told()) == 40
    assert verifying.verify().broken_at is None


def test_a_group_is_made_granted_used_and_taken_away(admin, sign_in):
    ids = [permission_id("group-list-get"), permission_id("userlist-get")]
    made = admin.post(f"{MIS}/groups", json={"name": "夜班", "permission_ids": ids})
    group_id = made.json["data"]["group_id"]
    operator = sign_in(operator_with(group_id=group_id))
    assert operator.get(f"{MIS}/groups").status_code == 200

    again = admin.post(f"{MIS}/groups", json={"name": "夜班"})
    admin.put(f"{MIS}/groups/{group_id}", json={"permission_ids": [ids[1]]})

    assert again.status_code == 403
    assert operator.get(f"{MIS}/groups").status_code == 403
    assert operator.get(f"{MIS}/users").status_code == 200
    assert verifying.verify().broken_at is None


def test_every_list_and_figure_answers(admin):
    LegalizeLogFactory()
    ChannelFactory()
    admin.post(f"{MIS}/announcements", json={"title": "停机", "content": "今晚"})

    def total(path: str) -> int:
        answer = admin.get(f"{MIS}/{path}")
        assert answer.status_code == 200, answer.text
        number: int = answer.json["data"]["total_count"]
        return number

    assert total("administrators?keyword=" + admin.user.name) == 1
    assert total("groups") >= 1  # with those that installations start with
    assert total("permissions?parent_id=0") == 6
    assert total("users?keyword=读者") == 1
    assert total("legalizes?status=1") == 1
    assert total("channels?keyword=%") == 0
    assert total("announcements") == 1
    assert total("operationlogs?keyword=公告") == 1
    assert total("statistics_search") == total("statistics_search/misses") == 0
    table = admin.get(f"{MIS}/operationlogs/export").text
    assert "新增: 公告 停机" in table


def test_figures_by_the_hour_are_those_of_counting_event_by_event(admin):
    for seed in (1, 2):
        hourly.happen(until=clock.now(), count=300, seed=seed)
        rolling_up.roll_up()
    rolling_up.recount()

    happened = hourly.events()
    rows = hourly.expected_keywords(happened)
    assert hourly.written(hours.FROM_EVENTS) == hourly.expected(happened)
    assert hourly.written_keywords() == rows
    assert hourly.written_totals() == hourly.totals_of(rows)
    searched = {e.subject for e in happened if e.keyword} - {"-"}
    assert len(db.session.scalars(select(StatisticsSearcher.digest)).all()) == len(searched)

    data = admin.get(f"{MIS}/statistics_overview").json["data"]
    assert {name: card["total_count"] for name, card in data.items()} == {
        kind.wire_name: sum(hourly.written((kind,)).values()) for kind in StatisticsKind
    }
    today = clock.now().date()
    for size, points in (("month", 12), ("day", 1), ("hour", 24)):
        query = f"type=access&size={size}&begin={today}&end={today}"
        assert len(admin.get(f"{MIS}/statistics_basic?{query}").json["data"]) == points
    found = admin.get(f"{MIS}/statistics_search").json["data"]
    assert {row["keyword"]: row["count"] for row in found["keywords"]} == {
        word: sums[1] for word, sums in hourly.totals_of(rows).items()
    }
    assert admin.get(f"{MIS}/statistics_search/misses").json["data"]["total_count"] == 4
    for name in ("search_total", "sales_total", "read_source_total"):
        assert admin.get(f"{MIS}/statistics_{name}").status_code == 200
