"""What every way of telling people from programs can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Challenge:
    """A riddle for one client.

    :param is_online: whether the provider made it; False in its documented offline mode
    :param account: the provider's name for us, which its script in the browser wants
    :param value: what the answer has to refer to
    :param details: further members for clients, by name
    """

    is_online: bool
    account: str
    value: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Solution:
    """What a client sends back, as it names it; empty text is what it did not send."""

    challenge: str = ""
    validate: str = ""
    seccode: str = ""
    altcha: str = ""


class CaptchaDriver(Protocol):
    """A kind of riddle. None of its methods raises because a provider is away."""

    @property
    def needed(self) -> tuple[str, ...]:
        """Members of a solution without which it is none."""

    def pose(self, *, subject: str, address: str) -> Challenge:
        """A new riddle for somebody at an address."""

    def is_solved(self, challenge: str, solution: Solution, *, is_online: bool) -> bool:
        """Whether the solution is right for this challenge; each is asked about once."""

    def close(self) -> None:
        """Give connections back, if it has any."""
