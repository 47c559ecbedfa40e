"""Operators keep the list of sensitive words (contract/admin.md §2.39 to §2.41)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select

from common.errors import Conflict
from common.extensions.db import (
    after_commit,
    containing,
    insert_new,
    lock_one,
    newest,
    newest_page,
    transaction,
    update_unique,
)
from common.models import SensitiveWord
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.words import OverseenWord, OverseenWordList, Warned
from common.services.audit.recording import changes_of, record
from common.services.moderation import sensitive_words
from common.services.moderation.words import is_one_common_character

KIND: Final = "敏感词"
TOO_COMMON: Final = "单个常用字会命中大量正常内容，仅提示审核，不会拒绝发布。"

Edit = Mapping[str, Any]  # new values of word, weights, mode


def list_words(*, word: str | None, by_id: bool, page: int, per_page: int) -> OverseenWordList:
    """A page of the list, the latest changed first unless by id. Two statements."""
    conditions = containing(word, SensitiveWord.word)
    latest = (SensitiveWord.update_time.desc(), SensitiveWord.id.desc())
    query = select(SensitiveWord).where(*conditions)
    query = query.order_by(*((SensitiveWord.id,) if by_id else latest))
    count = select(func.count()).select_from(SensitiveWord).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {"words": [_shown(row) for (row,) in rows], "total_count": total}


def get_word(word_id: int) -> OverseenWord:
    """One word.

    :raises Conflict: there is none with this id
    """
    row = newest(SensitiveWord, word_id)
    if row is None:
        raise Conflict(unknown(word_id))
    return _shown(row)


def create_word(operator: Operator, edit: Edit) -> OverseenWord:
    """A new word, looked for in every process within a second; with a warning if it is too common.

    :raises Conflict: it is in the list
    """
    with transaction() as session:
        row = SensitiveWord(**edit, hold_count=0)
        if not insert_new(session, row):
            raise Conflict(f"{edit['word']} already exists")
        after_commit(sensitive_words.changed)
        record(operator, entry_of(Verb.ADD, row))
        return {**_shown(row), **warning_of(row.word)}


def edit_word(operator: Operator, word_id: int, edit: Edit) -> OverseenWord:
    """Change what was given, likewise.

    :raises Conflict: there is none with this id, or the word is in the list already
    """
    with transaction() as session:
        row = lock_one(session, SensitiveWord, id=word_id)
        if row is None:
            raise Conflict(unknown(word_id))
        changes = changes_of({name: getattr(row, name) for name in edit}, edit)
        if not update_unique(session, row, {name: edit[name] for name in changes}):
            raise Conflict(f"{edit.get('word')} already exists")
        if changes:
            after_commit(sensitive_words.changed)
            record(operator, entry_of(Verb.CHANGE, row, changes))
        return {**_shown(row), **warning_of(row.word)}


def delete_word(operator: Operator, word_id: int) -> None:
    """Forget a word; an unknown one is forgotten already."""
    with transaction() as session:
        row = lock_one(session, SensitiveWord, id=word_id)
        if row is None:
            return
        session.delete(row)
        after_commit(sensitive_words.changed)
        record(operator, entry_of(Verb.DELETE, row))


def unknown(word_id: int) -> str:
    """What the contract says of an id that nothing has."""
    return f"{word_id} is not exists"


def warning_of(word: str) -> Warned:
    """What is unwise about a word, if anything is."""
    return {"warning": TOO_COMMON} if is_one_common_character(word) else {}


def entry_of(verb: Verb, row: SensitiveWord, changes: Mapping[str, Change] | None = None) -> Entry:
    """What an operator did to a word."""
    target = f"sensitive_word:{row.id}"
    return Entry(verb=verb, kind=KIND, name=row.word, target=target, changes=changes)


def _shown(row: SensitiveWord) -> OverseenWord:
    return {
        "id": row.id,
        "word": row.word,
        "weights": row.weights,
        "mode": row.mode,
        "hold_count": row.hold_count,
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "update_time": row.update_time.isoformat(timespec="seconds"),
    }
