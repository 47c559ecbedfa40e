"""Links that show an article before it is published (contract/additions.md §2, preview).

The link is signed, so that guesses cost no query, and says which article it opens; what makes it
valid is the row: one link per article, for seven days, until it is taken back.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from common.errors import NotFound
from common.extensions.db import db, lock_one, lock_or_create, refresh_view, transaction
from common.models import Article, ArticleContent, ArticlePreview, User
from common.models.visibility import enabled_users_sql
from common.schemas.writing.previews import Opened, PreviewLink, PreviewPage
from common.services.articles.detail import MISSING, with_absolute_images
from common.services.writing.own.owning import own_article, refuse_unless_writable
from common.utils import clock, media
from common.utils.constants import ArticleStatus
from common.utils.crypto import sealing

LIFE: Final = timedelta(days=7)
PATH: Final = "app/v1_0/previews/"

_NONCE_BYTES: Final = 16
_PURPOSE: Final = "preview"
_TOKEN: Final = re.compile(r"([1-9][0-9]{0,18})-([0-9a-f]{32})-([0-9a-f]{32})", re.ASCII)
_CLOSED: Final = frozenset({ArticleStatus.DELETED, ArticleStatus.BANNED})


def offer(article_id: int, user_id: int) -> PreviewLink:
    """The link to an own article; a link that is valid stays the same and lives on from now.

    :raises InvalidInput: missing, deleted or another's
    :raises NotAllowed: banned
    """
    expires_at = clock.now() + LIFE
    with transaction() as session:
        status = session.scalar(
            select(Article.status).where(
                Article.article_id == article_id, Article.user_id == user_id
            )
        )
        refuse_unless_writable(status)
        row = lock_or_create(
            session, ArticlePreview, article_id=article_id, defaults={"expires_at": expires_at}
        )
        if row.nonce is None or row.expires_at <= clock.now():
            row.nonce = secrets.token_hex(_NONCE_BYTES)
        row.expires_at = expires_at
        token = _token(article_id, row.nonce)
    return {"url": media.base_url() + PATH + token, "expires_at": expires_at.isoformat()}


def revoke(article_id: int, user_id: int) -> None:
    """Take the link to an own article back; nothing happens when there is none.

    :raises NotFound: missing, deleted or another's
    """
    own_article(article_id, user_id)
    with transaction() as session:
        row = lock_one(session, ArticlePreview, article_id=article_id)
        if row is not None:
            row.nonce = None


def open_preview(token: str) -> Opened:
    """What a link opens. One statement, and none for a forged one.

    :raises NotFound: forged, over, or taken back; the article is deleted or banned, or its author
        is disabled
    """
    article_id, nonce = _verified(token)
    refresh_view()
    row = db.session.execute(_query(article_id, nonce)).one_or_none()
    if row is None:
        raise NotFound(MISSING)
    if row.status == ArticleStatus.APPROVED:
        return Opened(article_id, None)
    return Opened(article_id, _page(row))


def _query(article_id: int, nonce: str) -> Any:
    return (
        select(
            Article.article_id,
            Article.user_id,
            Article.channel_id,
            Article.title,
            Article.status,
            ArticleContent.content,
            ArticlePreview.expires_at,
            User.user_name,
            User.profile_photo,
        )
        .join(ArticlePreview, ArticlePreview.article_id == Article.article_id)
        .join(ArticleContent, ArticleContent.article_id == Article.article_id)
        .join(User, User.user_id == Article.user_id)
        .where(
            Article.article_id == article_id,
            Article.status.not_in(_CLOSED),
            ArticlePreview.nonce == nonce,
            ArticlePreview.expires_at > clock.now(),
            enabled_users_sql(),
        )
    )


def _page(row: Any) -> PreviewPage:
    return {
        "art_id": row.article_id,
        "title": row.title,
        "content": with_absolute_images(row.content),
        "aut_id": row.user_id,
        "aut_name": row.user_name,
        "aut_photo": media.avatar(row.profile_photo or "", row.user_id),
        "ch_id": row.channel_id,
        "expires_at": row.expires_at.isoformat(),
    }


def _token(article_id: int, nonce: str) -> str:
    return f"{article_id}-{nonce}-{_signature(article_id, nonce)}"


def _signature(article_id: int, nonce: str) -> str:
    return sealing.digest(_PURPOSE, str(article_id), nonce)


def _verified(token: str) -> tuple[int, str]:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise NotFound(MISSING)
    article_id, nonce = int(match[1]), match[2]
    if not hmac.compare_digest(match[3], _signature(article_id, nonce)):
        raise NotFound(MISSING)
    return article_id, nonce
