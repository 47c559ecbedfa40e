"""Cached channel lists (contract/redis.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Select, select

from common.cache.engine import absences
from common.cache.engine.read_models import ReadModel, Ttl
from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.models import Channel, UserChannel
from common.schemas.news import ChannelInfo

ONLY = 1  # id of read models that have a single value

Channels = tuple[ChannelInfo, ...]

_DAY = Ttl(timedelta(days=1), jitter=timedelta(hours=1))
_BRIEFLY = timedelta(milliseconds=900)


def _visible() -> Select[int, str]:
    return (
        select(Channel.channel_id, Channel.channel_name)
        .where(Channel.is_visible.is_(True))
        .order_by(Channel.sequence, Channel.channel_id)
    )


def _channels(query: Select[int, str]) -> Channels:
    return tuple(
        ChannelInfo(channel_id=channel_id, name=name)
        for channel_id, name in db.session.execute(query)
    )


def _load_all(_ids: Sequence[int]) -> dict[int, Channels]:
    return {ONLY: _channels(_visible())}


def _load_default(_ids: Sequence[int]) -> dict[int, Channels]:
    return {ONLY: _channels(_visible().where(Channel.is_default.is_(True)))}


def _load_chosen(user_ids: Sequence[int]) -> dict[int, Channels]:
    """Chosen channels of readers who have ever edited theirs; the others are left out.

    Hidden ones are among them: an operator's edit would else concern the lists of everybody.
    """
    edited = db.session.scalars(
        select(UserChannel.user_id).where(UserChannel.user_id.in_(user_ids)).distinct()
    )
    chosen: dict[int, list[ChannelInfo]] = {user_id: [] for user_id in edited}
    rows = db.session.execute(
        select(UserChannel.user_id, Channel.channel_id, Channel.channel_name)
        .join(Channel, Channel.channel_id == UserChannel.channel_id)
        .where(
            UserChannel.user_id.in_(user_ids),
            UserChannel.is_deleted.is_(False),
        )
        .order_by(UserChannel.sequence, UserChannel.update_time, UserChannel.user_channel_id)
    )
    for row in rows:
        chosen[row.user_id].append(ChannelInfo(channel_id=row.channel_id, name=row.channel_name))
    return {user_id: tuple(channels) for user_id, channels in chosen.items()}


# All visible channels. The first level bounds how late an operator's edit shows: a second.
all_channels: ReadModel[Channels] = ReadModel(
    key="ch:all", value=Channels, ttl=_DAY, null_ttl=None, load=_load_all, l1=_BRIEFLY
)


def look_again(known: Channels) -> Channels:
    """The visible channels: those known, or, once a second, as they are in SQL."""

    def load_changed(ids: Sequence[int]) -> dict[int, Channels]:
        return {id_: found for id_, found in _load_all(ids).items() if found != known}

    changed = absences.look_again({ONLY: all_channels.key}, load_changed)
    if changed:
        with suppress(DependencyUnavailable):
            default_channels.invalidate(ONLY)
    return changed.get(ONLY, known)


# What visitors and readers who never edited their list see.
default_channels: ReadModel[Channels] = ReadModel(
    key="ch:user:default", value=Channels, ttl=_DAY, null_ttl=None, load=_load_default, l1=_BRIEFLY
)

# A reader's own list, of which the visible ones are shown; absent for one who never edited it,
# empty when edited to empty.
user_channels: ReadModel[Channels] = ReadModel(
    key="user:{}:ch",
    value=Channels,
    ttl=Ttl(timedelta(hours=1), jitter=timedelta(minutes=10)),
    null_ttl=Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1)),
    load=_load_chosen,
)
