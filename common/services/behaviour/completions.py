"""How far readers got, and whose followers they are: found out for many readings at once.

By the recorder's thread, so that figures are sums of what stands in the table
(contract/additions.md §1.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from common.models import ArticleContent, Relation
from common.services.behaviour.events import Row
from common.utils.constants import BehaviourKind, RelationKind
from common.utils.text.html import Measures

LEAST_SECONDS: Final = 5.0  # that opening an article and looking at it takes
CHARS_PER_SECOND: Final = 8
SECONDS_PER_PICTURE: Final = 3
COMPLETE: Final = 100  # percent

_READ: Final = int(BehaviourKind.READ)

Pair = tuple[int, int]


def expected_seconds(measures: Measures) -> float:
    """How long it takes to read all of it."""
    reading = measures.chars / CHARS_PER_SECOND + SECONDS_PER_PICTURE * measures.pictures
    return max(LEAST_SECONDS, reading)


def completion(seconds: int, measures: Measures) -> int:
    """How much of it was read in so many seconds, in whole percent; at most 100."""
    return min(COMPLETE, int(COMPLETE * seconds / expected_seconds(measures)))


def completed(session: Session, rows: Sequence[Row]) -> list[Row]:
    """The rows, with what SQL knows of the readings among them. Two statements at most."""
    measures = _measures(session, {row.article_id for row in rows if row.seconds is not None})
    pairs = {row: pair for row in rows if (pair := _reader_and_author(row)) is not None}
    follows = _following(session, set(pairs.values()))
    found = []
    for row in rows:
        known = None if row.seconds is None else measures.get(row.article_id)
        percent = None if known is None or row.seconds is None else completion(row.seconds, known)
        found.append(row._replace(completion=percent, by_follower=pairs.get(row) in follows))
    return found


def _reader_and_author(row: Row) -> Pair | None:
    """Of the view of an article by somebody who has an account."""
    if row.kind != _READ or row.seconds is not None or row.author_id is None:
        return None
    return (int(row.subject), row.author_id) if row.subject.isdecimal() else None


def _measures(session: Session, article_ids: Iterable[int | None]) -> dict[int | None, Measures]:
    ids = [id_ for id_ in article_ids if id_ is not None]
    if not ids:
        return {}
    columns = (ArticleContent.article_id, ArticleContent.chars, ArticleContent.pictures)
    rows = session.execute(select(*columns).where(ArticleContent.article_id.in_(ids)))
    return {id_: Measures(chars, pictures) for id_, chars, pictures in rows}


def _following(session: Session, pairs: set[Pair]) -> set[Pair | None]:
    if not pairs:
        return set()
    key = tuple_(Relation.user_id, Relation.target_user_id)
    query = select(Relation.user_id, Relation.target_user_id).where(
        key.in_(pairs), Relation.relation == RelationKind.FOLLOW
    )
    return {(reader, author) for reader, author in session.execute(query)}
