"""Who was here: visits and logins (contract/additions.md §1.1)."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from common.extensions.db import db
from common.models import BehaviourEvent
from common.services.behaviour import recording
from common.services.behaviour.events import address_hash
from common.utils import clock
from common.utils.constants import BehaviourKind
from common.utils.networks import UNKNOWN
from tests.support.clients.logging_in import account_of, another, code_for, log_in, new_mobile

CHANNELS = "/v1_0/user/channels"
DEVICE = {"Authorization": "Anony device-1"}


def events(kind):
    """Subject, hash of the address and number of each event of this kind."""
    recording.flush()
    db.session.rollback()
    query = select(BehaviourEvent).where(BehaviourEvent.kind == kind).order_by(BehaviourEvent.id)
    return [(row.subject, row.ip_hash, row.n) for row in db.session.scalars(query)]


def visits():
    return events(BehaviourKind.VISIT)


def test_every_answer_is_a_visit_and_those_of_a_minute_are_one_row(reader, anonymous):
    next_minute = clock.now_ms() // 60_000 * 60 + 60
    with time_machine.travel(next_minute + 10, tick=False) as time:
        for _ in range(3):
            reader.get(CHANNELS)
        reader.get("/v1_0/articles/404")
        anonymous.get(CHANNELS, headers=DEVICE)
        anonymous.get(CHANNELS)
        time.shift(60)
        reader.get(CHANNELS)

    home = address_hash(UNKNOWN)
    me, found = str(reader.user.user_id), visits()
    device = found[1][0]
    assert found == [(me, home, 4), (device, home, 1), (home, home, 1), (me, home, 1)]
    assert len(device) == 64


def test_one_ipv6_network_is_one_address_and_a_minute_of_it_one_row(anonymous):
    next_minute = clock.now_ms() // 60_000 * 60 + 60
    with time_machine.travel(next_minute + 10, tick=False):
        for address in ("2001:db8:1:1::1", "2001:db8:1:1:2::3", "2001:db8:1:2::1"):
            anonymous.get(CHANNELS, environ_overrides={"REMOTE_ADDR": address})

    first, second = visits()
    assert (first[2], second[2]) == (2, 1)
    assert len({subject for subject, _, _ in (first, second)}) == 2


def test_editors_visit_and_operators_do_not(author, admin):
    author.get("/mp/v1_0/user/profile")
    admin.get("/mis/v1_0/users")

    assert [(subject, n) for subject, _, n in visits()] == [(str(author.user.user_id), 1)]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("HEAD", CHANNELS, {}),
        ("OPTIONS", CHANNELS, {}),
        ("OPTIONS", CHANNELS, {"Origin": "https://news.cn"}),
        ("GET", "/v1_0/nothing/here", {}),
        ("GET", CHANNELS, {"User-Agent": "Baiduspider/2.0"}),
        ("GET", "/healthz", {}),
        ("GET", "/docs", {}),
    ],
)
def test_what_nobody_reads_is_no_visit(anonymous, method, path, headers):
    anonymous.open(path, method=method, headers=headers)

    assert visits() == []


def test_a_login_is_recorded_once_and_a_refused_one_never(anonymous):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)

    log_in(anonymous, mobile, another(code))
    log_in(anonymous, mobile, code)

    home = address_hash(UNKNOWN)
    assert events(BehaviourKind.LOGIN) == [(str(account_of(mobile).user_id), home, 1)]


def test_a_request_pays_nothing_for_being_counted(reader, cost):
    for _ in range(2):
        with cost() as spent:
            reader.get(CHANNELS)

    assert spent.sql == 0
    assert visits()
