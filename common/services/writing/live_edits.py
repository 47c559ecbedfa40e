"""An approved article with a new text that waits beside it (contract/additions.md §2).

The new text is a revision; the article keeps its own, which readers go on seeing, until operators
have decided: :func:`approve`, :func:`reject`.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.models import Article, ArticleContent, ArticleRevision
from common.schemas.events.articles import ArticleEdited, ArticleSaved
from common.schemas.writing import Schedule
from common.services import outbox
from common.services.articles.measures import measure
from common.services.articles.publication import wait_no_longer
from common.services.writing import pictures, schedules, screening, versions
from common.services.writing.holding import OwnArticle, Text
from common.services.writing.texts import ReadyText
from common.utils import clock
from common.utils.constants import RevisionStatus


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


def approve(session: Session, row: Article) -> bool:
    """Let the text that waits beside a locked, approved article take its place; False: none does.

    It shows at once, at the article's own time of publication.
    """
    revision = _waiting(session, row)
    if revision is None:
        return False
    revision.status = RevisionStatus.APPROVED
    wait_no_longer(row)
    counted = measure(revision.content)
    article = OwnArticle(row, session.get(ArticleContent, row.article_id), revision)
    text = Text(revision.title, revision.content, revision.cover, revision.channel_id)
    pictures.note_own(session, row.user_id, row.article_id, text, before=article.live)
    versions.make_own(session, article, text, chars=counted.chars, pictures=counted.pictures)
    session.flush()
    outbox.add(
        ArticleEdited(article_id=row.article_id, author_id=row.user_id, channel_id=row.channel_id)
    )
    outbox.add(ArticleSaved(article_id=row.article_id, author_id=row.user_id))
    return True


def reject(session: Session, row: Article, *, reason: str) -> bool:
    """Refuse the text that waits beside a locked, approved article; False: none does.

    Readers see no difference; its author finds it, and the reason, when he opens the article.
    """
    revision = _waiting(session, row)
    if revision is None:
        return False
    revision.status = RevisionStatus.REJECTED
    wait_no_longer(row)
    row.reject_reason = reason
    outbox.add(ArticleSaved(article_id=row.article_id, author_id=row.user_id))
    return True


def _waiting(session: Session, row: Article) -> ArticleRevision | None:
    query = select(ArticleRevision).where(
        ArticleRevision.article_id == row.article_id,
        ArticleRevision.version == row.version,
        ArticleRevision.status == RevisionStatus.WAITING,
    )
    return session.scalars(query.with_for_update()).one_or_none()
