"""Which pages readers were shown, for those who learn from them (contract/additions.md §1.6).

SQL has only counts of it (ADR 0005). A sink is bounded, or whoever reads it keeps what he needs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, Protocol

import orjson

from common.errors import DependencyUnavailable
from common.extensions.messaging.streams import Streams
from common.extensions.redis import store
from common.schemas import traces
from common.services.behaviour.events import Event
from common.utils.background.errands import Complaints

KEY: Final = "stream:impressions"
MAX_ENTRIES: Final = 1_000_000
MAX_BYTES: Final = 200_000_000
# Trimmed to a little less, so that it is not trimmed again with the next page.
TRIMMED_TO: Final = 0.95
SAMPLES: Final = 20  # parts of the stream that its size is guessed from
PAGES_AT_ONCE: Final = 200
KAFKA: Final = "kafka://"
TOPIC: Final = "impressions"


class Sink(Protocol):
    """Where pages go."""

    def append(self, pages: Sequence[Event], /) -> None:
        """Add pages, in order.

        :raises DependencyUnavailable: they cannot be taken now
        """


def sink_of(setting: str) -> Sink | None:
    """The sink that ``TRACE_SINK`` names; None for none. Connects nothing.

    :raises SettingsError: its driver is not installed
    """
    if setting == "off":
        return None
    if setting.startswith(KAFKA):
        servers, _, topic = setting.removeprefix(KAFKA).partition("/")
        return KafkaSink(servers.split(","), topic or TOPIC)
    return StoreSink()


class StoreSink:
    """A stream in STORE, the oldest pages of which make room for new ones."""

    def __init__(self, *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries, self._max_bytes = max_entries, max_bytes

    def append(self, pages: Sequence[Event], /) -> None:
        """Add pages. One stage, one more if the stream has become too large."""
        commands: list[tuple[Any, ...]] = [("XADD", KEY, "*", *_fields(page)) for page in pages]
        *_, length, used = self._stage(
            [
                *commands,
                ("XTRIM", KEY, "MAXLEN", self._max_entries),
                ("XLEN", KEY),
                ("MEMORY", "USAGE", KEY, "SAMPLES", SAMPLES),
            ]
        )
        if (used or 0) > self._max_bytes:
            kept = int(length * self._max_bytes / used * TRIMMED_TO)
            self._stage([("XTRIM", KEY, "MAXLEN", kept)])

    def _stage(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        replies = store.stage(commands)
        for reply in replies:
            if isinstance(reply, Exception):
                store.disown({KEY: "stream"})
                raise DependencyUnavailable(store.name) from reply
        return replies


class KafkaSink:
    """A topic, one message of JSON for each page."""

    def __init__(self, servers: Sequence[str], topic: str) -> None:
        self._streams, self._topic = Streams(), topic
        self._streams.bind(servers, setting="TRACE_SINK")

    def append(self, pages: Sequence[Event], /) -> None:
        """Add pages."""
        self._streams.send(self._topic, [_message(page) for page in pages])


class Pages:
    """Pages that wait for their sink: bounded, in order."""

    def __init__(self, sink: Sink | None, capacity: int) -> None:
        self._sink, self._capacity = sink, capacity
        self._waiting: deque[Event] = deque()
        self._complaints = Complaints()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, page: Event) -> bool:
        """Whether there was room for a page, or nobody wants it."""
        if self._sink is None:
            return True
        if len(self._waiting) >= self._capacity:
            return False
        self._waiting.append(page)
        return True

    def send(self) -> None:
        """Hand over what can be handed over now."""
        while self._sink is not None and self._waiting:
            some = list(islice(self._waiting, PAGES_AT_ONCE))
            try:
                self._sink.append(some)
            except DependencyUnavailable as error:
                self._complaints.utter("impressions_wait", dependency=error.dependency)
                return
            for _ in some:
                self._waiting.popleft()


def _fields(page: Event) -> tuple[Any, ...]:
    ids = ",".join(map(str, page.article_ids))
    return (
        *("at", page.at_ms),
        *("subject", page.subject or ""),
        *("channel", page.channel_id),
        *("algorithm", traces.ALGORITHM),
        *("articles", ids),
    )


def _message(page: Event) -> str:
    return orjson.dumps(
        {
            "at": page.at_ms,
            "subject": page.subject or "",
            "channel": page.channel_id,
            "algorithm": traces.ALGORITHM,
            "articles": page.article_ids,
        }
    ).decode()
