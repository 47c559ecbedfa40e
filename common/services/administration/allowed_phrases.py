"""Phrases in which sensitive words are harmless (contract/additions.md §3)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from common.errors import Conflict
from common.extensions.db import (
    after_commit,
    containing,
    insert_new,
    lock_one,
    newest_page,
    transaction,
)
from common.models import AllowPhrase
from common.schemas.administration.audit import Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.words import AllowedPhrase, AllowedPhraseList
from common.services.audit.recording import record
from common.services.moderation import sensitive_words

KIND: Final = "敏感词白名单"


def list_phrases(*, phrase: str | None, page: int, per_page: int) -> AllowedPhraseList:
    """A page of the phrases, the latest first. Two statements."""
    conditions = containing(phrase, AllowPhrase.phrase)
    query = select(AllowPhrase).where(*conditions).order_by(AllowPhrase.id.desc())
    count = select(func.count()).select_from(AllowPhrase).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {"phrases": [_shown(row) for (row,) in rows], "total_count": total}


def allow_phrase(operator: Operator, phrase: str) -> AllowedPhrase:
    """Shield the words inside a phrase, in every process within a second.

    :raises Conflict: it is allowed already
    """
    with transaction() as session:
        row = AllowPhrase(phrase=phrase)
        if not insert_new(session, row):
            raise Conflict(f"{phrase} already exists")
        after_commit(sensitive_words.changed)
        record(operator, _entry(Verb.ADD, row))
        return _shown(row)


def disallow_phrase(operator: Operator, phrase: str) -> None:
    """Shield nothing in a phrase any more; an unknown one is gone already."""
    with transaction() as session:
        row = lock_one(session, AllowPhrase, phrase=phrase)
        if row is None:
            return
        session.delete(row)
        after_commit(sensitive_words.changed)
        record(operator, _entry(Verb.DELETE, row))


def _entry(verb: Verb, row: AllowPhrase) -> Entry:
    return Entry(verb=verb, kind=KIND, name=row.phrase, target=f"allow_phrase:{row.id}")


def _shown(row: AllowPhrase) -> AllowedPhrase:
    return {
        "id": row.id,
        "phrase": row.phrase,
        "create_time": row.create_time.isoformat(timespec="seconds"),
    }
