"""An own article held for a change: its row, its body, and the newest text of its author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput, NotAllowed
from common.models import Article, ArticleContent, ArticleRevision
from common.utils.constants import ArticleStatus, RevisionStatus

INVALID: Final = "Invalid article."
BANNED: Final = "Article banned."
CHANGED: Final = "Article has changed."

_BESIDE_THE_LIVE_TEXT: Final = frozenset({RevisionStatus.WAITING, RevisionStatus.REJECTED})


class StaleVersion(Conflict):
    """Somebody saved since the caller read; nothing was changed.

    :param base: the version that the caller began with
    :param current: the newest version
    """

    def __init__(self, *, article_id: int, base: int, current: int) -> None:
        super().__init__(CHANGED)
        self.article_id = article_id
        self.base = base
        self.current = current


class Text(NamedTuple):
    """A text as SQL keeps it; two that are equal need no two versions."""

    title: str
    content: str
    cover: dict[str, Any]
    channel_id: int


@dataclass(slots=True)
class OwnArticle:
    """Rows of one article, locked until the commit.

    :param revision: that of the newest version, if it was kept
    """

    row: Article
    body: ArticleContent | None
    revision: ArticleRevision | None

    @property
    def live(self) -> Text:
        """What the article itself says: to readers, if it is approved."""
        row = self.row
        content = "" if self.body is None else self.body.content
        cover = row.cover if isinstance(row.cover, dict) else {}  # imported rows may hold anything
        return Text(row.title, content, cover, row.channel_id)

    @property
    def beside(self) -> ArticleRevision | None:
        """The newest text, where it is not the article's own: an edit that lets it stay live."""
        revision = self.revision
        is_beside = revision is not None and revision.status in _BESIDE_THE_LIVE_TEXT
        return revision if is_beside else None

    @property
    def newest(self) -> Text:
        """What its author saved last."""
        beside = self.beside
        if beside is None:
            return self.live
        return Text(beside.title, beside.content, beside.cover, beside.channel_id)

    def refuse_unless(self, base_version: int | None) -> None:
        """Nothing, if the caller has the newest version, or did not say which one he has.

        :raises StaleVersion: he has another one
        """
        row = self.row
        if base_version is not None and base_version != row.version:
            raise StaleVersion(article_id=row.article_id, base=base_version, current=row.version)


def hold(session: Session, article_id: int, user_id: int) -> OwnArticle:
    """An article of ``user_id`` that may be changed. One statement.

    :raises InvalidInput: missing, deleted, or another's
    :raises NotAllowed: banned
    """
    found = find_held(session, article_id, user_id)
    if found is None or found.row.status == ArticleStatus.DELETED:
        raise InvalidInput(INVALID)
    if found.row.status == ArticleStatus.BANNED:
        raise NotAllowed(BANNED)
    return found


def find_held(session: Session, article_id: int, user_id: int) -> OwnArticle | None:
    """An article of ``user_id`` in any status, locked; None: he has no such one."""
    query = query_of(article_id, user_id).with_for_update()
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    return None if row is None else OwnArticle(*row)


def query_of(article_id: int, user_id: int) -> Any:
    """The rows of an own article, in any status."""
    return (
        select(Article, ArticleContent, ArticleRevision)
        .outerjoin(ArticleContent, ArticleContent.article_id == Article.article_id)
        .outerjoin(
            ArticleRevision,
            and_(
                ArticleRevision.article_id == Article.article_id,
                ArticleRevision.version == Article.version,
            ),
        )
        .where(Article.article_id == article_id, Article.user_id == user_id)
    )
