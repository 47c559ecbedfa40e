"""What a client may send, and how long it may be silent (contract/realtime.md §6)."""

from __future__ import annotations

from typing import Final

PACKET_BYTES: Final = 8 * 1024
BODY_BYTES: Final = 64 * 1024  # of a polling POST, which may hold many packets
BACKLOG_FRAMES: Final = 100  # waiting for a client that does not read; one more, and it goes

PING_INTERVAL_SECONDS: Final = 25
PING_TIMEOUT_SECONDS: Final = 60
POLL_SECONDS: Final = 55.0  # that a poll may bring home nothing; proxies wait longer
PROBE_SECONDS: Final = 10.0  # from the beginning of an upgrade to its end
FIRST_NAMESPACE_SECONDS: Final = 20.0  # a connection that joins none is of no use
LAST_WORDS_SECONDS: Final = 5.0  # a polling client may come for them before it is forgotten
GUEST_IDLE_SECONDS: Final = 600.0

CALLS_AT_ONCE: Final = 1_000  # waiting for the hub; whoever listens on the bus waits then
