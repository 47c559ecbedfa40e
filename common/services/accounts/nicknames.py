"""Nicknames: how they are kept, and which nobody may take (contract/security.md row 61)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.models import User
from common.utils.parameters.people import INVALID_NAME, MAX_NAME
from common.utils.text import names

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
    for word in names.words_of(reserved)
)
_SIMPLIFIED = str.maketrans("統頭條員", "统头条员")


def checked(name: str, *, present: str) -> str:
    """The form in which ``name`` is kept, as it was typed; the present one may stay whatever it is.

    :raises InvalidInput: too long, or nothing to be seen
    :raises Conflict: reserved
    """
    if name.strip() == present:
        return present
    kept = names.kept(name)
    if not 1 <= names.length(kept) <= MAX_NAME or not names.is_legible(kept):
        raise InvalidInput({"name": INVALID_NAME})
    if kept != present and is_reserved(kept):
        raise Conflict(TAKEN)
    return kept


def is_reserved(name: str) -> bool:
    """Whether readers could take the bearer of ``name`` for somebody of the product."""
    together = _read(name)
    return (
        together in _WHOLE
        or any(part in together for part in _PARTS)
        or together.startswith(_OF_THE_SYSTEM)
        or not _WORDS.isdisjoint(names.words_of(name))
    )


def taken_among(session: Session, wanted: Iterable[str]) -> set[str]:
    """Those of these names that somebody has, or that look like one that somebody has."""
    keys = {name: names.keys(name) for name in wanted}
    query = select(User.name_fold, User.name_look).where(
        or_(
            User.name_fold.in_({each.fold for each in keys.values()}),
            User.name_look.in_({each.look for each in keys.values()}),
        )
    )
    rows = session.execute(query).all()
    folds, looks = {row.name_fold for row in rows}, {row.name_look for row in rows}
    return {name for name, each in keys.items() if each.fold in folds or each.look in looks}


def _read(text: str) -> str:
    return names.letters_of(text).translate(_SIMPLIFIED)


_PARTS = tuple(map(_read, ("官方", "管理员", "客服")))
_WHOLE = frozenset(map(_read, ("系统", "头条", "今日头条")))
_OF_THE_SYSTEM = tuple(
    _read("系统" + what) for what in ("公告", "助手", "提示", "提醒", "消息", "管理", "通知")
)
