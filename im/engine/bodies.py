"""Bodies of polling requests and answers, in either revision."""

from __future__ import annotations

from typing import Any, Final

from engineio import packet as wire
from engineio.exceptions import ContentTooLongError, EngineIOError

from im.engine import revision3
from im.engine.limits import BODY_BYTES, PACKET_BYTES

Environ = dict[str, Any]
Response = dict[str, Any]  # status, headers and response, as the library builds them

SEPARATOR: Final = "\x1e"  # between packets, revision 4


def packets_of(environ: Environ, revision: int) -> list[str]:
    """The packets in a request's body, however many.

    :raises EngineIOError: too large, or broken
    """
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_BYTES:
        raise ContentTooLongError(length)
    try:
        body = environ["wsgi.input"].read(int(length)).decode()
        packets = revision3.unframed(body) if revision == 3 else body.split(SEPARATOR)
    except ValueError as error:
        raise EngineIOError("broken body") from error
    if not all(0 < len(each.encode()) <= PACKET_BYTES for each in packets):
        raise ContentTooLongError("a packet")
    return packets


def text_of(packet: Any, revision: int) -> str:
    """A packet as it goes over the wire."""
    if revision == 3 and packet.packet_type == wire.MESSAGE:
        return revision3.MESSAGE + revision3.told_to_client(packet.data)
    text: str = packet.encode()
    return text


def answer(packets: list[Any], revision: int) -> Response:
    """The answer to a poll."""
    texts = [text_of(each, revision) for each in packets]
    body = revision3.framed(texts) if revision == 3 else SEPARATOR.join(texts)
    return {
        "status": "200 OK",
        "headers": [("Content-Type", "text/plain; charset=UTF-8")],
        "response": body.encode(),
    }


def refusal(text: str, status: str = "400 Bad Request") -> Response:
    """The answer to who does something else than clients do."""
    return {
        "status": status,
        "headers": [("Content-Type", "text/plain; charset=UTF-8")],
        "response": text.encode(),
    }
