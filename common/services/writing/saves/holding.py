"""An own article held for a change: its row, its body, and the newest text of its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, null, select
from sqlalchemy.orm import Session, aliased

from common.errors import Conflict, InvalidInput, NotAllowed
from common.extensions.db import db, reading_primary, refresh_view
from common.models import Article, ArticleAutosave, ArticleContent, ArticleRevision
from common.schemas.writing.autosaves import UNNAMED, Origin, Slot
from common.schemas.writing.texts import Member
from common.services.writing.own.owning import BANNED, INVALID
from common.utils.constants import BESIDE_THE_LIVE_TEXT, ArticleStatus

CHANGED: Final = "Article has changed."


class StaleVersion(Conflict):
    """Somebody saved since the caller read; nothing was changed.

    :param base: the version that the caller began with
    :param current: the newest version
    :param conflicts: members that both changed, each in another way
    """

    def __init__(
        self, *, article_id: int, base: int, current: int, conflicts: Sequence[Member] = ()
    ) -> None:
        super().__init__(CHANGED)
        self.article_id = article_id
        self.base = base
        self.current = current
        self.data = {
            "base_version": base,
            "current_version": current,
            "conflicts": list(conflicts),
        }


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
    :param slot: where the author's typing is kept
    :param origin: which open editor is at work on it now
    :param latest_sequence: the highest number of what that editor has saved, as far as it is kept
    """

    row: Article
    body: ArticleContent | None
    revision: ArticleRevision | None
    slot: Slot | None = None
    origin: Origin = UNNAMED
    latest_sequence: int | None = None

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
        is_beside = revision is not None and revision.status in BESIDE_THE_LIVE_TEXT
        return revision if is_beside else None

    @property
    def newest(self) -> Text:
        """What its author saved last."""
        beside = self.beside
        if beside is None:
            return self.live
        return Text(beside.title, beside.content, beside.cover, beside.channel_id)


def hold(
    session: Session, article_id: int, user_id: int, *, origin: Origin = UNNAMED
) -> OwnArticle:
    """An article of ``user_id`` that may be changed. One statement.

    :param origin: which open editor is going to change it
    :raises InvalidInput: missing, deleted, or another's
    :raises NotAllowed: banned
    """
    return _writable(find_held(session, article_id, user_id, origin=origin))


def newest_text(article_id: int, user_id: int) -> tuple[Text, int]:
    """What the author of an article saved last, and its version; it may be another by and by.

    One statement, no lock.

    :raises InvalidInput: missing, deleted, or another's
    :raises NotAllowed: banned
    """
    refresh_view()
    query = query_of(article_id, user_id).execution_options(populate_existing=True)
    with reading_primary():
        row = db.session.execute(query).one_or_none()
    article = _writable(None if row is None else OwnArticle(*row))
    return article.newest, article.row.version


def _writable(found: OwnArticle | None) -> OwnArticle:
    if found is None or found.row.status == ArticleStatus.DELETED:
        raise InvalidInput(INVALID)
    if found.row.status == ArticleStatus.BANNED:
        raise NotAllowed(BANNED)
    return found


def find_held(
    session: Session, article_id: int, user_id: int, *, origin: Origin = UNNAMED
) -> OwnArticle | None:
    """An article of ``user_id`` in any status, locked; None: he has no such one."""
    query = _with_slot(query_of(article_id, user_id), user_id).add_columns(latest_of(origin))
    query = query.with_for_update()
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        return None
    article, body, revision, *slot, latest = row
    return OwnArticle(article, body, revision, Slot.of(*slot), origin, latest)


def latest_of(origin: Origin) -> Any:
    """The number of the latest version that an open editor made."""
    if origin.session is None:
        return null()
    made = aliased(ArticleRevision)
    return (
        select(func.max(made.sequence))
        .where(made.article_id == Article.article_id, made.session == origin.session)
        .correlate(Article)
        .scalar_subquery()
    )


def _with_slot(query: Any, user_id: int) -> Any:
    """The query with where the author's typing is kept, but without what he typed."""
    return query.add_columns(
        ArticleAutosave.autosave_id,
        ArticleAutosave.session,
        ArticleAutosave.sequence,
        ArticleAutosave.saved_at,
        ArticleAutosave.base_version,
    ).outerjoin(
        ArticleAutosave,
        and_(
            ArticleAutosave.user_id == user_id,
            ArticleAutosave.article_id == Article.article_id,
        ),
    )


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
