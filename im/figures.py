"""What this process tells Prometheus of its work (docs/operations.md)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any, Final

from common.utils.observing.figures import Counter, Gauge, Histogram

REVISIONS: Final = ("3", "4")
TRANSPORTS: Final = ("polling", "websocket")
# Any other name is no event of ours, whoever said it over the bus.
NAMES: Final = frozenset({
    "message", "following notify", "liking notify", "comment notify", "reply notify",
    "review notify", "verification notify", "announcement notify", "unread notify", "sync notify",
})  # fmt: skip
OTHER: Final = "other"
ANSWER_BUCKETS_SECONDS: Final = (0.05, 0.1, 0.3, 1.0, 2.0, 3.0, 3.5)

SOCKETS: Final = Gauge(
    "toutiao_im_sockets",
    "Open connections, by revision of Engine.IO and by transport.",
    ("revision", "transport"),
    multiprocess_mode="livesum",
)
EVENTS: Final = Counter("toutiao_im_events", "Events sent to clients, each of them.", ("event",))
BACKLOG_CLOSINGS: Final = Counter(
    "toutiao_im_backlog_closings", "Connections ended as their clients did not read."
)
REFUSED: Final = Counter("toutiao_im_refused", "Who was not let in, by why.", ("reason",))
PINGS: Final = Counter("toutiao_im_pings", "Pings that were due and sent.")
LATE_PINGS: Final = Counter("toutiao_im_late_pings", "Of these, more than a second after that.")
DEAF: Final = Counter("toutiao_im_bus_deaf_seconds", "How long the bus was not heard.")
ANSWERS: Final = Histogram(
    "toutiao_im_answer_seconds",
    "Questions to the chatbot, from their arrival to the answer, by what became of them.",
    ("outcome",),
    buckets=ANSWER_BUCKETS_SECONDS,
)


@cache
def _events(name: str) -> Any:
    """Found once: the library checks the labels at every search."""
    return EVENTS.labels(name)


def events(name: str) -> Any:
    """The counter of events of that name."""
    return _events(name if name in NAMES else OTHER)


def note_sockets(kinds: Iterable[tuple[int, bool]]) -> None:
    """Say how many are open.

    :param kinds: of each, the revision and whether it is a WebSocket
    """
    found = Tally(kinds)
    for revision, transport in product(REVISIONS, TRANSPORTS):
        count = found[int(revision), transport == "websocket"]
        SOCKETS.labels(revision, transport).set(count)
