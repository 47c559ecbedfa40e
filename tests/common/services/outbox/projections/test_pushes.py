"""What goes over the bus besides notifications (contract/realtime.md §4, §7)."""

from __future__ import annotations

import pytest

from common.schemas.events.accounts import TokenRevoked, UserFrozen, UserThawed
from common.schemas.events.notifications import NotificationsRead
from common.services.outbox.effects import MalformedPayload, stored_effect
from common.services.outbox.projections import pushes
from common.utils import clock
from tests.support.scenarios.telling import happened

USER = 7
JTI = "0123456789abcdef0123456789abcdef"


def orders(bus):
    """Control messages, without who said so."""
    return [{name: value for name, value in each.items() if name != "host_id"} for each in bus()]


def test_whose_account_is_closed_has_all_his_connections_closed(bus):
    happened(UserFrozen(user_id=USER))

    assert orders(bus) == [{"method": "sign_out", "user_id": USER, "jti": None}]


def test_a_log_out_closes_the_connections_of_that_log_in(bus):
    happened(TokenRevoked(jti=JTI, user_id=USER))

    assert orders(bus) == [{"method": "sign_out", "user_id": USER, "jti": JTI}]


@pytest.mark.parametrize("event", [TokenRevoked(jti=JTI), UserThawed(user_id=USER)])
def test_administrators_and_the_thawed_have_none_to_close(bus, event):
    happened(event)

    assert bus() == []


def test_all_devices_hear_how_many_are_unread(bus):
    happened(NotificationsRead(user_id=USER, unread_count=3))

    (message,) = bus()
    assert (message["method"], message["event"]) == ("emit", "unread notify")
    assert (message["room"], message["namespace"]) == (f"u:{USER}", "/")
    assert message["data"] == [{"unread_count": 3}]


@pytest.mark.parametrize(
    "payload",
    [{}, {"event": "x", "data": 1}, {"event": 1, "data": {}}, {"sign_out": "7"}],
)
def test_a_damaged_row_is_not_told_and_alone_to_blame(bus, payload):
    effect = stored_effect(1, payload, clock.now(), taken_up=clock.now())

    with pytest.raises(MalformedPayload):
        pushes.deliver([effect])

    assert bus() == []
