"""Keeping secrets and forged lines out of the logs (style guide §9, contract/security.md §4)."""

from __future__ import annotations

import re
from typing import Any, Final

from structlog.types import EventDict

MASK: Final = "******"
SECRET_NAMES: Final = frozenset(
    {"code", "sms_code", "id_number", "real_name", "authorization", "cookie", "set_cookie"}
)
SECRET_ENDINGS: Final = ("token", "secret", "password", "access_key", "secret_key")
MAX_DEPTH: Final = 4  # of nested fields that are looked into; deeper ones are shown as text

_MOBILE: Final = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_JWT: Final = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_BEARER: Final = re.compile(r"(?i)\b(bearer|anony)\s+\S+")
_URL_PASSWORD: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNSAFE_BUT_LINES: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def mask_text(text: str) -> str:
    """``text`` without whole mobile numbers, tokens and passwords in addresses."""
    text = _MOBILE.sub(r"\1****\2", text)
    text = _JWT.sub(MASK, text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    return _URL_PASSWORD.sub(rf"\g<scheme>:{MASK}@", text)


def mask_mobile(mobile: str) -> str:
    """``139****0001`` for a mobile number; nothing is left of what is none."""
    return mask_text(mobile) if _MOBILE.fullmatch(mobile) else MASK


def escape(text: str) -> str:
    r"""``text`` on one line: control characters as ``\x1b``, so that no reader acts on them."""
    return _UNSAFE.sub(_as_escape, text)


def mask_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Processor: masks and escapes every field; a traceback keeps its lines."""
    trace = event.pop("exception", None)
    clean = {name: _clean(name, value, MAX_DEPTH) for name, value in event.items()}
    if isinstance(trace, str):
        clean["exception"] = _UNSAFE_BUT_LINES.sub(_as_escape, mask_text(trace))
    return clean


def _clean(name: str, value: Any, depth: int) -> Any:
    if _is_secret(name):
        return MASK if value else value
    if isinstance(value, str):
        return escape(mask_text(value))
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return mask_text(str(value)) if name == "mobile" else value
    return _clean_inside(name, value, depth)


def _clean_inside(name: str, value: Any, depth: int) -> Any:
    if depth and isinstance(value, dict):
        return {escape(str(key)): _clean(str(key), item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, item, depth - 1) for item in value]
    return escape(mask_text(str(value)))


def _is_secret(name: str) -> bool:
    plain = name.lower().replace("-", "_")
    return plain in SECRET_NAMES or plain.endswith(SECRET_ENDINGS)


def _as_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
