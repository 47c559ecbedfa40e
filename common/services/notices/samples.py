"""Sample notifications for who develops a client; demo mode only (contract/user-app.md §13.2)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from common.errors import NotFound
from common.extensions.db import db
from common.extensions.messaging.push import push, user_room
from common.models import Article, User
from common.models.visibility import enabled_users_sql, visible_articles_sql
from common.utils import clock, media

# Whom the demo content calls its reader; the samples go to him if nobody is logged in.
DEMO_READER_MOBILE: Final = "13812345678"

EVENTS = {"f": "following notify", "l": "liking notify", "c": "comment notify"}
ABOUT_ARTICLES = frozenset({"l", "c"})


def send_sample(letter: str, user_id: int | None) -> str:
    """Tell a user, or else the demo's reader, of something made up; returns the event's name.

    :raises NotFound: there is no such event
    :raises DependencyUnavailable: the bus is down
    """
    event = EVENTS.get(letter)
    if event is None:
        raise NotFound("错误的事件")
    receiver = user_id or db.session.scalar(
        select(User.user_id).where(User.mobile == DEMO_READER_MOBILE)
    )
    if receiver is not None:
        about = _article_of(receiver) if letter in ABOUT_ARTICLES else {}
        push(event, {**_somebody(receiver), **about}, room=user_room(receiver))
    return event


def _somebody(receiver: int) -> dict[str, Any]:
    """Who is said to have done it: somebody else, or the receiver in an empty product."""
    others = select(User.user_id, User.user_name, User.profile_photo).where(enabled_users_sql())
    row = db.session.execute(others.where(User.user_id != receiver).limit(1)).one_or_none()
    row = row or db.session.execute(others.where(User.user_id == receiver)).one()
    return {
        "user_id": row.user_id,
        "user_id_str": str(row.user_id),
        "user_name": row.user_name,
        "user_photo": media.avatar(row.profile_photo or "", row.user_id),
        "timestamp": clock.now_ms() // 1000,
    }


def _article_of(author_id: int) -> dict[str, Any]:
    """An article that it is about: the receiver's own, else anybody's."""
    visible = (
        select(Article.article_id, Article.title)
        .where(visible_articles_sql())
        .order_by((Article.user_id == author_id).desc(), Article.feed_ms.desc())
    )
    row = db.session.execute(visible.limit(1)).one_or_none()
    article_id, title = (row.article_id, row.title) if row else (1, "示例文章")
    return {"art_id": article_id, "art_id_str": str(article_id), "art_title": title}
