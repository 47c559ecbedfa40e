"""Calls to providers over HTTP that cannot hang and cannot flood: bounded in time and in size.

contract/security.md §7, row 74: a provider may answer with 100 MB, or never stop answering.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import orjson


@dataclass(frozen=True)
class Limits:
    """How long a provider may take, in seconds, and how much it may say."""

    connect: float = 2.0
    silence: float = 3.0  # between two pieces of an answer
    total: float = 5.0
    answer_bytes: int = 256 * 1024


LIMITS = Limits()


class AnswerUnusable(Exception):
    """The provider's answer is too long, too slow, or not what was asked for."""


@dataclass(frozen=True)
class Answer:
    """What a provider said."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON.

        :raises AnswerUnusable: it is something else
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise AnswerUnusable("not JSON") from error


# What ``call`` and ``json`` may raise: each provider's module translates it.
FAILURES = (httpx.HTTPError, httpx.InvalidURL, AnswerUnusable)


class Provider:
    """A pool of connections to one provider; opens nothing yet, never follows redirects."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._client = httpx.Client(
            timeout=httpx.Timeout(limits.silence, connect=limits.connect),
            # A compressed answer could be a thousand times longer than its limit.
            headers={"Accept-Encoding": "identity"},
            follow_redirects=False,
        )

    def call(self, method: str, url: str, **options: Any) -> Answer:
        """Send one request and read the answer, whatever its status.

        :raises httpx.HTTPError: the provider cannot be reached or falls silent
        :raises AnswerUnusable: the answer is too long or takes too long
        """
        deadline = time.monotonic() + self._limits.total
        with self._client.stream(method, url, **options) as response:
            body = read_bounded(response.iter_raw(), deadline, self._limits)
        return Answer(response.status_code, body)

    def close(self) -> None:
        """Give all connections back."""
        self._client.close()


def read_bounded(pieces: Iterable[bytes], deadline: float, limits: Limits) -> bytes:
    """All pieces of an answer together; ``deadline`` is a time of ``time.monotonic``.

    :raises AnswerUnusable: there are too many, or they come too slowly
    """
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limits.answer_bytes:
            raise AnswerUnusable("too long")
        if time.monotonic() > deadline:
            raise AnswerUnusable("too slow")
    return bytes(body)
