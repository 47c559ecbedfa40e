"""A save that began with another version than the newest (contract/additions.md §2, conflict)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.models import ArticleRevision
from common.schemas.writing.autosaves import Origin
from common.schemas.writing.texts import KeptText
from common.services.writing.saves.holding import OwnArticle, StaleVersion, Text
from common.services.writing.saves.merging import merge

MANY = 1000  # versions in between; whoever is farther behind is told so


class Overtaken(Exception):
    """The same open editor has saved something newer already; there is nothing to do.

    :param version: the newest version
    """

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def settle(
    session: Session,
    article: OwnArticle,
    text: Text,
    *,
    base_version: int | None,
    is_merging: bool,
) -> Text | None:
    """What is to be saved instead of ``text``; None: just that. No statement where nobody saved.

    What arrives later than what its own editor sent after it changes nothing, whatever it says
    about versions.

    Saves that one open editor has sent before its first one was answered all began with the same
    version, and each contains the one before: they are no conflict.

    :param base_version: what the author began with; None: the last save wins
    :raises StaleVersion: somebody else saved since
    :raises Overtaken: the same open editor saved something newer since
    """
    newest = article.row.version
    _refuse_late(article)
    if base_version in (None, newest):
        return None
    since = _origins_since(session, article, base_version)
    if base_version and _is_all_of(article.origin, since, count=newest - base_version):
        if any(article.origin.is_before(each) for each in since):
            raise Overtaken(newest)
        return None
    base = _text_of(session, article, base_version)
    merged, conflicts = merge(base, KeptText(*text), KeptText(*article.newest))
    if conflicts or not is_merging or merged.channel_id is None:
        raise StaleVersion(
            article_id=article.row.article_id,
            base=base_version,
            current=newest,
            conflicts=conflicts,
        )
    return Text(merged.title, merged.content, merged.cover, merged.channel_id)


def _refuse_late(article: OwnArticle) -> None:
    """Nothing, unless the same open editor has saved something that it sent later.

    :raises Overtaken: it has
    """
    origin, revision = article.origin, article.revision
    if origin.session is None or origin.sequence is None or revision is None:
        return
    newest = Origin(revision.session, revision.sequence)
    latest = Origin(origin.session, article.latest_sequence)  # somebody else may have been last
    if origin.is_before(newest) or origin.is_before(latest):
        raise Overtaken(article.row.version)


def _is_all_of(origin: Origin, since: Sequence[Origin], *, count: int) -> bool:
    return len(since) == count > 0 and all(origin.is_same_editor(each) for each in since)


def _origins_since(session: Session, article: OwnArticle, version: int) -> list[Origin]:
    query = (
        select(ArticleRevision.session, ArticleRevision.sequence)
        .where(
            ArticleRevision.article_id == article.row.article_id,
            ArticleRevision.version > version,
        )
        .limit(MANY)
    )
    return [Origin(*row) for row in session.execute(query)]


def _text_of(session: Session, article: OwnArticle, version: int) -> KeptText | None:
    """What a version said; None: nobody knows any more."""
    columns: tuple[Any, ...] = (
        ArticleRevision.title,
        ArticleRevision.content,
        ArticleRevision.cover,
        ArticleRevision.channel_id,
    )
    row = session.execute(
        select(*columns).where(
            ArticleRevision.article_id == article.row.article_id,
            ArticleRevision.version == version,
        )
    ).one_or_none()
    return None if row is None else KeptText(*row)
