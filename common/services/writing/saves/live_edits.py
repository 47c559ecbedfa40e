"""An approved article with a new text that waits beside it (contract/additions.md §2).

The new text is a revision; the article keeps its own, which readers go on seeing, until operators
have decided: :func:`approve`, :func:`reject`; they may undo either.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.models import Article, ArticleContent, ArticleRevision
from common.schemas.events.articles import ArticleEdited
from common.schemas.writing.articles import Schedule
from common.services import outbox
from common.services.articles.measures import measure
from common.services.articles.publication import wait_no_longer
from common.services.writing.contents import pictures, screening
from common.services.writing.contents.texts import ReadyText
from common.services.writing.saves import schedules, versions
from common.services.writing.saves.holding import OwnArticle, Text
from common.utils import clock
from common.utils.constants import RevisionStatus

AT_ONCE: Final = 250  # articles whose texts are in memory together


def save_beside(
    session: Session,
    article: OwnArticle,
    ready: ReadyText,
    text: Text,
    schedule: Schedule | None,
) -> bool:
    """Let ``text`` wait beside a held, approved article; whether anything changed.

    A text that waited there before is superseded; one that was rejected may be sent once more.

    :raises InvalidInput: what is live already is given a time to appear
    """
    row, beside = article.row, article.beside
    if schedule is not None and schedule.publish_at not in (None, row.publish_at):
        raise InvalidInput(schedules.INVALID)
    if text == article.newest:
        if beside is None or beside.status == RevisionStatus.WAITING:
            return False
        beside.status = RevisionStatus.WAITING
    else:
        if beside is not None:
            beside.status = RevisionStatus.KEPT
        revision = versions.add_next(session, article, text)
        revision.status = RevisionStatus.WAITING
        pictures.note_revision(session, row.user_id, revision, text)
    row.sensitive_hits = screening.words_of(ready.hits)
    row.reject_reason = None
    row.waiting_since = row.waiting_since or clock.now()
    return True


def put_beside(session: Session, article: OwnArticle, ready: ReadyText, text: Text) -> bool:
    """Let ``text`` stand beside a held, approved article, submitted to nobody; whether it is new.

    A text that waited there is taken back.
    """
    row, beside = article.row, article.beside
    if text == article.newest:
        return False
    if beside is not None:
        beside.status = RevisionStatus.KEPT
    revision = versions.add_next(session, article, text)
    is_live = text == article.live
    revision.status = RevisionStatus.APPROVED if is_live else RevisionStatus.BESIDE
    pictures.note_revision(session, row.user_id, revision, text)
    row.sensitive_hits = screening.words_of(ready.hits)
    wait_no_longer(row)
    return True


def approve(session: Session, rows: Sequence[Article]) -> dict[int, int | None]:
    """Let the texts that wait beside locked, approved articles take their places.

    They show at once, at the articles' own times of publication. Five statements for each
    ``AT_ONCE`` articles, and some more for each whose pictures change.

    :return: by article, the version that was live before; None: it was never kept
    """
    former: dict[int, int | None] = {}
    for first in range(0, len(rows), AT_ONCE):
        piece = rows[first : first + AT_ONCE]
        former |= _live_versions(session, piece)
        newest = {(row.article_id, row.version) for row in piece}
        _make_live(session, piece, newest, status=RevisionStatus.APPROVED)
    return former


def take_back(session: Session, approved: Sequence[tuple[Article, int | None]]) -> None:
    """Undo :func:`approve`: earlier versions are live again, the newest ones wait beside them."""
    known = [(row, version) for row, version in approved if version is not None]
    for first in range(0, len(known), AT_ONCE):
        piece = known[first : first + AT_ONCE]
        earlier = {(row.article_id, version) for row, version in piece}
        _make_live(session, [row for row, _ in piece], earlier, status=RevisionStatus.APPROVED)
    let_wait(session, [row for row, _ in known])


def reject(session: Session, rows: Sequence[Article]) -> None:
    """Refuse the texts that wait beside locked, approved articles.

    Readers see no difference; their authors find them when they open the articles.
    """
    _mark_newest(session, rows, RevisionStatus.REJECTED)


def let_wait(session: Session, rows: Sequence[Article]) -> None:
    """Let the newest texts beside locked, approved articles wait for a decision once more."""
    _mark_newest(session, rows, RevisionStatus.WAITING)


def wait_again(session: Session, rows: Sequence[Article]) -> None:
    """Texts beside articles that are live again wait again, if they did before."""
    ids = [row.article_id for row in rows]
    query = select(ArticleRevision.article_id, ArticleRevision.created_at).where(
        ArticleRevision.article_id.in_(ids), ArticleRevision.status == RevisionStatus.WAITING
    )
    since = {row[0]: row[1] for row in session.execute(query)} if ids else {}
    for row in rows:
        row.waiting_since = since.get(row.article_id)


def _make_live(
    session: Session,
    rows: Sequence[Article],
    versions_wanted: Collection[tuple[int, int]],
    *,
    status: RevisionStatus,
) -> None:
    ids = [row.article_id for row in rows]
    kept = session.scalars(
        select(ArticleRevision).where(
            tuple_(ArticleRevision.article_id, ArticleRevision.version).in_(versions_wanted)
        )
    )
    revisions = {each.article_id: each for each in kept}
    bodies = {
        each.article_id: each
        for each in session.scalars(
            select(ArticleContent).where(ArticleContent.article_id.in_(ids))
        )
    }
    for row in rows:
        revision = revisions[row.article_id]
        revision.status = status
        wait_no_longer(row)
        _put_live(session, OwnArticle(row, bodies.get(row.article_id), revision), revision)
    session.flush()
    outbox.add_all(
        [
            ArticleEdited(
                article_id=row.article_id, author_id=row.user_id, channel_id=row.channel_id
            )
            for row in rows
        ]
    )


def _put_live(session: Session, article: OwnArticle, revision: ArticleRevision) -> None:
    row = article.row
    counted = measure(revision.content)
    text = Text(revision.title, revision.content, revision.cover, revision.channel_id)
    pictures.note_own(session, row.user_id, row.article_id, text, before=article.live)
    versions.make_own(session, article, text, chars=counted.chars, pictures=counted.pictures)


def _live_versions(session: Session, rows: Sequence[Article]) -> dict[int, int | None]:
    ids = [row.article_id for row in rows]
    query = (
        select(ArticleRevision.article_id, func.max(ArticleRevision.version))
        .where(
            ArticleRevision.article_id.in_(ids),
            ArticleRevision.status == RevisionStatus.APPROVED,
        )
        .group_by(ArticleRevision.article_id)
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    return {id_: found.get(id_) for id_ in ids}


def _mark_newest(session: Session, rows: Sequence[Article], status: RevisionStatus) -> None:
    newest = [(row.article_id, row.version) for row in rows]
    for first in range(0, len(newest), AT_ONCE):
        session.execute(
            update(ArticleRevision)
            .where(
                tuple_(ArticleRevision.article_id, ArticleRevision.version).in_(
                    newest[first : first + AT_ONCE]
                )
            )
            .values(status=status)
            .execution_options(synchronize_session=False)
        )
    for row in rows:
        wait_no_longer(row)
