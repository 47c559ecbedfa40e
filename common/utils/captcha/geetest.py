"""Geetest v3: a slide puzzle, posed and judged by the provider, with its own offline mode.

While the provider is away the puzzle is posed by its script alone, and the answer only proves that
the script ran: callers limit that mode more strictly (contract/faults.md row 59).
"""

from __future__ import annotations

import hmac
import secrets
import time
from hashlib import md5

import structlog

from common.utils.captcha.interface import Challenge, Solution
from common.utils.net import outbound
from common.utils.net.outbound import Limits, Provider

log = structlog.get_logger(__name__)

URL = "https://api.geetest.com"
# Two seconds in all (contract/media-platform.md §2.1).
LIMITS = Limits(connect=0.7, silence=0.7, total=1.2, answer_bytes=16 * 1024)
OFFLINE_SECONDS = 10  # for which a provider that failed is not asked again
ONLINE_CHARACTERS = 32
REFUSED = "false"


class Geetest:
    """Puzzles of one account with the provider."""

    needed = ("challenge", "validate", "seccode")

    def __init__(self, account: str, key: str, *, url: str = URL, limits: Limits = LIMITS) -> None:
        self._account = account
        self._key = key
        self._url = url
        self._provider = Provider(limits)
        self._away_until = 0.0

    def pose(self, *, subject: str, address: str) -> Challenge:
        """A puzzle of the provider's, or one of its offline mode if it does not answer."""
        given = self._registered(subject, address)
        if given is None:
            return Challenge(False, self._account, _offline_challenge())
        return Challenge(True, self._account, _md5(given + self._key))

    def is_solved(self, challenge: str, solution: Solution, *, is_online: bool) -> bool:
        """Whether the provider says so; offline, whether its script does."""
        # The script in the browser may add two characters to a challenge.
        if not solution.challenge.startswith(challenge):
            return False
        if not is_online:
            return _are_equal(solution.validate, _md5(solution.challenge))
        proof = _md5(f"{self._key}geetest{solution.challenge}")
        return _are_equal(solution.validate, proof) and self._is_confirmed(solution)

    def close(self) -> None:
        """Give the connections to the provider back."""
        self._provider.close()

    def _registered(self, subject: str, address: str) -> str | None:
        """The provider's part of a challenge; None if it is away."""
        query = {
            "gt": self._account,
            "json_format": "1",
            "user_id": subject,
            "client_type": "unknown",
            "ip_address": address,
        }
        answer = self._asked("GET", "/register.php", params=query)
        given = answer.get("challenge")
        if isinstance(given, str) and len(given) == ONLINE_CHARACTERS:
            return given
        return None

    def _is_confirmed(self, solution: Solution) -> bool:
        form = {
            "seccode": solution.seccode,
            "challenge": solution.challenge,
            "captchaid": self._account,
            "json_format": "1",
            "timestamp": str(int(time.time())),
        }
        verdict = self._asked("POST", "/validate.php", data=form).get("seccode")
        return isinstance(verdict, str) and verdict not in ("", REFUSED)

    def _asked(self, method: str, path: str, **options: object) -> dict[str, object]:
        """The provider's answer; nothing while it is away, and for a while after it failed."""
        if time.monotonic() < self._away_until:
            return {}
        try:
            answer = self._provider.call(method, self._url + path, **options)
            said = answer.json()
        except outbound.FAILURES as error:
            self._away_until = time.monotonic() + OFFLINE_SECONDS
            log.warning("captcha_provider_away", error=type(error).__name__)
            return {}
        return said if isinstance(said, dict) else {}


def _offline_challenge() -> str:
    """Thirty-four characters tell the script that the provider is away."""
    return secrets.token_hex(17)


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _are_equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
