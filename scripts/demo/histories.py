"""What the demo reader has read and searched before his first login; kept in STORE only."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from common.extensions.db import db
from common.extensions.redis import store
from common.models import Article
from common.utils import clock
from common.utils.constants import ArticleStatus
from scripts.demo.chance import dice

_READINGS: Final = 18
_OUT_OF: Final = 60  # newest articles
_SECONDS_APART: Final = 2400
_SEARCHES: Final = ("早餐", "索引", "观星")


def add(user_id: int) -> None:
    """Write reading and search history of a new account, the newest an hour ago.

    :raises DependencyUnavailable: STORE is down
    """
    newest = db.session.scalars(
        select(Article.article_id)
        .where(Article.status == ArticleStatus.APPROVED)
        .order_by(Article.feed_ms.desc())
        .limit(_OUT_OF)
    ).all()
    opened = dice("history").sample(newest, min(_READINGS, len(newest)))
    now = clock.now_ms() / 1000
    # contract/redis.md §3: member → epoch seconds
    readings = [(now - _SECONDS_APART * n, id_) for n, id_ in enumerate(opened, 1)]
    searches = [(now - _SECONDS_APART * n, word) for n, word in enumerate(_SEARCHES, 1)]
    commands = [
        ("ZADD", f"user:{user_id}:his:{kind}", *(part for entry in entries for part in entry))
        for kind, entries in (("reading", readings), ("searching", searches))
        if entries
    ]
    store.stage(commands)
