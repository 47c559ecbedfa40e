"""Which pictures an article and its revisions use is written down with them (additions.md §2)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore
from common.models import ArticleRevision, MaterialUse
from common.services.media import uses
from common.services.writing.saves.holding import Text
from common.utils.constants import MaterialUseKind

Keys = dict[str, None]  # of pictures, each once, in order, and found at once among very many
Places = dict[MaterialUseKind, Keys]  # by where they are


def note_own(
    session: Session,
    user_id: int,
    article_id: int,
    text: Text,
    *,
    before: Text | None,
    revision: ArticleRevision | None = None,
) -> None:
    """An article says ``text`` now, instead of what it said before; within the transaction.

    One statement where pictures came, two more for each place that lost some.

    :param revision: the one that keeps ``text``, if it was just made
    """
    after = _places(text)
    former: Places = _places(before) if before is not None else {kind: {} for kind in after}
    rows = [
        (kind, article_id, key)
        for kind, keys in after.items()
        for key in keys
        if key not in former[kind]
    ]
    if revision is not None:
        rows += _of_revision(session, revision, after)
    _insert(session, user_id, rows)
    for kind, keys in after.items():
        kept = [key for key in former[kind] if key in keys]
        uses.record(session, user_id, kind, article_id, kept, former=former[kind])


def note_revision(session: Session, user_id: int, revision: ArticleRevision, text: Text) -> None:
    """A revision that was just made keeps ``text``; within the transaction."""
    _insert(session, user_id, _of_revision(session, revision, _places(text)))


def _places(text: Text) -> Places:
    return {
        MaterialUseKind.BODY: dict.fromkeys(uses.keys_in(text.content)),
        MaterialUseKind.COVER: dict.fromkeys(uses.keys_in(cover=text.cover)),
    }


def _of_revision(
    session: Session, revision: ArticleRevision, places: Places
) -> list[tuple[MaterialUseKind, int, str]]:
    keys = dict.fromkeys(key for found in places.values() for key in found)
    if keys:
        session.flush()  # the database gives a revision its id
    return [(MaterialUseKind.REVISION, revision.id, key) for key in keys]


def _insert(
    session: Session, user_id: int, rows: Collection[tuple[MaterialUseKind, int, str]]
) -> None:
    insert_ignore(
        session,
        MaterialUse,
        [
            {"object_key": key, "kind": kind, "holder_id": holder_id, "user_id": user_id}
            for kind, holder_id, key in rows
        ],
    )
