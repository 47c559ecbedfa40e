"""Addresses as browsers understand them (WHATWG URL)."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

import ada_url

_MAIN_SCHEMES: Final = ("http:", "https:")
_LONGEST: Final = 8192  # nothing longer is fetched or published; pictures in addresses are no URLs


def resolved(address: str, base: str = "") -> str:
    """What ``address`` means on the page ``base``, normalised; itself if it means nothing.

    Blanks around it are dropped, those in it and letters beyond ASCII percent-encoded, scheme and
    host put in small letters, ``..`` resolved, ``\\`` read as ``/``.
    """
    address = address.strip()
    if address.startswith("data:") or len(address) > _LONGEST:
        return address
    try:
        return str(ada_url.join_url(base, address) if base else ada_url.normalize_url(address))
    except ValueError:
        return _without_base(address) if base else address


def _without_base(address: str) -> str:
    try:
        return str(ada_url.normalize_url(address))
    except ValueError:
        return address


def parts_of(address: str) -> SplitResult:
    """The parts of an address; of one that is none, all of it is the path."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", address, "", "")


def is_web(address: str) -> bool:
    """Whether it is an absolute address of the web."""
    return address.lower().startswith(_MAIN_SCHEMES) and "//" in address[:8]
