"""Cached values that an event made wrong are dropped (contract/redis.md §2, column "inv")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from common.cache import channel, comment, news, people, shelves, tokens, user
from common.cache.engine.loading import invalidate_keys
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
from common.utils.constants import RelationKind

TOPIC = "cache.invalidate"


class _Model(Protocol):
    """What all kinds of cached models have in common."""

    key: str


def effects_of(event: object) -> list[Effect]:
    """One effect with every key that an event made wrong, or none."""
    keys = list(dict.fromkeys(_keys_of(event)))
    return [Effect(keys[0], {"keys": keys})] if keys else []


def _keys_of(event: object) -> list[str]:
    match event:
        case events.ChannelsChanged(user_id):
            return _keys(user_id, channel.user_channels)
        case events.AttitudeChanged():
            return _keys(event.user_id, news.attitudes)
        case events.CollectionChanged(user_id):
            return _keys(user_id, news.collected, shelves.collections)
        case events.RelationChanged():
            return _relation(event)
        case events.CommentLikingChanged(user_id):
            return _keys(user_id, comment.comment_likings)
        case _:
            return _keys_of_account(event) or _keys_of_content(event)


def _keys_of_account(event: object) -> list[str]:
    match event:
        case events.UserRegistered(user_id) | events.UserStatusChanged(user_id):
            account = _keys(user_id, user.profile, user.status, user.token_version)
            return [*account, *_keys(user_id, shelves.published)]
        case events.ProfileChanged(user_id):
            return _keys(user_id, user.profile, user.private_profile)
        case events.TokenRevoked(jti):
            return _keys(tokens.number(jti), tokens.revoked)
        case _:
            return []


def _keys_of_content(event: object) -> list[str]:
    match event:
        case events.ArticlePublished() | events.ArticleWithdrawn():
            return [*_article(event.article_id), *_keys(event.author_id, shelves.published)]
        case events.ArticlesImported(figures):
            return [key for author, _ in figures for key in _keys(author, shelves.published)]
        case events.ArticleEdited(article_id):
            return _article(article_id)
        case events.AnnouncementChanged() | events.AnnouncementPublished():
            return _announcement(event.announcement_id)
        case events.ChannelTableChanged():
            return [channel.all_channels.key, channel.default_channels.key]
        case _:
            return _keys_of_comments(event)


def _keys_of_comments(event: object) -> list[str]:
    match event:
        case events.CommentAdded() | events.CommentDecided() if event.is_visible:
            return _comments(event.article_id, [event.place])
        case events.CommentDeleted(article_id, removed):
            return _comments(article_id, removed)
        case events.CommentPinned(article_id, place):
            return _comments(article_id, [place])
        case _:
            return []


def _keys(id_: int, *models: _Model) -> list[str]:
    return [model.key.format(id_) for model in models]


def _article(article_id: int) -> list[str]:
    return _keys(article_id, news.article_info, news.article_body)


def _announcement(announcement_id: int) -> list[str]:
    # Names, not models: announcements can be removed as a whole (contract/redis.md §2).
    return ["announcement", f"announcement:{announcement_id}"]


def _relation(event: events.RelationChanged) -> list[str]:
    """What both sides know of each other, and the lists that one of them enters or leaves."""
    kinds = {event.before, event.after}
    keys = _keys(event.user_id, user.relations)
    if RelationKind.FOLLOW in kinds:
        keys += _keys(event.user_id, people.followings, people.mutual)
        keys += _keys(event.target_user_id, people.followers, people.mutual)
    if RelationKind.BLACKLIST in kinds:
        keys += _keys(event.user_id, people.blocked)
    return keys


def _comments(article_id: int, places: Iterable[CommentPlace]) -> list[str]:
    """Each comment, the list it stands in, and the list below it."""
    keys: list[str] = []
    for place in places:
        keys += _keys(place.comment_id, comment.comment_info, comment.comment_replies)
        if place.parent_id is None:
            keys += _keys(article_id, comment.article_comments)
        for ancestor in (place.root_id, place.parent_id):
            if ancestor is not None:
                keys += _keys(ancestor, comment.comment_replies)
    return keys


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Drop the keys of all effects: one stage.

    :raises DependencyUnavailable: CACHE is away
    """
    invalidate_keys(key for effect in effects for key in _keys_in(effect.payload))


def _keys_in(payload: Payload) -> list[str]:
    keys = payload.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise MalformedPayload("keys must be a list of texts")
    return keys


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, inline=True, max_backoff=ONE_SECOND
)
