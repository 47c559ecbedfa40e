"""Versions of a text: each is kept as a revision when it is made."""

from __future__ import annotations

from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.models import ArticleContent, ArticleRevision
from common.schemas.writing.autosaves import UNNAMED, Origin
from common.services.channels.catalogue import hold_channel
from common.services.writing.contents import pictures
from common.services.writing.contents.texts import INVALID_CHANNEL
from common.services.writing.saves.holding import OwnArticle, Text
from common.utils.constants import ArticleStatus, RevisionStatus

FIRST = 1


def add_first(
    session: Session, article_id: int, text: Text, *, origin: Origin = UNNAMED
) -> ArticleRevision:
    """The text of a new article; its revision is returned."""
    revision = _revision(article_id, FIRST, text, origin)
    session.add(revision)
    return revision


def add_next(session: Session, article: OwnArticle, text: Text) -> ArticleRevision:
    """The next version of an article; its revision is returned.

    What the article said before is kept too, where nobody has done so yet: it was imported, say.

    :raises InvalidInput: its channel is gone
    """
    row = article.row
    if text.channel_id != row.channel_id and not hold_channel(session, text.channel_id):
        raise InvalidInput(INVALID_CHANNEL)  # a channel with texts stays, one that went has none
    if article.revision is None:
        former = _revision(row.article_id, row.version, article.live)
        if row.status == ArticleStatus.APPROVED:
            former.status = RevisionStatus.APPROVED
        session.add(former)
        pictures.note_revision(session, row.user_id, former, article.live)
    row.version += 1
    revision = _revision(row.article_id, row.version, text, article.origin)
    session.add(revision)
    return revision


def make_own(
    session: Session, article: OwnArticle, text: Text, *, chars: int, pictures: int
) -> None:
    """Make ``text`` the article's own, in its row and its body."""
    row, body = article.row, article.body
    row.title, row.cover, row.channel_id = text.title, text.cover, text.channel_id
    if body is None:
        body = ArticleContent(article_id=row.article_id)
        session.add(body)
    body.content, body.chars, body.pictures = text.content, chars, pictures


def _revision(
    article_id: int, version: int, text: Text, origin: Origin = UNNAMED
) -> ArticleRevision:
    return ArticleRevision(
        article_id=article_id,
        version=version,
        title=text.title,
        content=text.content,
        cover=text.cover,
        channel_id=text.channel_id,
        session=origin.session,
        sequence=origin.sequence,
    )
