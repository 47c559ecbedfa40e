"""Notifications to one user are kept in SQL, then told at once (contract/realtime.md §4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from common.extensions.db import db
from common.extensions.messaging.push import user_room
from common.models import Article, Notification, Relation, User
from common.models.visibility import visible_articles_sql
from common.services.ids import identifiers
from common.services.outbox.effects import (
    Effect,
    MalformedPayload,
    Payload,
    Projection,
    StoredEffect,
    new_row,
)
from common.services.outbox.projections import pushes
from common.services.visibility import Place, is_shown, person_verdict
from common.utils import clock, media
from common.utils.constants import NotificationKind

TOPIC = "notify"

ONCE_IN = timedelta(hours=24)  # per actor, kind and object
LIKES_PER_MINUTE = 10  # told at once per article; beyond, one a minute
ONE_MINUTE = timedelta(minutes=1)

EVENTS = {
    NotificationKind.FOLLOW: "following notify",
    NotificationKind.LIKE: "liking notify",
    NotificationKind.COMMENT: "comment notify",
    NotificationKind.REPLY: "reply notify",
}


@dataclass(frozen=True)
class Wanted:
    """Somebody is to be told what somebody else did.

    ``media_prefix`` is where the actor sees pictures: that of the request by default.
    """

    kind: NotificationKind
    user_id: int
    actor_id: int
    article_id: int | None = None
    comment_id: int | None = None
    media_prefix: str = field(default_factory=media.prefix)

    @property
    def object_id(self) -> int:
        """What at most one notification a day is about; a comment is its own object."""
        return self.comment_id or self.article_id or self.user_id

    def dedup(self, day: datetime) -> str:
        """Names actor, kind, object and calendar day."""
        text = f"{self.kind}:{self.actor_id}:{self.object_id}:{day:%Y-%m-%d}"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def effects_of(wanted: Sequence[Wanted]) -> list[Effect]:
    """One effect for each who is told; nobody is told about himself.

    One user's notifications are written one after the other: none is written twice.
    """
    return [
        Effect(f"user:{each.user_id}", _payload(each))
        for each in wanted
        if each.user_id != each.actor_id
    ]


def _payload(wanted: Wanted) -> Payload:
    return {name: value for name, value in asdict(wanted).items() if value is not None}


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Store the notifications that are due, and write down who is to be told at once."""
    session = db.session()
    wanted = [(effect, _parsed(effect)) for effect in effects]
    facts = _Facts(session, [each for _, each in wanted])
    for effect, each in wanted:
        if facts.is_due(each, effect.created_at):
            row = facts.store(each, effect.created_at)
            if facts.is_told_at_once(each, effect.created_at):
                told = _told(row, each.media_prefix)
                message = pushes.Message(EVENTS[each.kind], told, room=user_room(each.user_id))
                for push in pushes.effects_of([message]):
                    session.add(new_row(pushes.PROJECTION, push, at=clock.now_precise()))


def _parsed(effect: StoredEffect) -> Wanted:
    try:
        payload = dict(effect.payload)
        return Wanted(**{**payload, "kind": NotificationKind(payload["kind"])})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedPayload(str(error)) from error


def _told(row: Notification, media_prefix: str) -> dict[str, object]:
    """The members of the wire; the picture where the actor himself would see it."""
    members = dict(row.payload)
    address = media.avatar(members["user_photo"], members["user_id"])
    if address.startswith(media.prefix()):
        address = media_prefix + address.removeprefix(media.prefix())
    return {**members, "user_photo": address, "id": row.id}


class _Person(NamedTuple):
    """One side of a notification."""

    name: str
    photo: str
    status: int


