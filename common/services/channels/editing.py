"""Operators make, change, order and delete channels (contract/admin.md §2.32 to §2.35)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import (
    containing,
    insert_new,
    lock_one,
    newest,
    newest_page,
    transaction,
    update_unique,
)
from common.models import Article, ArticleRevision, Channel, ChannelTop, UserChannel
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import BatchCount, Operator
from common.schemas.events.channels import ChannelTableChanged, PinsChanged
from common.schemas.overseeing.channels import OverseenChannel, OverseenChannelList
from common.services import outbox
from common.services.audit.recording import changes_of, record
from common.utils.constants import BESIDE_THE_LIVE_TEXT, ArticleStatus

UNKNOWN: Final = "Invalid channel id."
INHABITED: Final = "Please delete the article first."
KIND: Final = "频道"

Edit = Mapping[str, Any]  # new values of channel_name, is_visible, is_default, sequence

_is_newest = and_(
    ArticleRevision.article_id == Article.article_id, ArticleRevision.version == Article.version
)
_kept = Article.status != ArticleStatus.DELETED


def list_channels(
    *,
    channel_id: int | None,
    keyword: str | None,
    is_visible: int | None,
    by_id: bool,
    page: int,
    per_page: int,
) -> OverseenChannelList:
    """A page of channels, the latest changed first unless by id. Two statements."""
    conditions = containing(keyword, Channel.channel_name)
    if channel_id is not None:
        conditions.append(Channel.channel_id == channel_id)
    if is_visible is not None:
        conditions.append(Channel.is_visible.is_(bool(is_visible)))
    articles = (
        select(func.count(Article.article_id))
        .where(Article.channel_id == Channel.channel_id, _kept)
        .correlate(Channel)
        .scalar_subquery()
    )
    latest = (Channel.update_time.desc(), Channel.channel_id.desc())
    query = select(Channel, articles).where(*conditions)
    query = query.order_by(*((Channel.channel_id,) if by_id else latest))
    count = select(func.count()).select_from(Channel).where(*conditions)
    rows, total = newest_page(query, count, page=page, per_page=per_page)
    return {
        "channels": [{**_shown(row), "article_count": count} for row, count in rows],
        "total_count": total,
    }


def get_channel(channel_id: int) -> OverseenChannel:
    """One channel.

    :raises InvalidInput: there is none with this id
    """
    row = newest(Channel, channel_id)
    if row is None:
        raise InvalidInput(UNKNOWN)
    return _shown(row)


def create_channel(operator: Operator, edit: Edit) -> OverseenChannel:
    """A new channel; readers and editors see it at once if it is visible.

    :raises Conflict: the name is taken
    """
    with transaction() as session:
        row = Channel(**edit)
        if not insert_new(session, row):
            raise Conflict(f"{edit['channel_name']} already exists")
        outbox.add(ChannelTableChanged())
        record(operator, _entry(Verb.ADD, row))
        return _shown(row)


def edit_channel(operator: Operator, channel_id: int, edit: Edit) -> OverseenChannel:
    """Change what was given, at once. Of a hidden one the articles can still be opened.

    :raises InvalidInput: there is none with this id
    :raises Conflict: the name is taken
    """
    with transaction() as session:
        row = lock_one(session, Channel, channel_id=channel_id)
        if row is None:
            raise InvalidInput(UNKNOWN)
        changes = changes_of({name: getattr(row, name) for name in edit}, edit)
        if not update_unique(session, row, {name: edit[name] for name in changes}):
            raise Conflict(f"{edit.get('channel_name')} already exists")
        if changes:
            outbox.add(ChannelTableChanged())
            record(operator, _entry(Verb.CHANGE, row, changes))
        return _shown(row)


def order_channels(operator: Operator, channel_ids: Sequence[int]) -> BatchCount:
    """Put these channels first, in this order; the others follow in theirs.

    :raises InvalidInput: there is no channel with one of these ids
    """
    with transaction() as session:
        query = select(Channel).order_by(Channel.sequence, Channel.channel_id).with_for_update()
        fresh = query.execution_options(populate_existing=True)
        rows = {row.channel_id: row for row in session.scalars(fresh)}
        if not rows.keys() >= set(channel_ids):
            raise InvalidInput({"channel_ids": UNKNOWN})
        order = dict.fromkeys([*channel_ids, *rows])
        entries = []
        for sequence, channel_id in enumerate(order, start=1):
            row = rows[channel_id]
            changes = changes_of({"sequence": row.sequence}, {"sequence": sequence})
            if changes:
                row.sequence = sequence
                entries.append(_entry(Verb.CHANGE, row, changes))
        session.flush()
        if entries:
            outbox.add(ChannelTableChanged())
            record(operator, *entries)
    return {"count": len(channel_ids)}


def delete_channel(operator: Operator, channel_id: int) -> None:
    """Delete a channel with what readers chose and what is pinned; an unknown one is gone already.

    :raises InvalidInput: articles belong to it that are not deleted, or will when a text that
        stands beside what readers see takes its place
    """
    with transaction() as session:
        row = lock_one(session, Channel, channel_id=channel_id)
        if row is None:
            return
        if _is_inhabited(session, channel_id):
            raise InvalidInput(INHABITED)
        session.execute(delete(UserChannel).where(UserChannel.channel_id == channel_id))
        session.execute(delete(ChannelTop).where(ChannelTop.channel_id == channel_id))
        session.delete(row)
        outbox.add(ChannelTableChanged())
        outbox.add(PinsChanged(channel_id=channel_id))
        record(operator, _entry(Verb.DELETE, row))


def _is_inhabited(session: Session, channel_id: int) -> bool:
    """One statement: between two a text could go from one place to the other."""
    of_it = select(Article.article_id).where(Article.channel_id == channel_id, _kept)
    beside = select(Article.article_id).join(ArticleRevision, _is_newest)
    coming = beside.where(
        ArticleRevision.status.in_(BESIDE_THE_LIVE_TEXT),
        ArticleRevision.channel_id == channel_id,
        _kept,
    )
    return bool(session.scalar(select(or_(of_it.exists(), coming.exists()))))


def _entry(verb: Verb, row: Channel, changes: Mapping[str, Change] | None = None) -> Entry:
    target = f"channel:{row.channel_id}"
    return Entry(verb=verb, kind=KIND, name=row.channel_name, target=target, changes=changes)


def _shown(row: Channel) -> OverseenChannel:
    return {
        "channel_id": str(row.channel_id),
        "name": row.channel_name,
        "is_visible": int(row.is_visible),
        "is_default": int(row.is_default),
        "sequence": row.sequence,
        "update_time": row.update_time.isoformat(timespec="seconds"),
    }
