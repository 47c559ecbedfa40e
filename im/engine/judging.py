"""What clients send, looked at before the library sees it: which packets they may send at all.

The library would take an event called ``connect`` or ``disconnect`` for one of its own, whoever
sent it, and traces of broken JSON would fill the log.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

import orjson

CONNECT, DISCONNECT, EVENT, ACK = "0", "1", "2", "3"
EVENTS: Final = frozenset({"message"})  # all that clients have to say

_CONNECT: Final = re.compile(r"0(?:/[^,?]{0,64}(?:\?[^,]*)?(?:,|$))?(?P<auth>\{.*)?", re.DOTALL)
_DISCONNECT: Final = re.compile(r"1(?:/[^,?]{1,64},?)?")
_EVENT: Final = re.compile(r"2(?:/[^,?]{1,64},)?\d{0,9}(?P<content>\[.*)", re.DOTALL)
_ACK: Final = re.compile(r"3(?:/[^,?]{1,64},)?\d{1,9}\[.*", re.DOTALL)


class Verdict(Enum):
    """What becomes of a Socket.IO packet of a client."""

    PASSED = auto()
    IGNORED = auto()  # harmless, and nobody's business
    BROKEN = auto()  # nothing that a client would send: the connection ends


def judge(packet: str) -> Verdict:
    """Whether a packet is one that clients may send (contract/security.md rows 92, 94)."""
    match packet[:1]:
        case "2":
            return _judge_event(packet)
        case "0":
            return _judge_connect(packet)
        case "1":
            return Verdict.PASSED if _DISCONNECT.fullmatch(packet) else Verdict.BROKEN
        case "3":  # we never ask for one
            return Verdict.IGNORED if _ACK.fullmatch(packet) else Verdict.BROKEN
    return Verdict.BROKEN


def _judge_event(packet: str) -> Verdict:
    found = _EVENT.fullmatch(packet)
    if found is None:
        return Verdict.BROKEN
    try:
        content = orjson.loads(found["content"])
    except orjson.JSONDecodeError:
        return Verdict.BROKEN
    if not content or not isinstance(content[0], str):
        return Verdict.BROKEN
    return Verdict.PASSED if content[0] in EVENTS else Verdict.IGNORED


def _judge_connect(packet: str) -> Verdict:
    found = _CONNECT.fullmatch(packet)
    if found is None:
        return Verdict.BROKEN
    if found["auth"] is None:
        return Verdict.PASSED
    try:
        return Verdict.PASSED if isinstance(orjson.loads(found["auth"]), dict) else Verdict.BROKEN
    except orjson.JSONDecodeError:
        return Verdict.BROKEN
