"""Recorded behaviour as values: what happened, how it is counted, and as what it is written."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, NamedTuple

import orjson

from common.schemas import traces
from common.utils import clock
from common.utils.background import memories
from common.utils.constants import BehaviourKind, ReadSource
from common.utils.crypto import sealing
from common.utils.networks import limit_group

IP_HASH_DIGITS: Final = 16
SUBJECT_LENGTH: Final = 64
LONGEST_USER_ID: Final = 20  # digits; hashes of devices are longer
NOBODY: Final = "-"
EXPOSURE: Final = BehaviourKind.EXPOSURE
VISIT: Final = BehaviourKind.VISIT
# Visits of one subject and address within this time are one row. So are exposures of an article in
# a channel, whoever saw it: that is in the trace line. A row for each would soon be most of the
# database, and writing them a quarter of what a feed page costs.
SLOTS_MS: Final = {VISIT: 60_000, EXPOSURE: 10_000}


class Row(NamedTuple):
    """A row of the table, in the order it is inserted."""

    at: datetime
    kind: int
    n: int
    subject: str
    ip_hash: str | None
    article_id: int | None
    channel_id: int | None
    author_id: int | None
    source: int | None
    seconds: int | None
    keyword: str | None
    completion: int | None = None
    by_follower: bool = False
    missed: bool = False


class Event(NamedTuple):
    """One thing that happened.

    :param subject: user id, ``anon:<hash>``, or None: then the address stands for the subject
    :param trace: parameters of the trace line; None if there is no line, or if it is made here,
        as that of an exposure is
    """

    at_ms: int
    kind: BehaviourKind
    subject: str | None = None
    ip: str | None = None
    article_ids: tuple[int, ...] = ()
    channel_id: int | None = None
    author_id: int | None = None
    source: ReadSource | None = None
    seconds: int | None = None
    keyword: str | None = None
    missed: bool = False
    trace: dict[str, str] | None = None


class Slot(NamedTuple):
    """What events of one time slot have in common that are counted: by article, or None for
    events that are about none.

    :param begins_ms: when the time slot begins
    """

    begins_ms: int
    kind: BehaviourKind
    subject: str | None = None
    ip: str | None = None
    channel_id: int | None = None
    source: ReadSource | None = None

    @property
    def ends_ms(self) -> int:
        """When it is over."""
        return self.begins_ms + SLOTS_MS[self.kind]

    def event(self, article_id: int | None) -> Event:
        """One event that stands for all about an article."""
        ids = () if article_id is None else (article_id,)
        at_ms, kind, subject, ip, channel_id, source = self
        return Event(at_ms, kind, subject, ip, ids, channel_id, source=source)


def line_of(event: Event) -> bytes:
    """The trace line. Pure ASCII, so that nothing in it can pass for the end of a line."""
    trace = event.trace
    if trace is None:
        trace = traces.exposure(event.subject or "", event.article_ids)
    line = {
        "actionTime": _second(event.at_ms // 1000),
        "readTime": "" if event.seconds is None else str(event.seconds),
        "channelId": event.channel_id,
        "param": trace,
    }
    encoded = orjson.dumps(line)
    if not encoded.isascii():
        encoded = json.dumps(line, separators=(",", ":")).encode()
    return encoded + b"\n"


@memories.cached("trace_seconds", size=64)
def _second(epoch_seconds: int) -> str:
    return f"{clock.from_ms(epoch_seconds * 1000):%Y-%m-%d %H:%M:%S}"


def rows_of(event: Event, count: int = 1) -> list[Row]:
    """One row per article, or a single one if the event is about none."""
    ip_hash = address_hash(event.ip) if event.ip else None
    # Behind its prefix an anonymous subject is a hash of the column's length.
    subject = (event.subject or "").removeprefix("anon:")[:SUBJECT_LENGTH] or ip_hash or NOBODY
    source = None if event.source is None else int(event.source)
    before = (clock.from_ms(event.at_ms), int(event.kind), count, subject, ip_hash)
    after = (event.channel_id, event.author_id, source, event.seconds, event.keyword)
    ids = event.article_ids or (None,)
    return [Row(*before, article_id, *after, missed=event.missed) for article_id in ids]


@memories.cached("address_hashes", size=4096)
def address_hash(ip: str) -> str:
    """What stands for an address wherever it is kept: one for each that limits count by.

    Whoever has one IPv6 address has as many as he likes (contract/additions.md §1.7).
    """
    return sealing.digest("address", limit_group(ip))[:IP_HASH_DIGITS]
