"""What clients of socket.io 2.x speak, told in the words of the revision that the library knows.

Engine.IO 3 (``EIO=3``) differs from 4 in how packets are put together in the body of a polling
request and in who sends the pings; Socket.IO 4 (the protocol inside of it) from 5 in CONNECT: that
of ``/`` is implied, others have a query where newer clients send ``auth``, and answers carry no
object. Sources: the protocol documents of engine.io-protocol (v3) and socket.io-protocol (v4).
Binary packets are not supported.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

CLOSE: Final = "1"  # these of Engine.IO, the same in both revisions
PING: Final = "2"
PONG: Final = "3"
MESSAGE: Final = "4"

CONNECT: Final = "0"
CONNECT_ERROR: Final = "4"
IMPLIED_CONNECT: Final = CONNECT  # of "/", which clients of 2.x take for granted

MAX_QUERY_FIELDS: Final = 16
MAX_LENGTH_DIGITS: Final = 5  # of a packet in a body, whose size is bounded anyway
LAST_OF_ONE_UNIT: Final = "\uffff"  # what comes behind has two units in UTF-16


class BrokenFraming(ValueError):
    """The body is not a row of packets, each behind its length and a colon."""


def framed(packets: list[str]) -> str:
    """The body that holds these packets: ``<length>:<packet>`` each, lengths as JavaScript counts
    characters, which is in units of UTF-16."""
    return "".join(f"{_units(packet)}:{packet}" for packet in packets)


def unframed(body: str) -> list[str]:
    """The packets in a body.

    :raises BrokenFraming: it is not made as :func:`framed` makes it
    """
    packets, at = [], 0
    while at < len(body):
        start, length = _header(body, at)
        at = _behind(body, start, length)
        packets.append(body[start:at])
    return packets


def connect_of(packet: str) -> str:
    """A Socket.IO packet of a client of 2.x as newer ones send it: the query of a namespace
    becomes what they send as ``auth``. Other packets stay as they are."""
    if not packet.startswith(CONNECT + "/"):
        return packet
    address = packet[1:].partition(",")[0]
    namespace, _, query = address.partition("?")
    told = dict(parse_qsl(query, max_num_fields=MAX_QUERY_FIELDS)) if query else {}
    return f"{CONNECT}{namespace},{orjson.dumps(told).decode() if told else ''}"


def told_to_client(packet: str) -> str:
    """A Socket.IO packet of ours as clients of 2.x expect it: CONNECT says nothing but the
    namespace, a refusal is the mere text."""
    kind = packet[:1]
    if kind not in (CONNECT, CONNECT_ERROR):
        return packet
    namespace, content = _namespace_of(packet[1:])
    if kind == CONNECT:
        return CONNECT + namespace
    refusal: Any = orjson.loads(content) if content else ""
    text = refusal.get("message", "") if isinstance(refusal, dict) else refusal
    return f"{CONNECT_ERROR}{namespace}{orjson.dumps(text).decode()}"


def _namespace_of(rest: str) -> tuple[str, str]:
    """The namespace with its comma, empty for ``/``, and what follows."""
    if not rest.startswith("/"):
        return "", rest
    name, comma, content = rest.partition(",")
    return name + (comma or ","), content


def _header(body: str, at: int) -> tuple[int, int]:
    """Where the packet behind the length at ``at`` begins, and that length."""
    colon = body.find(":", at, at + MAX_LENGTH_DIGITS + 1)
    digits = body[at:colon] if colon > at else ""
    if not (digits.isascii() and digits.isdigit()):
        raise BrokenFraming("no length")
    length = int(digits)
    if length == 0:
        raise BrokenFraming("an empty packet")
    return colon + 1, length


def _behind(body: str, start: int, units: int) -> int:
    """Where a packet of so many units of UTF-16 ends."""
    end = start + units
    if _astral(body, start, end):  # counted one by one only where somebody wrote an emoji
        end, left = start, units
        while left > 0 and end < len(body):
            left -= 2 if body[end] > LAST_OF_ONE_UNIT else 1
            end += 1
        if left:
            raise BrokenFraming("ends amidst a character, or too early")
    elif end > len(body):
        raise BrokenFraming("shorter than it says")
    return end


def _astral(body: str, start: int, end: int) -> bool:
    part = body[start:end]
    return not part.isascii() and max(part) > LAST_OF_ONE_UNIT


def _units(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for each in text if each > LAST_OF_ONE_UNIT)
