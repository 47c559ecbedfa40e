"""What may be tried again with one effect: attempts, their answers, and who remembers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered.

    :param headers: of its own, each once: the version of a text (``ETag``), say
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that may have been made before.

    :param owner: whose key it is: ``app:<user id>`` or ``mis:<administrator id>``
    :param route: which verb of the product it calls, whatever alias of its path was used
    :param digest: of everything that was sent with it
    """

    owner: str
    key: str
    route: str
    digest: str


class Keeper(Protocol):
    """The service that remembers answers (services/idempotency.py)."""

    def find_answer(self, attempt: Attempt) -> Answer | None:
        """What the first such attempt was answered, None if there was none; locks nothing."""

    def answer_once(self, attempt: Attempt, answer: Callable[[], Answer]) -> Answer:
        """The answer of the first such attempt; ``answer`` is called for the first one only."""
