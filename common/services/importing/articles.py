"""Importing articles in bulk: repeatable, in large transactions, with figures made at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from common.cache import counters
from common.extensions.db import db, session_scope, transaction
from common.models import Article, ArticleContent, ArticleSource, ArticleStatistic
from common.services.articles.publication_times import FeedTimes
from common.services.counters import rebuilding
from common.services.ids import identifiers
from common.services.importing.drafts import Draft, draft_all
from common.services.importing.items import Item, keys, tidied
from common.services.importing.pictures import PictureStore
from common.services.importing.places import Places
from common.utils import clock
from common.utils.constants import ArticleStatus

Row = dict[str, Any]

BATCH: Final = 500  # articles per transaction
_ATTEMPTS: Final = 3  # of a batch that somebody else's publication collided with


@dataclass(frozen=True)
class Outcome:
    """What an import did: ``known`` items were here already, ``unusable`` ones lack something."""

    imported: int
    known: int
    unusable: int
    channels: int
    authors: int


def import_items(
    items: Iterable[Item],
    *,
    pictures: PictureStore | None = None,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Add the articles that are not here yet; those that are stay as they are.

    An item is known by what its source calls it, or by author, title and time. What was imported
    before a failure stays, and the next import goes on from there.

    :param pictures: None: covers and pictures keep their foreign addresses
    :param progress: called with the number of items read so far
    :raises Unreadable: the source breaks off; what came before is imported
    :raises DependencyUnavailable: SQL, STORE or the object storage is down
    """
    work = _Import(pictures)
    with session_scope():
        try:
            for batch in _batches(items):
                work.add(batch)
                if progress is not None:
                    progress(work.read)
        finally:
            if work.imported:
                # Nothing else is known of these articles; the figures of their authors follow.
                rebuilding.rebuild([counters.user_articles.key])
    return Outcome(
        imported=work.imported,
        known=work.known,
        unusable=work.unusable,
        channels=work.places.new_channels,
        authors=work.places.new_authors,
    )


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch


@dataclass
class _Import:
    """One run: what it found out so far."""

    pictures: PictureStore | None
    places: Places = field(default_factory=Places)
    times: FeedTimes = field(default_factory=FeedTimes)
    # The first item of a source is its newest: each undated one lies before the last.
    undated_ms: int = field(default_factory=clock.now_ms)
    read: int = 0
    imported: int = 0
    known: int = 0
    unusable: int = 0

    def add(self, batch: Sequence[Item]) -> None:
        """Import those of a batch that are new."""
        complete = [item for item in map(tidied, batch) if item.is_complete]
        for attempt in range(1, _ATTEMPTS + 1):
            new = _without_known(complete)
            self.places.prepare(
                channels=[item.channel for item in new], authors=[item.author for item in new]
            )
            drafts = draft_all(new, self.places, self.pictures)
            try:
                self._write(drafts)
                break
            except IntegrityError:
                if attempt == _ATTEMPTS:
                    raise
        self.read += len(batch)
        self.imported += len(drafts)
        self.known += len(complete) - len(new)
        self.unusable += len(batch) - len(complete) + len(new) - len(drafts)

    def _write(self, drafts: Sequence[Draft]) -> None:
        if not drafts:
            return
        wanted = [self._wanted_ms(one.item.published_at) for one in drafts]
        # Ids grow with time within a batch, as lists by id expect.
        order = sorted(range(len(drafts)), key=wanted.__getitem__)
        ids = dict(zip(order, identifiers.new_ids(len(drafts)), strict=True))
        with transaction() as session:
            times = self.times.claim(session, wanted)
            session.execute(
                insert(Article),
                [_article(one, ids[n], times[n]) for n, one in enumerate(drafts)],
            )
            session.execute(
                insert(ArticleContent),
                [{"article_id": ids[n], "content": one.html} for n, one in enumerate(drafts)],
            )
            session.execute(insert(ArticleStatistic), [{"article_id": id_} for id_ in ids.values()])
            session.execute(
                insert(ArticleSource),
                [
                    {"source_key": key, "article_id": ids[n]}
                    for n, one in enumerate(drafts)
                    for key in keys(one.item)
                ],
            )

    def _wanted_ms(self, published_at: datetime | None) -> int:
        if published_at is None:
            self.undated_ms -= 1
            return self.undated_ms
        return clock.to_ms(published_at)


def _without_known(items: Sequence[Item]) -> list[Item]:
    """The items that are neither in the database nor twice in this batch."""
    wanted = [keys(item) for item in items]
    query = select(ArticleSource.source_key).where(
        ArticleSource.source_key.in_([key for each in wanted for key in each])
    )
    seen = set(db.session.scalars(query))
    new = []
    for item, names in zip(items, wanted, strict=True):
        if seen.isdisjoint(names):
            new.append(item)
        seen.update(names)
    return new


def _article(one: Draft, article_id: int, feed_ms: int) -> Row:
    published_at = clock.from_ms(feed_ms).replace(microsecond=0)
    return {
        "article_id": article_id,
        "user_id": one.author_id,
        "channel_id": one.channel_id,
        "title": one.item.title,
        "cover": one.cover,
        "status": ArticleStatus.APPROVED,
        "create_time": published_at,
        "update_time": published_at,
        "review_time": published_at,
        "feed_ms": feed_ms,
    }
