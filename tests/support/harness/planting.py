"""Foreign content for keys of STORE and CACHE: every type, and nonsense of the right type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TYPES: dict[str, Callable[[Any, bytes], Any]] = {
    "string": lambda redis, key: redis.set(key, "1"),
    "list": lambda redis, key: redis.rpush(key, "1", "2"),
    "hash": lambda redis, key: redis.hset(key, "11", "1"),
    "set": lambda redis, key: redis.sadd(key, "11"),
    "zset": lambda redis, key: redis.zadd(key, {"11": 1}),
    "stream": lambda redis, key: redis.xadd(key, {"11": "1"}),
}
_TOO_LONG = b"9" * 5000  # for a number
_SCORED: dict[str | bytes, float] = {"-7": float("inf"), b"\xff:": -1.5, _TOO_LONG: float("-inf")}
# Nonsense by name, then by type.
CONTENTS: dict[str, dict[str, Callable[[Any, bytes], Any]]] = {
    "bytes": {
        "string": lambda redis, key: redis.set(key, b"\xff\x00{"),
        "list": lambda redis, key: redis.rpush(key, b"\xff", ""),
        "hash": lambda redis, key: redis.hset(key, b"\xff", b"\xfe"),
        "set": lambda redis, key: redis.sadd(key, b"\xff", "", "u:", "u:x"),
        "zset": lambda redis, key: redis.zadd(key, {b"\xff": 0, "": 1, "a:b:c;d": 2}),
        "stream": lambda redis, key: redis.xadd(key, {b"\xff": b"\xfe"}),
    },
    "numbers": {
        "string": lambda redis, key: redis.set(key, _TOO_LONG),
        "list": lambda redis, key: redis.rpush(key, "nan", _TOO_LONG),
        "hash": lambda redis, key: redis.hset(key, mapping={"-1": "-1", "7": _TOO_LONG}),
        "set": lambda redis, key: redis.sadd(key, "-1", "-7", "1.5", _TOO_LONG),
        "zset": lambda redis, key: redis.zadd(key, _SCORED),
        "stream": lambda redis, key: redis.xadd(key, {"-1": _TOO_LONG}),
    },
    "markers": {
        "string": lambda redis, key: redis.set(key, "-1"),
        "list": lambda redis, key: redis.rpush(key, "-1"),
        "hash": lambda redis, key: redis.hset(key, "-1", "x"),
        "set": lambda redis, key: redis.sadd(key, "-1", "x"),
        "zset": lambda redis, key: redis.zadd(key, {"-1": -4, ",:;": 0}),
        "stream": lambda redis, key: redis.xadd(key, {"-1": "x"}),
    },
}


def plant_type(redis: Any, key: bytes, type_: str) -> None:
    """Put a value of a type in place of what a key holds, for ever."""
    redis.delete(key)
    TYPES[type_](redis, key)


def plant_content(redis: Any, key: bytes, name: str) -> None:
    """Put nonsense of the type that it has in place of what a key holds, for ever."""
    type_ = redis.type(key).decode()
    redis.delete(key)
    CONTENTS[name][type_](redis, key)
