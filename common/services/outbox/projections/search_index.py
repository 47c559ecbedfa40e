"""The search index follows articles as they appear, change and vanish (contract/search.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.schemas import events
from common.search import documents
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect


def _upserts(event: object) -> list[Effect]:
    match event:
        case events.ArticlePublished(article_id) | events.ArticleEdited(article_id):
            return [_effect(article_id)]
        case _:
            return []


def _removals(event: object) -> list[Effect]:
    match event:
        case events.ArticleWithdrawn(article_id):
            return [_effect(article_id)]
        case _:
            return []


def _effect(article_id: int) -> Effect:
    return Effect(f"article:{article_id}", {"article_id": article_id})


def _ids(effects: Sequence[StoredEffect]) -> list[int]:
    ids = [effect.payload.get("article_id") for effect in effects]
    sound = [id_ for id_ in ids if isinstance(id_, int)]
    if len(sound) < len(ids):
        raise MalformedPayload("article_id must be a number")
    return list(dict.fromkeys(sound))


def _follow(effects: Sequence[StoredEffect]) -> None:
    documents.follow(_ids(effects))


def _projection(topic: str, effects_of: Callable[[object], list[Effect]]) -> Projection:
    return Projection(topic=topic, effects_of=effects_of, deliver=_follow, is_slow=True, batch=100)


# Two topics by contract; one deed, so that a late removal cannot undo a newer publication.
INDEX = _projection("search.index", _upserts)
DELETE = _projection("search.delete", _removals)
