"""Cached facts about logins: whether one was ended before its tokens expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import and_, or_, select

from common.cache.engine.read_models import ReadModel, Ttl
from common.extensions.db import db
from common.models import RevokedToken
from common.utils.jwt_util import SESSION_DIGITS, session_of

_BEHIND_ALL_DIGITS = "g"
_YES = 1


def number(jti: str) -> int:
    """The id under which a token is cached: its login, as a number above 0."""
    return int(session_of(jti), 16) + 1


def _load(numbers: Sequence[int]) -> dict[int, int]:
    beginnings = [f"{each - 1:0{SESSION_DIGITS}x}" for each in numbers]
    found = db.session.scalars(
        select(RevokedToken.jti).where(
            or_(
                *(
                    and_(
                        RevokedToken.jti >= beginning,
                        RevokedToken.jti < beginning + _BEHIND_ALL_DIGITS,
                    )
                    for beginning in beginnings
                )
            )
        )
    )
    return {number(jti): _YES for jti in found}


# A log-out must hold in every process within a second, hence the short first level.
revoked: ReadModel[int] = ReadModel(
    key="token:{}:revoked",
    value=Literal[1],
    ttl=Ttl(timedelta(hours=1), jitter=timedelta(minutes=10)),
    null_ttl=Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1)),
    load=_load,
    l1=timedelta(milliseconds=900),
)
