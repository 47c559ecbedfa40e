"""Other systems hear of new and removed articles, if any listen (contract/admin.md §3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from common.extensions.messaging.streams import streams
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect


class Told(NamedTuple):
    """An article that others hear of, and its channel."""

    article_id: int
    channel_id: int


def effects_of(articles: Sequence[Told]) -> list[Effect]:
    """One message per article, in the text that existing consumers parse; none without streams."""
    if not streams.is_enabled:
        return []
    return [
        Effect(f"article:{article_id}", {"message": f"{channel_id},{article_id}"})
        for article_id, channel_id in articles
    ]


def _send(topic: str, effects: Sequence[StoredEffect]) -> None:
    messages = [effect.payload.get("message") for effect in effects]
    sound = [message for message in messages if isinstance(message, str)]
    if len(sound) < len(messages):
        raise MalformedPayload("message must be a text")
    streams.send(topic, sound)


def _projection(topic: str) -> Projection[Told]:
    return Projection(
        topic=topic,
        effects_of=effects_of,
        deliver=partial(_send, topic),
        is_slow=True,
        batch=100,
    )


PUBLISHED = _projection("new-article")
WITHDRAWN = _projection("removed-article")
