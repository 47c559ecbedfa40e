"""Counters in STORE follow what happened, each event counted once (contract/redis.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from common.cache import counters
from common.cache.counters import Counter
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.schemas import events
from common.schemas.events import CommentPlace
from common.services.outbox.effects import (
    ONE_SECOND,
    Effect,
    MalformedPayload,
    Payload,
    Projection,
    StoredEffect,
)
from common.utils.constants import AttitudeKind, RelationKind

TOPIC = "counter.apply"
APPLIED = f"applied:{TOPIC}"  # ids of outbox rows that were counted, scored by epoch seconds
DIRTY = "count:dirty"  # touched ids: articles as they are, users as ``u:<id>``

_APPLY = load_script(__file__, "count_apply")

Change = tuple[str, int, int | None]  # key, member, amount; None forgets the member

# Counters with a durable copy in SQL, by the row that holds it.
OF_ARTICLES = (
    counters.article_reads,
    counters.article_collections,
    counters.article_likes,
    counters.article_dislikes,
    counters.article_comments,
)
OF_USERS = (
    counters.user_articles,
    counters.user_reads,
    counters.user_followings,
    counters.user_followers,
    counters.user_likes,
)
_ARTICLE_KEYS = frozenset(counter.key for counter in OF_ARTICLES)
_USER_KEYS = frozenset(counter.key for counter in OF_USERS)
_KNOWN_KEYS = frozenset(counter.key for counter in counters.ALL)


def effects_of(event: object) -> list[Effect]:
    """One effect with every figure that an event moves, or none."""
    changes = [change for change in _changes_of(event) if change[2] != 0]
    if not changes:
        return []
    key, member, _ = changes[0]
    return [Effect(f"{key}:{member}", {"changes": [list(change) for change in changes]})]


def _changes_of(event: object) -> list[Change]:
    match event:
        case events.AttitudeChanged():
            return _attitude(event)
        case events.CollectionChanged(user_id, article_id, is_collected):
            amount = 1 if is_collected else -1
            of_article = 0 if event.is_article_deleted else amount
            return [
                _change(counters.article_collections, article_id, of_article),
                _change(counters.user_collections, user_id, amount),
            ]
        case events.RelationChanged(user_id, target_user_id, before, after):
            amount = (after == RelationKind.FOLLOW) - (before == RelationKind.FOLLOW)
            return [
                _change(counters.user_followings, user_id, amount),
                _change(counters.user_followers, target_user_id, amount),
            ]
        case events.CommentLikingChanged(_, comment_id, is_liked):
            return [_change(counters.comment_likes, comment_id, 1 if is_liked else -1)]
        case _:
            return _publication(event)


def _publication(event: object) -> list[Change]:
    match event:
        case events.CommentAdded() | events.CommentDecided() if event.is_visible:
            return _comments(event.article_id, [event.place], 1)
        case events.CommentDeleted(article_id, removed):
            changes = _comments(article_id, removed, -1)
            gone = counters.article_comments.key if event.is_article_deleted else None
            return [change for change in changes if change[0] != gone]
        case events.ArticlePublished(article_id, author_id, _, likes):
            return _author(author_id, 1, likes)
        case events.ArticlesImported(figures):
            return [_change(counters.user_articles, author, count) for author, count in figures]
        case events.ArticleWithdrawn(article_id, author_id, _, likes, is_deleted):
            forgotten = OF_ARTICLES if is_deleted else ()
            return [
                *_author(author_id, -1, -likes),
                *((counter.key, article_id, None) for counter in forgotten),
            ]
        case _:
            return []


def _change(counter: Counter, member: int, amount: int) -> Change:
    return counter.key, member, amount


def _attitude(event: events.AttitudeChanged) -> list[Change]:
    if event.is_article_deleted:
        return []
    like, dislike = AttitudeKind.LIKE, AttitudeKind.DISLIKE
    likes = (event.after == like) - (event.before == like)
    dislikes = (event.after == dislike) - (event.before == dislike)
    changes = [
        _change(counters.article_likes, event.article_id, likes),
        _change(counters.article_dislikes, event.article_id, dislikes),
    ]
    if event.author_id is not None:
        changes.append(_change(counters.user_likes, event.author_id, likes))
    return changes


def _author(author_id: int, articles: int, likes: int) -> list[Change]:
    return [
        _change(counters.user_articles, author_id, articles),
        _change(counters.user_likes, author_id, likes),
    ]


def _comments(article_id: int, places: Iterable[CommentPlace], amount: int) -> list[Change]:
    """A reply counts for the thread's root and, deeper down, for the reply that it answers."""
    figures: dict[tuple[Counter, int], int] = {}
    for place in places:
        counted = [(counters.article_comments, article_id)]
        ancestors = {place.root_id, place.parent_id} - {None}
        counted += [(counters.comment_replies, id_) for id_ in ancestors if id_ is not None]
        for figure in counted:
            figures[figure] = figures.get(figure, 0) + amount
    return [_change(counter, member, total) for (counter, member), total in figures.items()]


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Count effects that were not counted yet: one stage, all or nothing.

    :raises DependencyUnavailable: STORE is away, or the caller took too long to get here
    """
    keys: dict[str, int] = {}
    arguments: list[Any] = []
    for effect in effects:
        changes = _changes_in(effect.payload)
        touched = sorted(_marks_of(changes))
        arguments += [effect.id, len(touched), *touched, len(changes)]
        for key, member, amount in changes:
            index = keys.setdefault(key, len(keys) + 3)
            arguments += [index, member, "" if amount is None else amount]
    deadline = min(effect.deadline_ms for effect in effects) // 1000
    try:
        applied = store.script(_APPLY, [APPLIED, DIRTY, *keys], [deadline, *arguments])
    finally:
        store.drop_copies(list(keys))
    if applied < 0:
        raise DependencyUnavailable(store.name)


def _marks_of(changes: Iterable[Change]) -> set[str]:
    marks = {mark_of(key, member) for key, member, amount in changes if amount is not None}
    return {mark for mark in marks if mark is not None}


def _changes_in(payload: Payload) -> list[Change]:
    try:
        changes = [
            (str(key), int(member), None if amount is None else int(amount))
            for key, member, amount in payload["changes"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedPayload(str(error)) from error
    if unknown := {key for key, _, _ in changes} - _KNOWN_KEYS:
        raise MalformedPayload(f"unknown counters: {', '.join(sorted(unknown))}")
    return changes


def mark_of(key: str, member: int) -> str | None:
    """How the set of touched ids names a member; None if no copy in SQL has to follow it."""
    if key in _ARTICLE_KEYS:
        return str(member)
    return f"u:{member}" if key in _USER_KEYS else None


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, inline=True, max_backoff=ONE_SECOND
)
