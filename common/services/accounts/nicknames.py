"""Nicknames: how they are kept, and which nobody may take (contract/security.md row 61)."""

from __future__ import annotations

from common.errors import Conflict, InvalidInput
from common.utils.parameters.people import INVALID_NAME, MAX_NAME
from common.utils.text.names import is_legible, tidied, words_of

TAKEN = "User name has existed."

# Latin words are compared as words, or "badminton" would be reserved.
_WORDS = frozenset(
    word
    for reserved in (
        "admin",
        "official",
        "root",
        "service",
        "staff",
        "support",
        "system",
        "toutiao",
    )
    for word in words_of(reserved)
)
_PARTS = ("官方", "管理员", "管理員", "客服")
_WHOLE = frozenset({"系统", "系統", "头条", "頭條", "今日头条", "今日頭條"})
_OF_THE_SYSTEM = tuple(
    system + what
    for system in ("系统", "系統")
    for what in ("公告", "助手", "提示", "提醒", "消息", "管理", "通知")
)


def checked(name: str, *, present: str) -> str:
    """The form in which ``name`` is kept; the present one may stay whatever it is.

    :raises InvalidInput: too long, or nothing to be seen
    :raises Conflict: reserved
    """
    if name.strip() == present:
        return present
    kept = tidied(name)
    if not 1 <= len(kept) <= MAX_NAME or not is_legible(kept):
        raise InvalidInput({"name": INVALID_NAME})
    if kept != present and is_reserved(kept):
        raise Conflict(TAKEN)
    return kept


def is_reserved(name: str) -> bool:
    """Whether readers could take the bearer of ``name`` for somebody of the product."""
    together = "".join(name.split())
    return (
        together in _WHOLE
        or any(part in together for part in _PARTS)
        or together.startswith(_OF_THE_SYSTEM)
        or not _WORDS.isdisjoint(words_of(name))
    )
