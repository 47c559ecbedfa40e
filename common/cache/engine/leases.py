"""Leases: which process may load a missing value, and how an invalidation refuses its result."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from common.extensions.redis import Command

Kind = Literal["string", "hash", "set", "zset"]  # what Redis calls the type of a key

# A load takes milliseconds; a loader that died must not hold the others up for long.
LEASE_MS = 3000
# After an invalidation a lagging replica could still serve the old row (contract/faults.md 8).
INVALIDATED_MS = 6000

_SCRIPTS = Path(__file__).parent / "scripts"
TAKE_LEASE = (_SCRIPTS / "take_lease.lua").read_text(encoding="utf-8")
DROP_LEASE = (_SCRIPTS / "drop_lease.lua").read_text(encoding="utf-8")
STORE_IF_LEASED = (_SCRIPTS / "store_if_leased.lua").read_text(encoding="utf-8")
STORE_MEMBERS = (_SCRIPTS / "store_members.lua").read_text(encoding="utf-8")
LIST_PAGE = (_SCRIPTS / "list_page.lua").read_text(encoding="utf-8")


def lease_key(key: str) -> str:
    """Key of the lease on ``key``; the hash tag puts it into the same slot."""
    return f"lock:{{{key}}}"


def mark_key(key: str) -> str:
    """Key that says ``key`` was invalidated a moment ago; same slot."""
    return f"inv:{{{key}}}"


def new_token() -> str:
    """A token that tells this load from all others."""
    return secrets.token_hex(8)


def take(key: str, token: str, kind: Kind) -> Command:
    """Command that returns the whole value or tries to lease it; see ``take_lease.lua``."""
    return (
        "EVAL", TAKE_LEASE, 3, key, lease_key(key), mark_key(key), token, LEASE_MS, kind,
    )  # fmt: skip


def drop(key: str, token: str) -> Command:
    """Command that gives the lease back."""
    return ("EVAL", DROP_LEASE, 1, lease_key(key), token)


def store_value(key: str, token: str, value: bytes, ttl_ms: int) -> Command:
    """Command that stores a loaded string value while the lease lasts."""
    return ("EVAL", STORE_IF_LEASED, 2, key, lease_key(key), token, value, ttl_ms)


def store_members(
    key: str, token: str, verb: str, arguments: Sequence[Any], ttl_ms: int
) -> Command:
    """Command that stores a loaded hash, set or sorted set while the lease lasts."""
    return ("EVAL", STORE_MEMBERS, 2, key, lease_key(key), token, ttl_ms, verb, *arguments)


def forget(key: str) -> list[Command]:
    """Commands that mark the key, refuse the loads under way, and drop the value.

    In this order: who becomes the loader in between must already see the mark. One key each, so
    that they work while the slot is being moved to another node.
    """
    return [
        ("SET", mark_key(key), "1", "PX", INVALIDATED_MS),
        ("DEL", lease_key(key)),
        ("DEL", key),
    ]
