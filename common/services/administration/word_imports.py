"""Operators import many sensitive words at once (contract/admin.md §5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from common.extensions.db import after_commit, transaction, upsert
from common.models import SensitiveWord
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import BatchCount, Operator
from common.services.administration.word_list import KIND
from common.services.audit.recording import record
from common.services.moderation import sensitive_words
from common.utils import clock

MAX_IMPORT: Final = 20_000
NAMED: Final = 20  # of an import's words in its log entry

_RATED: Final = ("weights", "update_time")


@dataclass(frozen=True, slots=True)
class Imported:
    """A word to be listed; ``mode`` None leaves a known word's mode as it is."""

    word: str
    weights: int
    mode: int | None = None


def import_words(operator: Operator, words: Iterable[Imported]) -> BatchCount:
    """List all of these, known ones with their new weights; two statements, however many.

    The last one counts where a word is named more than once.
    """
    latest = {each.word.casefold(): each for each in words}
    with transaction() as session:
        for is_placed in (False, True):
            some = [each for each in latest.values() if (each.mode is not None) is is_placed]
            _upsert(session, some, update=(*_RATED, "mode") if is_placed else _RATED)
        after_commit(sensitive_words.changed)
        named = [each.word for each in list(latest.values())[:NAMED]]
        changes = {"count": Change(None, len(latest)), "words": Change(None, named)}
        detail = f"批量导入 {len(latest)} 个"
        record(operator, Entry(verb=Verb.ADD, kind=KIND, detail=detail, changes=changes))
    return {"count": len(latest)}


def _upsert(session: Session, words: list[Imported], *, update: tuple[str, ...]) -> None:
    now = clock.now()
    rows = [
        {
            "word": each.word,
            "weights": each.weights,
            "mode": each.mode or 0,
            "hold_count": 0,
            "create_time": now,
            "update_time": now,
        }
        for each in words
    ]
    upsert(session, SensitiveWord, rows, keys=["word"], update=update)
