"""Numbers of mainland identity cards: 18 digits with a check digit, or the former 15 (GB 11643)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_LONG: Final = re.compile(r"[1-8][0-9]{5}(?P<birth>[12][0-9]{7})[0-9]{3}[0-9X]")
_SHORT: Final = re.compile(r"[1-8][0-9]{5}(?P<birth>[0-9]{6})[0-9]{3}")
_WEIGHTS: Final = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECKS: Final = "10X98765432"  # by the weighted sum modulo 11


def normalised(text: str) -> str | None:
    """The number in upper case, or None if it cannot be one."""
    number = text.strip().upper()
    match = _LONG.fullmatch(number)
    if match:
        return number if _is_date(match["birth"]) and _check(number) == number[-1] else None
    match = _SHORT.fullmatch(number)
    return number if match and _is_date("19" + match["birth"]) else None


def _check(number: str) -> str:
    weighted = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[weighted % 11]


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
