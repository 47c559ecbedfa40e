"""Operators pin articles in front of a channel, for a time or for good (contract/admin.md §5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import db, lock_one, reading_primary, refresh_view, transaction
from common.models import Article, Channel, ChannelTop
from common.models.visibility import visible_articles_sql
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.events.channels import PinsChanged
from common.schemas.overseeing.channels import PinnedArticle, PinnedArticleList
from common.services import outbox
from common.services.audit.recording import record
from common.services.channels.catalogue import RECOMMENDED, RECOMMENDED_NAME
from common.services.channels.editing import UNKNOWN
from common.utils.parameters.basic import UNKNOWN_ARTICLE

ENDS_FIRST: Final = "Invalid date param."
KIND: Final = "频道置顶"

_FIRST_FIRST: Final = (ChannelTop.sequence.desc(), ChannelTop.article_id.desc())


class Pin(NamedTuple):
    """An article to be pinned; None: from now on, for good. Product time."""

    article_id: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def list_pins(channel_id: int) -> PinnedArticleList:
    """What is pinned in a channel, or will be, in order; 0 is the channel of recommendations.

    :raises InvalidInput: there is no such channel
    """
    refresh_view()
    with reading_primary():
        _name_of(db.session(), channel_id)
        return _listed(db.session(), channel_id)


def replace_pins(operator: Operator, channel_id: int, pins: Sequence[Pin]) -> PinnedArticleList:
    """Pin exactly these, in this order, at once; the first has the highest ``sequence``.

    :raises InvalidInput: there is no such channel; one is not an article that readers see in it; or
        ends before it begins
    """
    wanted = {pin.article_id: pin for pin in pins}
    if any(pin.starts_at and pin.ends_at and pin.starts_at >= pin.ends_at for pin in pins):
        raise InvalidInput({"tops": ENDS_FIRST})
    with transaction() as session:
        name = _name_of(session, channel_id, lock=True)
        _require_visible(session, channel_id, set(wanted))
        before = _ids(session, channel_id)
        session.execute(delete(ChannelTop).where(ChannelTop.channel_id == channel_id))
        session.add_all(
            ChannelTop(channel_id=channel_id, sequence=number, **pin._asdict())
            for number, pin in enumerate(reversed(wanted.values()), start=1)
        )
        session.flush()
        _tell(operator, channel_id, name, before, list(wanted))
        return _listed(session, channel_id)


def unpin(operator: Operator, channel_id: int, article_id: int) -> None:
    """Take one down; what is not pinned is down already.

    :raises InvalidInput: there is no such channel
    """
    with transaction() as session:
        name = _name_of(session, channel_id, lock=True)
        before = _ids(session, channel_id)
        if article_id not in before:
            return
        session.execute(
            delete(ChannelTop).where(
                ChannelTop.channel_id == channel_id, ChannelTop.article_id == article_id
            )
        )
        _tell(operator, channel_id, name, before, [id_ for id_ in before if id_ != article_id])


def _name_of(session: Session, channel_id: int, *, lock: bool = False) -> str:
    if channel_id == RECOMMENDED:
        return RECOMMENDED_NAME
    channel = (
        lock_one(session, Channel, channel_id=channel_id)
        if lock
        else session.get(Channel, channel_id, populate_existing=True)
    )
    if channel is None:
        raise InvalidInput(UNKNOWN)
    return channel.channel_name


def _require_visible(session: Session, channel_id: int, article_ids: set[int]) -> None:
    query = select(Article.article_id).where(
        Article.article_id.in_(article_ids), visible_articles_sql()
    )
    if channel_id != RECOMMENDED:
        query = query.where(Article.channel_id == channel_id)
    if article_ids and set(session.scalars(query)) != article_ids:
        raise InvalidInput({"tops": UNKNOWN_ARTICLE})


def _ids(session: Session, channel_id: int) -> list[int]:
    query = select(ChannelTop.article_id).where(ChannelTop.channel_id == channel_id)
    return list(
        session.scalars(query.order_by(ChannelTop.sequence.desc(), ChannelTop.article_id.desc()))
    )


def _tell(
    operator: Operator, channel_id: int, name: str, before: list[int], after: list[int]
) -> None:
    outbox.add(PinsChanged(channel_id=channel_id))
    entry = Entry(
        verb=Verb.CHANGE,
        kind=KIND,
        name=name,
        target=f"channel:{channel_id}",
        changes={"articles": Change(before, after)},
    )
    record(operator, entry)


def _listed(session: Session, channel_id: int) -> PinnedArticleList:
    rows = session.execute(
        select(
            ChannelTop.article_id,
            Article.title,
            ChannelTop.sequence,
            ChannelTop.starts_at,
            ChannelTop.ends_at,
        )
        .outerjoin(Article, Article.article_id == ChannelTop.article_id)
        .where(ChannelTop.channel_id == channel_id)
        .order_by(*_FIRST_FIRST)
    ).all()
    return {"tops": [_shown(row) for row in rows], "total_count": len(rows)}


def _shown(row: Any) -> PinnedArticle:
    return {
        "article_id": row.article_id,
        "title": row.title or "",
        "sequence": row.sequence,
        "starts_at": _time(row.starts_at),
        "ends_at": _time(row.ends_at),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
