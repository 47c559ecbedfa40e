"""Which Socket.IO packets clients may send."""

from __future__ import annotations

import pytest

from im.engine.judging import Verdict, judge


@pytest.mark.parametrize(
    "packet",
    [
        "0",
        '0{"token":"x"}',
        "0/chatbot,",
        "0/chatbot",
        '0/chatbot,{"a":"b"}',
        "0/other,",
        "1",
        "1/chatbot,",
        '2["message",{"msg":"x"}]',
        '2/chatbot,["message","x"]',
        '217["message"]',
        '2/chatbot,17["message"]',
    ],
)
def test_what_clients_send_passes(packet):
    assert judge(packet) is Verdict.PASSED


@pytest.mark.parametrize(
    "packet",
    [
        '2["connect",{"QUERY_STRING":"token=x"}]',
        '2["disconnect"]',
        '2["following notify",{}]',
        '2["sync notify"]',
        '2/chatbot,["connect"]',
        '2[""]',
        "30[]",
        '3/chatbot,12["x"]',
    ],
)
def test_what_is_nobodys_business_is_ignored(packet):
    assert judge(packet) is Verdict.IGNORED


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "7",
        "x",
        "2",
        "2[]",
        "2{}",
        '2"message"',
        "2[1]",
        "2[null]",
        '2["message"',
        '2["message"]x',
        "2" + "[" * 5000,
        '21234567890["message"]',
        '4{"message":"x"}',
        '51-["message",{"_placeholder":true,"num":0}]',
        '59999999999-["message"]',
        "61-0[]",
        "0[]",
        "0{",
        '0"x"',
        "0/" + "n" * 100,
        "1x",
        "3",
        "3x[]",
    ],
)
def test_what_no_client_would_send_is_broken(packet):
    assert judge(packet) is Verdict.BROKEN
