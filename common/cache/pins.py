"""Pinned articles of a channel: STORE ``ch:<channel>:art:top``, source of record channel_top."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import select

from common.cache import news
from common.cache.engine.keys import ids_among
from common.cache.engine.local import first_level
from common.cache.engine.stages import Answer, Stage
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view
from common.extensions.redis import Command, store
from common.models import ChannelTop
from common.utils import clock

PINS_KEPT = 20
_FRESH_SECONDS = 0.9


def key(channel_id: int) -> str:
    """Where the pins of a channel are kept; channel 0 is 推荐."""
    return f"ch:{channel_id}:art:top"


def want(ask: Stage, channel_id: int) -> Answer[tuple[int, ...]]:
    """Ask within a stage for the pinned articles of a channel, highest pin score first; from SQL
    while STORE is away. Free while the process knows them."""
    held = first_level.fresh(key(channel_id))
    if held is not None:
        known: tuple[int, ...] = held.value
        return lambda: known
    position = ask.store.add("ZREVRANGE", key(channel_id), 0, PINS_KEPT - 1)
    return partial(_answer, ask, position, channel_id, first_level.drops)


def _answer(ask: Stage, position: int, channel_id: int, drops: int) -> tuple[int, ...]:
    try:
        members = ask.store.reply(position)
    except DependencyUnavailable:
        found = tuple(from_sql(channel_id))
    else:
        found = _read(members, channel_id)
    first_level.put(key(channel_id), found, _FRESH_SECONDS, drops=drops)
    return found


def _read(members: Any, channel_id: int) -> tuple[int, ...]:
    """The pins of a reply; what is foreign is written anew."""
    if isinstance(members, list):
        found = tuple(ids_among(members))
        if len(found) == len(members):
            return found
    with suppress(DependencyUnavailable):
        rebuild([channel_id])
    return tuple(from_sql(channel_id))


def from_sql(channel_id: int) -> dict[int, int]:
    """Pin score by article, of the pins that are due now, best first."""
    refresh_view()
    rows = db.session.execute(
        select(ChannelTop.article_id, ChannelTop.sequence)
        .where(ChannelTop.channel_id == channel_id, news.pin_is_due(clock.now()))
        .order_by(ChannelTop.sequence.desc(), ChannelTop.article_id.desc())
        .limit(PINS_KEPT)
    )
    return {article_id: int(sequence) for article_id, sequence in rows}


def rebuild(channel_ids: Iterable[int]) -> None:
    """Write the pins of channels anew from SQL; what was cached of these articles is dropped.

    :raises DependencyUnavailable: STORE or CACHE is down; the outbox repeats this
    """
    unreachable: DependencyUnavailable | None = None
    for channel_id in channel_ids:
        name = key(channel_id)
        pinned = from_sql(channel_id)
        before = ids_among(store.read("zset", "ZRANGE", name, 0, -1) or ())
        try:
            news.article_info.invalidate(*{*before, *pinned})
        except DependencyUnavailable as error:  # the feed's pins need not wait for CACHE
            unreachable = error
        commands: list[Command] = [("DEL", name)]
        commands += [("ZADD", name, score, id_) for id_, score in pinned.items()]
        store.stage([("MULTI",), *commands, ("EXEC",)])
        first_level.drop([name])
    if unreachable is not None:
        raise unreachable
