"""Former versions of an own article (contract/additions.md §2, history).

Each deliberate save that changed the text made one. Version 0 is what the author was typing: it is
no version yet, but is read, compared and restored like one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from common.errors import NotFound
from common.extensions.db import db, reading_primary, transaction
from common.models import ArticleAutosave, ArticleRevision
from common.schemas.news import CoverCard
from common.schemas.writing.revisions import Revision, RevisionDiff, RevisionList, RevisionRow
from common.schemas.writing.texts import KeptText
from common.services.articles.detail import with_absolute_images
from common.services.media import uses
from common.services.writing.history.differences import difference
from common.services.writing.own.owning import Own, own_article
from common.services.writing.own.wire import written
from common.services.writing.typed.unfinished import find
from common.utils import media
from common.utils.constants import MaterialUseKind, RevisionStatus

KEPT: Final = 50  # versions of an article that were only saved; published ones stay for ever
EVERY: Final = 10  # versions: how often the surplus is removed
TYPED: Final = 0  # what was typed, among versions, which are counted from one
MISSING: Final = "Version not exists."

_NOTHING: Final = KeptText("", "", {"type": 0, "images": []}, None)


class _Found(NamedTuple):
    """A version with its text."""

    version: int
    text: KeptText
    status: int
    base_version: int | None
    saved_at: datetime


def list_revisions(article_id: int, user_id: int, *, page: int, per_page: int) -> RevisionList:
    """The versions of an own article, newest first, what was typed before all. Five statements.

    :raises NotFound: missing, deleted or another's
    """
    own = own_article(article_id, user_id)
    with reading_primary():
        oldest = _oldest_kept(db.session(), article_id)
        wanted = _wanted(article_id, oldest)
        total = db.session.scalar(select(func.count(ArticleRevision.id)).where(*wanted)) or 0
        typed = _typed_row(article_id, user_id)
        first = (page - 1) * per_page
        ahead = 0 if typed is None else 1
        rows = db.session.execute(
            select(
                ArticleRevision.version,
                ArticleRevision.title,
                ArticleRevision.status,
                ArticleRevision.created_at,
            )
            .where(*wanted)
            .order_by(ArticleRevision.version.desc())
            .limit(per_page - (ahead if first == 0 else 0))
            .offset(max(first - ahead, 0))
        )
        results = [_row(row.version, row.title, row.status, row.created_at, own) for row in rows]
    if typed is not None and first == 0:
        results.insert(0, typed)
    return {
        "total_count": total + ahead,
        "page": page,
        "per_page": per_page,
        "results": results,
    }


def get(article_id: int, user_id: int, version: int) -> Revision:
    """What a version of an own article said.

    :raises NotFound: there is no such version; or the article is missing, deleted or another's
    """
    own_article(article_id, user_id)
    found = _find(article_id, user_id, version)
    text = found.text
    return {
        "version": found.version,
        "is_autosave": found.version == TYPED,
        "title": text.title,
        "content": with_absolute_images(text.content),
        "cover": _cover(text),
        "channel_id": text.channel_id,
        "status": found.status,
        "base_version": found.base_version,
        "saved_at": written(found.saved_at),
    }


def compare(article_id: int, user_id: int, version: int, base: int | None) -> RevisionDiff:
    """What distinguishes a version of an own article from ``base``; None: from the one before.

    What was typed is compared with the newest version. Takes time linear in the length of both.

    :raises NotFound: as in :func:`get`
    """
    own_article(article_id, user_id)
    after = _find(article_id, user_id, version)
    if base is None:
        base = _before(article_id, version)
    before = _NOTHING if base is None else _find(article_id, user_id, base).text
    found = difference(_shown(before), _shown(after.text))
    return {"version": version, "base": base, **found}


def text_of(article_id: int, user_id: int, version: int) -> KeptText:
    """A version exactly as it is kept, whoever the article belongs to.

    :raises NotFound: there is no such version
    """
    return _find(article_id, user_id, version).text


def remove_surplus(article_id: int, user_id: int, version: int) -> None:
    """After a save that made ``version``: give up what is beyond the kept ones, now and then.

    Lists end with the kept ones at once; only the rows stay a little longer.
    """
    if version <= KEPT or version % EVERY:
        return
    with transaction() as session:
        oldest = _oldest_kept(session, article_id)
        surplus = session.scalars(
            select(ArticleRevision)
            .where(
                ArticleRevision.article_id == article_id,
                ArticleRevision.status == RevisionStatus.KEPT,
                ArticleRevision.version < oldest,
            )
            .limit(KEPT)
        ).all()
        uses.release(session, user_id, MaterialUseKind.REVISION, [row.id for row in surplus])
        for row in surplus:
            session.delete(row)


def _oldest_kept(session: Session, article_id: int) -> int:
    """The oldest version that was only saved and is still kept; 0: all are."""
    query = (
        select(ArticleRevision.version)
        .where(
            ArticleRevision.article_id == article_id,
            ArticleRevision.status == RevisionStatus.KEPT,
        )
        .order_by(ArticleRevision.version.desc())
        .limit(1)
        .offset(KEPT - 1)
    )
    return session.scalar(query) or 0


def _wanted(article_id: int, oldest: int) -> tuple[ColumnElement[bool], ...]:
    is_kept = or_(ArticleRevision.status != RevisionStatus.KEPT, ArticleRevision.version >= oldest)
    return ArticleRevision.article_id == article_id, is_kept


def _find(article_id: int, user_id: int, version: int) -> _Found:
    if version == TYPED:
        typed = find(article_id, user_id)
        if typed is None:
            raise NotFound(MISSING)
        text = KeptText(typed.title, typed.content, typed.cover, typed.channel_id)
        return _Found(TYPED, text, RevisionStatus.KEPT, typed.base_version, typed.saved_at)
    query = select(ArticleRevision).where(
        ArticleRevision.article_id == article_id, ArticleRevision.version == version
    )
    with reading_primary():
        row = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(MISSING)
    text = KeptText(row.title, row.content, row.cover, row.channel_id)
    return _Found(version, text, row.status, None, row.created_at)


def _before(article_id: int, version: int) -> int | None:
    """The version that came before; the newest one before what was typed."""
    query = select(func.max(ArticleRevision.version)).where(
        ArticleRevision.article_id == article_id
    )
    if version != TYPED:
        query = query.where(ArticleRevision.version < version)
    with reading_primary():
        return db.session.scalar(query)


def _typed_row(article_id: int, user_id: int) -> RevisionRow | None:
    query = select(
        ArticleAutosave.title, ArticleAutosave.base_version, ArticleAutosave.saved_at
    ).where(ArticleAutosave.article_id == article_id, ArticleAutosave.user_id == user_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    return {
        "version": TYPED,
        "is_autosave": True,
        "is_current": False,
        "title": row.title,
        "status": RevisionStatus.KEPT,
        "base_version": row.base_version,
        "saved_at": written(row.saved_at),
    }


def _row(version: int, title: str, status: int, saved_at: datetime, own: Own) -> RevisionRow:
    return {
        "version": version,
        "is_autosave": False,
        "is_current": version == own.version,
        "title": title,
        "status": status,
        "base_version": None,
        "saved_at": written(saved_at),
    }


def _shown(text: KeptText) -> KeptText:
    return text._replace(content=with_absolute_images(text.content))


def _cover(text: KeptText) -> CoverCard:
    images = text.cover.get("images") or ()
    keys = (key if isinstance(key, str) else "" for key in images)  # imported ones hold anything
    return {
        "type": text.cover.get("type", 0),
        "images": [media.url(key) if key else "" for key in keys],
    }
