"""Sending codes: each once, none too many, and what a failing provider changes."""

from __future__ import annotations

import pytest

from common.errors import DependencyUnavailable
from common.services.accounts import sms_sending
from common.utils.dysms import SmsRefused, SmsUnavailable

MOBILE, CODE = "13911111111", "135790"


class Provider:
    """Outside the building: takes messages, or raises what it was told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.failure: Exception | None = None

    def send(self, mobile: str, code: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append((mobile, code))


@pytest.fixture
def provider(runtime):
    fake = Provider()
    sms_sending.init(runtime, fake)
    yield fake
    sms_sending.init(runtime)


def test_a_message_delivered_twice_is_sent_once(provider):
    for _ in range(2):
        sms_sending.send_code(mobile=MOBILE, code=CODE)

    assert provider.sent == [(MOBILE, CODE)]


def test_a_new_code_for_the_same_mobile_is_another_message(provider):
    sms_sending.send_code(mobile=MOBILE, code=CODE)
    sms_sending.send_code(mobile=MOBILE, code="024680")

    assert provider.sent == [(MOBILE, CODE), (MOBILE, "024680")]


def test_a_message_the_provider_did_not_take_may_be_tried_again(provider):
    provider.failure = SmsUnavailable()
    with pytest.raises(SmsUnavailable):
        sms_sending.send_code(mobile=MOBILE, code=CODE)

    provider.failure = None
    sms_sending.send_code(mobile=MOBILE, code=CODE)

    assert provider.sent == [(MOBILE, CODE)]


def test_a_message_the_provider_will_never_take_is_not_tried_again(provider):
    provider.failure = SmsRefused("isv.MOBILE_NUMBER_ILLEGAL")
    sms_sending.send_code(mobile=MOBILE, code=CODE)

    provider.failure = None
    sms_sending.send_code(mobile=MOBILE, code=CODE)

    assert provider.sent == []


@pytest.mark.settings(sms_daily_cap=2)
def test_no_more_messages_leave_in_a_day_than_money_is_allowed(provider):
    for last in range(4):
        sms_sending.send_code(mobile=MOBILE, code=f"10000{last}")

    assert len(provider.sent) == 2


def test_nothing_is_sent_while_nobody_can_tell_what_was_sent(provider, valkey):
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        sms_sending.send_code(mobile=MOBILE, code=CODE)

    assert provider.sent == []
