"""ALTCHA's proof of work: a number that a browser has to search for; nobody else is asked.

The format of version 1 of its widget (https://altcha.org/docs/v2/proof-of-work/): find the number
with which the salt has this SHA-256. It costs a browser a fraction of a second, and whoever wants
ten thousand messages ten thousand times that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

import orjson

from common.utils import clock
from common.utils.captcha.interface import Challenge, Solution

ALGORITHM = "SHA-256"
MAX_NUMBER = 100_000
LIFE = timedelta(minutes=5)
MAX_CHARACTERS = 2048  # of a solution


class Altcha:
    """Riddles signed with a key of ours."""

    needed = ("altcha",)

    def __init__(self, key: bytes, *, max_number: int = MAX_NUMBER) -> None:
        self._key = key
        self._max_number = max_number

    def pose(self, *, subject: str, address: str) -> Challenge:
        """A riddle for anybody, good for five minutes."""
        ends = (clock.now_ms() + int(LIFE.total_seconds() * 1000)) // 1000
        salt = f"{secrets.token_hex(12)}?expires={ends}&"
        value = _hashed(salt, secrets.randbelow(self._max_number + 1))
        details = {
            "algorithm": ALGORITHM,
            "challenge": value,
            "maxnumber": self._max_number,
            "salt": salt,
            "signature": self._signed(value),
        }
        return Challenge(True, "altcha", value, {"altcha": details})

    def is_solved(self, challenge: str, solution: Solution, *, is_online: bool) -> bool:
        """Whether it is the answer to this riddle of ours, in time.

        Whose riddle it is and until when is said by the caller's memory of ``challenge``; the
        signature is what the widget's other servers go by, and is checked all the same.
        """
        sent = _decoded(solution.altcha)
        salt, number, signature = sent.get("salt"), sent.get("number"), sent.get("signature")
        if not isinstance(salt, str) or type(number) is not int or not isinstance(signature, str):
            return False
        if sent.get("algorithm") != ALGORITHM or sent.get("challenge") != challenge:
            return False
        is_right = _hashed(salt, number) == challenge
        return is_right and hmac.compare_digest(
            signature.encode(), self._signed(challenge).encode()
        )

    def close(self) -> None:
        """Nothing is held."""

    def _signed(self, challenge: str) -> str:
        return hmac.new(self._key, challenge.encode(), hashlib.sha256).hexdigest()


def _hashed(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _decoded(text: str) -> dict[str, Any]:
    """What the widget packed; nothing if it is something else."""
    if len(text) > MAX_CHARACTERS:
        return {}
    try:
        sent = orjson.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return {}
    return sent if isinstance(sent, dict) else {}
