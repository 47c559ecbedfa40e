"""An own article as the form takes it (contract/media-platform.md §2.12)."""

from __future__ import annotations

from typing import Final

from common.errors import NotFound
from common.extensions.db import db, reading_primary, refresh_view
from common.schemas.news import Cover
from common.schemas.writing.articles import WrittenArticle
from common.services.articles.detail import with_absolute_images
from common.services.writing.own.wire import cover_card, moment
from common.services.writing.saves.holding import OwnArticle, query_of
from common.utils.constants import ArticleStatus, RevisionStatus

MISSING: Final = "Article not exists."

_UNDECIDED: Final = frozenset({ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED})
_REFUSED: Final = frozenset({ArticleStatus.REJECTED, ArticleStatus.BANNED})


def open_own(article_id: int, user_id: int) -> tuple[WrittenArticle, int]:
    """The newest text of an own article, and its version. One statement.

    What was refused tells why.

    :raises NotFound: missing, deleted, or another's
    """
    article = find_own(article_id, user_id)
    if article is None or article.row.status == ArticleStatus.DELETED:
        raise NotFound(MISSING)
    row, text = article.row, article.newest
    answer: WrittenArticle = {
        "id": article_id,
        "title": text.title,
        "cover": cover_card(Cover.normalised(text.cover)),
        "channel_id": text.channel_id,
        "content": with_absolute_images(text.content),
    }
    if _is_refused(article):
        answer["status"] = row.status
        answer["reject_reason"] = row.reject_reason
    if row.publish_at is not None and row.status in _UNDECIDED:
        answer["publish_at"] = moment(row.publish_at)
    return answer, row.version


def find_own(article_id: int, user_id: int) -> OwnArticle | None:
    """An own article in any status, as committed last; None: there is no such one."""
    refresh_view()
    query = query_of(article_id, user_id).execution_options(populate_existing=True)
    with reading_primary():
        row = db.session.execute(query).one_or_none()
    return None if row is None else OwnArticle(*row)


def _is_refused(article: OwnArticle) -> bool:
    beside = article.beside
    is_edit_refused = beside is not None and beside.status == RevisionStatus.REJECTED
    return is_edit_refused or article.row.status in _REFUSED
