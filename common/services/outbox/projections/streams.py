"""Other systems hear of new and removed articles, if any listen (contract/admin.md §3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from common.extensions.messaging.streams import streams
from common.schemas import events
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect

NEW = "new-article"
REMOVED = "removed-article"


def _announcements(event: object) -> list[Effect]:
    match event:
        case events.ArticlePublished(article_id, _, channel_id) if streams.is_enabled:
            return [_effect(article_id, channel_id)]
        case _:
            return []


def _removals(event: object) -> list[Effect]:
    match event:
        case events.ArticleWithdrawn(article_id, _, channel_id) if streams.is_enabled:
            return [_effect(article_id, channel_id)]
        case _:
            return []


def _effect(article_id: int, channel_id: int) -> Effect:
    # The text that existing consumers parse.
    return Effect(f"article:{article_id}", {"message": f"{channel_id},{article_id}"})


def _send(topic: str, effects: Sequence[StoredEffect]) -> None:
    messages = [effect.payload.get("message") for effect in effects]
    sound = [message for message in messages if isinstance(message, str)]
    if len(sound) < len(messages):
        raise MalformedPayload("message must be a text")
    streams.send(topic, sound)


PUBLISHED = Projection(
    topic=NEW, effects_of=_announcements, deliver=partial(_send, NEW), is_slow=True, batch=100
)
WITHDRAWN = Projection(
    topic=REMOVED, effects_of=_removals, deliver=partial(_send, REMOVED), is_slow=True, batch=100
)
