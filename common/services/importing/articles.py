"""Importing articles in bulk: repeatable, in large transactions, beside whatever else goes on."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import reading_primary, refresh_view, session_scope, transaction
from common.extensions.db.engines import is_duplicate
from common.models import Article, ArticleContent, ArticleSource, ArticleStatistic
from common.schemas.events.articles import ArticlesImported
from common.services import outbox
from common.services.articles.measures import measure
from common.services.articles.publication_times import FeedTimes
from common.services.ids import identifiers
from common.services.importing.drafts import Draft, draft_all
from common.services.importing.findings import Findings
from common.services.importing.items import Item, tidied
from common.services.importing.pictures import PictureStore
from common.services.importing.places import Places
from common.services.importing.recognising import Recognised, recognise
from common.utils import clock
from common.utils.constants import ArticleStatus

Row = dict[str, Any]

BATCH: Final = 500  # articles per transaction
_ATTEMPTS: Final = 8  # of a batch that somebody else's publication or import collided with
_PAUSE_SECONDS: Final = 0.2  # after the first of them, at most; doubled after each

_SHARED: Final = ("sql", "ids")  # what rivals wait for


@dataclass(frozen=True)
class Outcome:
    """What an import did: ``known`` items were here already, ``unusable`` ones lack something."""

    imported: int = 0
    known: int = 0
    unusable: int = 0
    channels: int = 0
    authors: int = 0

    @property
    def read(self) -> int:
        """How many items were looked at."""
        return self.imported + self.known + self.unusable


def import_items(
    items: Iterable[Item],
    *,
    pictures: PictureStore | None = None,
    progress: Callable[[Outcome], None] | None = None,
    findings: Findings | None = None,
    batch_size: int = BATCH,
    pause_seconds: float = _PAUSE_SECONDS,
) -> Outcome:
    """Add the articles that are not here yet; those that are stay as they are.

    What an item is known by: :class:`~common.services.importing.items.Names`. What was imported
    before a failure stays, and the next import goes on from there; several imports may run at once.

    :param pictures: None: covers and pictures keep their foreign addresses
    :param progress: called after each batch with what was done so far
    :param findings: what is left out, and why, is noted there
    :param batch_size: articles per transaction
    :param pause_seconds: after a collision, at most; doubled after each further one
    :raises Unreadable: the source is not one at all
    :raises DependencyUnavailable: SQL, STORE or the object storage is down
    """
    work = _Import(pictures, findings if findings is not None else Findings(), pause_seconds)
    with session_scope():
        identifiers.new_id()  # a first one takes a lease: not within somebody's transaction
        for batch in _batches(items, batch_size):
            work.add(batch)
            if progress is not None:
                progress(work.outcome)
    return work.outcome


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def usable(items: Iterable[Item], findings: Findings, *, first: int = 0) -> Iterator[Item]:
    """The items in the form that we keep; one that lacks something is noted and left out.

    :param first: how many items came before these
    """
    for place, read in enumerate(items, first):
        item = tidied(read, place)
        if item.lack:
            findings.skip(item.lack, line=item.line, entry=item.title)
            continue
        if read.published_at is not None and item.published_at is None:
            findings.repair(
                f"its date cannot be: {read.published_at}", line=item.line, entry=item.title
            )
        yield item


@dataclass
class _Import:
    """One run: what it found out so far."""

    pictures: PictureStore | None
    findings: Findings
    pause_seconds: float
    places: Places = field(default_factory=Places)
    times: FeedTimes = field(default_factory=FeedTimes)
    begun_ms: int = field(default_factory=clock.now_ms)
    read: int = 0
    imported: int = 0
    known: int = 0

    @property
    def outcome(self) -> Outcome:
        """What was done so far, also after a failure."""
        return Outcome(
            imported=self.imported,
            known=self.known,
            unusable=self.read - self.imported - self.known,
            channels=self.places.new_channels,
            authors=self.places.new_authors,
        )

    def add(self, batch: Sequence[Item]) -> None:
        """Import those of a batch that are new."""
        complete = list(usable(batch, self.findings, first=self.read))
        for attempt in range(_ATTEMPTS):
            try:
                imported, known = self._attempt(complete)
                break
            except (IntegrityError, TransactionConflict, DependencyUnavailable) as error:
                if attempt == _ATTEMPTS - 1 or not _is_rivalry(error):
                    raise
                self.times = FeedTimes()  # whoever came first has taken some
                longest = self.pause_seconds * 2**attempt
                time.sleep(random.random() * longest)  # noqa: S311 - spreading
        self.read += len(batch)
        self.imported += imported
        self.known += known

    def _attempt(self, items: Sequence[Item]) -> tuple[int, int]:
        """How many articles were made, and how many items were known."""
        refresh_view()
        with reading_primary():
            recognised = recognise(items)
        new = recognised.new
        self.places.prepare(
            channels=[item.channel for item in new], authors=[item.author for item in new]
        )
        noted = Findings()  # an attempt that fails has found nothing
        drafts = draft_all(new, self.places, self.pictures, noted)
        self._write(drafts, recognised)
        self.findings.take(noted)
        return sum(draft is not None for draft in drafts), len(items) - len(new)

    def _write(self, drafts: Sequence[Draft | None], recognised: Recognised) -> None:
        made = {number: draft for number, draft in enumerate(drafts) if draft is not None}
        wanted = {number: self._wanted_ms(draft.item) for number, draft in made.items()}
        # Of one moment the first in the source is the newest; ids and times grow together.
        order = sorted(made, key=lambda number: (wanted[number], -_place(made[number].item)))
        with transaction() as session:
            ids = dict(zip(order, identifiers.new_ids(len(order)), strict=True)) if order else {}
            if keys := recognised.rows(ids):
                session.execute(insert(ArticleSource), keys)
            if order:
                times = self.times.claim(session, [wanted[number] for number in order])
                rows = zip(ids.values(), times, (made[number] for number in order), strict=True)
                _insert(session, list(rows))

    def _wanted_ms(self, item: Item) -> int:
        """When it appeared; of unknown moments the first in the source is the newest."""
        if item.published_at is None:
            return self.begun_ms - _place(item)
        return clock.to_ms(item.published_at)


def _place(item: Item) -> int:
    return item.place or 0


def _insert(session: Session, rows: Sequence[tuple[int, int, Draft]]) -> None:
    """Articles by id and publication time, and what follows from their coming."""
    session.execute(insert(Article), [_article(id_, ms, draft) for id_, ms, draft in rows])
    session.execute(
        insert(ArticleContent),
        [
            {"article_id": id_, "content": draft.html, **measure(draft.html)._asdict()}
            for id_, _, draft in rows
        ],
    )
    session.execute(insert(ArticleStatistic), [{"article_id": id_} for id_, _, _ in rows])
    figures = Counter(draft.author_id for _, _, draft in rows)
    article_ids = tuple(id_ for id_, _, _ in rows)
    outbox.add(ArticlesImported(article_ids=article_ids, figures=tuple(figures.items())))


def _article(article_id: int, feed_ms: int, draft: Draft) -> Row:
    # The moment that the source tells, even where crowded times had to be moved on.
    published_at = draft.item.published_at or clock.from_ms(feed_ms).replace(microsecond=0)
    return {
        "article_id": article_id,
        "user_id": draft.author_id,
        "channel_id": draft.channel_id,
        "title": draft.item.title,
        "cover": draft.cover,
        "status": ArticleStatus.APPROVED,
        "create_time": published_at,
        "update_time": published_at,
        "review_time": published_at,
        "feed_ms": feed_ms,
    }


def _is_rivalry(error: Exception) -> bool:
    """Whether it may go well when others have finished what they are at."""
    if isinstance(error, IntegrityError):
        return is_duplicate(error)
    return not isinstance(error, DependencyUnavailable) or error.dependency in _SHARED
