"""The search index follows articles as they appear, change and vanish (contract/search.md §3)."""

from __future__ import annotations

from collections.abc import Sequence

from common.search import documents
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect


def effects_of(article_ids: Sequence[int]) -> list[Effect]:
    """Look at these articles again."""
    return [Effect(f"article:{id_}", {"article_id": id_}) for id_ in article_ids]


def _ids(effects: Sequence[StoredEffect]) -> list[int]:
    ids = [effect.payload.get("article_id") for effect in effects]
    sound = [id_ for id_ in ids if isinstance(id_, int)]
    if len(sound) < len(ids):
        raise MalformedPayload("article_id must be a number")
    return list(dict.fromkeys(sound))


def _follow(effects: Sequence[StoredEffect]) -> None:
    documents.follow(_ids(effects))


def _projection(topic: str) -> Projection[int]:
    return Projection(topic=topic, effects_of=effects_of, deliver=_follow, is_slow=True, batch=100)


# Two topics by contract; one deed, so that a late removal cannot undo a newer publication.
INDEX = _projection("search.index")
DELETE = _projection("search.delete")