class _Facts:
    """What a batch of notifications depends on, read in a handful of queries."""

    def __init__(self, session: Session, wanted: Sequence[Wanted]) -> None:
        self._session = session
        people = {each.actor_id for each in wanted} | {each.user_id for each in wanted}
        self._people = _people(session, people)
        self._titles = _titles(session, {each.article_id for each in wanted if each.article_id})
        self._relations = _relations(session, {(each.user_id, each.actor_id) for each in wanted})
        self._told: dict[tuple[int, str], datetime] = {}
        self._likes: dict[int, list[datetime]] = {}

    def is_due(self, wanted: Wanted, at: datetime) -> bool:
        """Whether it is about what he may see, and was not told within a day already."""
        if not (self._may_hear(wanted) and self._is_about_something(wanted)):
            return False
        names = [wanted.dedup(at), wanted.dedup(at - ONCE_IN)]
        query = select(Notification.created_at).where(
            Notification.user_id == wanted.user_id, Notification.dedup.in_(names)
        )
        former = list(self._session.scalars(query))
        return all(at - told_at >= ONCE_IN for told_at in former)

    def _may_hear(self, wanted: Wanted) -> bool:
        user, actor = self._people.get(wanted.user_id), self._people.get(wanted.actor_id)
        if user is None or actor is None:
            return False
        relation = self._relations.get((wanted.user_id, wanted.actor_id))
        judged = (
            person_verdict(status=user.status),
            person_verdict(status=actor.status, relation=relation),
        )
        return is_shown(min(judged), Place.NOTIFICATIONS)

    def _is_about_something(self, wanted: Wanted) -> bool:
        return wanted.article_id is None or wanted.article_id in self._titles

    def store(self, wanted: Wanted, at: datetime) -> Notification:
        """Write the notification."""
        row = Notification(
            id=identifiers.new_id(),
            user_id=wanted.user_id,
            actor_id=wanted.actor_id,
            kind=wanted.kind,
            article_id=wanted.article_id,
            comment_id=wanted.comment_id,
            payload=self._members(wanted, at),
            created_at=at.replace(microsecond=0),
            dedup=wanted.dedup(at),
        )
        self._session.add(row)
        self._session.flush()
        return row

    def _members(self, wanted: Wanted, at: datetime) -> dict[str, Any]:
        actor = self._people[wanted.actor_id]
        members: dict[str, Any] = {
            "user_id": wanted.actor_id,
            "user_id_str": str(wanted.actor_id),
            "user_name": actor.name,
            "user_photo": actor.photo,  # a storage key: doors know their own address
            "timestamp": clock.to_ms(at) // 1000,
        }
        if wanted.article_id is not None:
            members["art_id"] = wanted.article_id
            members["art_id_str"] = str(wanted.article_id)
            members["art_title"] = self._titles[wanted.article_id]
        if wanted.kind == NotificationKind.REPLY:
            members["com_id"] = wanted.comment_id
        return members

    def is_told_at_once(self, wanted: Wanted, at: datetime) -> bool:
        """False for likes beyond ten a minute of one article, save the first of each minute."""
        if wanted.kind != NotificationKind.LIKE or wanted.article_id is None:
            return True
        minute = at.replace(second=0, microsecond=0)
        query = select(Notification.created_at).where(
            Notification.user_id == wanted.user_id,
            Notification.kind == NotificationKind.LIKE,
            Notification.article_id == wanted.article_id,
            Notification.created_at >= minute - ONE_MINUTE,
        )
        recent = list(self._session.scalars(query))  # with the one just stored
        now = sum(1 for liked_at in recent if liked_at >= minute)
        before = len(recent) - now
        return now <= (1 if before > LIKES_PER_MINUTE else LIKES_PER_MINUTE)


def _people(session: Session, user_ids: Iterable[int]) -> dict[int, _Person]:
    rows = session.execute(
        select(User.user_id, User.user_name, User.profile_photo, User.status).where(
            User.user_id.in_(list(user_ids))
        )
    )
    return {
        row.user_id: _Person(row.user_name, row.profile_photo or "", row.status) for row in rows
    }


def _titles(session: Session, article_ids: Iterable[int]) -> dict[int, str]:
    """Titles of the visible ones: nobody is told of what has vanished meanwhile."""
    rows = session.execute(
        select(Article.article_id, Article.title).where(
            Article.article_id.in_(list(article_ids)), visible_articles_sql()
        )
    )
    return {row.article_id: row.title for row in rows}


def _relations(session: Session, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How the first of each pair stands to the second."""
    rows = session.execute(
        select(Relation.user_id, Relation.target_user_id, Relation.relation).where(
            tuple_(Relation.user_id, Relation.target_user_id).in_(list(pairs))
        )
    )
    return {(row.user_id, row.target_user_id): row.relation for row in rows}


PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, in_transaction=True, batch=100
)
