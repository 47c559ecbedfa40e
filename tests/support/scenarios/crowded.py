"""Tables with many rows, for lists of operators."""

from __future__ import annotations

import itertools
from datetime import timedelta

from common.extensions.db import insert_many, transaction
from common.models import Article, OperationLog, User
from common.utils import clock
from common.utils.constants import ArticleStatus, UserStatus
from tests.factories import ChannelFactory, UserFactory

_ids = itertools.count(5 * 10**12)
OPERATIONS = ("新增", "修改", "查询")


def users(number: int, *, moments: int = 50) -> None:
    """Readers; many share the second in which they were last there, every seventh never was."""
    now = clock.now()
    rows = [
        {
            "user_id": id_,
            "mobile": f"17{id_ % 10**9:09d}",
            "user_name": f"众人{id_}",
            "status": UserStatus.DISABLED if at % 2 else UserStatus.ENABLED,
            "last_login": now - timedelta(seconds=at % moments) if at % 7 else None,
            "name_fold": None,
            "name_look": None,
        }
        for at, id_ in zip(range(number), _ids, strict=False)
    ]
    with transaction() as session:
        insert_many(session, User, rows)


def operations(number: int) -> None:
    """Entries of two administrators at two addresses, without a chain."""
    now = clock.now()
    rows = [
        {
            "administrator_id": 1 + at % 2,
            "administrator_name": "夜班",
            "ip": f"10.0.0.{1 + at % 2}",
            "operation": OPERATIONS[at % len(OPERATIONS)],
            "description": f"{OPERATIONS[at % len(OPERATIONS)]}: 频道 {at}",
            "create_time": now - timedelta(seconds=number - at),
        }
        for at in range(number)
    ]
    with transaction() as session:
        insert_many(session, OperationLog, rows)


def articles(number: int, *, moments: int = 50) -> int:
    """Approved articles of one author, every other one in a channel whose id is answered."""
    author = UserFactory(verified=True).user_id
    channels = [ChannelFactory().channel_id for _ in range(2)]
    now = clock.now()
    rows = [
        {
            "article_id": id_,
            "user_id": author,
            "channel_id": channels[at % 2],
            "title": f"第{at}篇",
            "cover": {"type": 0, "images": []},
            "status": ArticleStatus.APPROVED,
            "create_time": now - timedelta(seconds=at % moments),
            "update_time": now,
        }
        for at, id_ in zip(range(number), _ids, strict=False)
    ]
    with transaction() as session:
        insert_many(session, Article, rows)
    channel_id: int = channels[0]
    return channel_id
