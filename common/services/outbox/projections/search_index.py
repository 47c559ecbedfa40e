"""The search index follows articles as they appear, change and vanish (contract/search.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select

from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.models import Article
from common.models.visibility import approved_articles_sql
from common.search import documents, engine
from common.services.outbox.effects import (
    Effect,
    MalformedPayload,
    Projection,
    StoredEffect,
    new_row,
)
from common.utils import clock

AT_ONCE = 500  # articles of an author that one delivery writes down
BATCH = 200  # articles in one commit of the index


def effects_of(article_ids: Sequence[int]) -> list[Effect]:
    """Look at these articles again."""
    return [Effect(f"article:{id_}", {"article_id": id_}) for id_ in article_ids]


def _has_one_writer() -> bool:
    return engine().has_one_writer


def _follow(effects: Sequence[StoredEffect]) -> None:
    documents.follow(_versions(effects))


def _follow_own(effects: Sequence[StoredEffect]) -> None:
    documents.follow_own(_versions(effects))


def _versions(effects: Sequence[StoredEffect]) -> dict[int, int]:
    """By article, the newest effect. What was taken up too long ago is left to others.

    :raises DependencyUnavailable: this process slept between taking them up and now
    """
    if any(effect.deadline_ms < clock.now_ms() for effect in effects if effect.deadline_ms):
        raise DependencyUnavailable("search")
    return {_id(effect, "article_id"): effect.id for effect in effects}


def _id(effect: StoredEffect, name: str) -> int:
    id_ = effect.payload.get(name)
    if not isinstance(id_, int):
        raise MalformedPayload(f"{name} must be a number")
    return id_


def _projection(
    topic: str, deliver: Callable[[Sequence[StoredEffect]], None] = _follow
) -> Projection[int]:
    return Projection(
        topic=topic,
        effects_of=effects_of,
        deliver=deliver,
        is_slow=True,
        batch=BATCH,
        by_leader=_has_one_writer,
    )


# Two topics by contract; one deed, so that a late removal cannot undo a newer publication.
INDEX = _projection("search.index")
DELETE = _projection("search.delete")
# What authors find of their own, whatever readers see of it.
OWN = _projection("search.own", _follow_own)


def _effects_of_authors(author_ids: Sequence[int]) -> list[Effect]:
    """Look at everything of these authors again."""
    return [_of_author(id_, after=0) for id_ in author_ids]


def _of_author(author_id: int, *, after: int) -> Effect:
    return Effect(f"author:{author_id}", {"author_id": author_id, "after": after})


def _spread(effects: Sequence[StoredEffect]) -> None:
    """Write down the next articles of each author, and where to go on.

    Each becomes an effect of its own: of all that happens to one article the order is kept.
    """
    for effect in effects:
        author_id, after = _id(effect, "author_id"), _id(effect, "after")
        article_ids = _articles_of(author_id, after)
        found = [(INDEX, each) for each in effects_of(article_ids)]
        if len(article_ids) == AT_ONCE:
            found.append((AUTHORS, _of_author(author_id, after=article_ids[-1])))
        now = clock.now_precise()
        db.session.add_all(new_row(projection, each, at=now) for projection, each in found)


def _articles_of(author_id: int, after: int) -> list[int]:
    query = (
        select(Article.article_id)
        .where(Article.user_id == author_id, Article.article_id > after, approved_articles_sql())
        .order_by(Article.article_id)
        # Of a ban that is not yet committed the row is older than what is written here: it would
        # be refused as such, so it is waited for, and what it bans is left to it.
        .with_for_update(read=True)
    )
    return list(db.session.scalars(query.limit(AT_ONCE)))


AUTHORS = Projection(
    topic="search.authors",
    effects_of=_effects_of_authors,
    deliver=_spread,
    in_transaction=True,
    batch=20,
)
OF_ARTICLES = (INDEX, DELETE, OWN)
