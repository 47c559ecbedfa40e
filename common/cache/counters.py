"""Live counters in STORE (contract/redis.md §3), read many at a time.

They are changed by the outbox only (projection ``counters``), except the reading counts, whose
only live source is STORE. While STORE is away the figures last flushed to SQL are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import select

from common.cache.engine.keys import possible
from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.extensions.redis import Batch, store
from common.extensions.redis.copies import TrackedCopies
from common.extensions.redis.tracking import follow
from common.models import ArticleStatistic, User

Figures = dict[int, int]
FIGURES_KEPT = 20_000


class Counter:
    """A figure per id: a sorted set, member = id, score = figure.

    :param key: as in contract/redis.md §3
    :param flushed: the figures last written to SQL, by id; for when STORE is away
    """

    def __init__(
        self, key: str, flushed: Callable[[Sequence[int]], Mapping[int, int]] | None = None
    ) -> None:
        self.key = key
        self._flushed = flushed
        follow(key)

    def get(self, id_: int) -> int:
        """The figure of one id."""
        return self.get_many((id_,)).get(id_, 0)

    def get_many(self, ids: Iterable[int]) -> Figures:
        """Figure by id, 0 for ids never counted; never negative. One Redis stage."""
        batch = store.batch()
        wanted = self.want(batch, ids)
        batch.run()
        return wanted.resolve()

    def want(self, batch: Batch, ids: Iterable[int]) -> WantedFigures:
        """Ask within a stage that other counters share."""
        return WantedFigures(self, batch, possible(ids))

    def answer(self, batch: Batch, position: int, ids: Sequence[int]) -> Figures:
        """Figure by id, from the reply at a position of a batch that has run."""
        try:
            figures = dict(zip(ids, map(_read, batch.reply(position)), strict=True))
        # STORE is away, the key has another type, or there is no figure in it.
        except (DependencyUnavailable, TypeError, ValueError, OverflowError):
            return self.flushed(ids)
        if (copies := batch.copies) is not None:
            copies.keep_parts(self.key, figures, drops=batch.drops)
        return figures

    def copied(self, copies: TrackedCopies, ids: Sequence[int]) -> list[int] | None:
        """Figures in the order of ids, if the process has current copies of all of them."""
        known: Figures | None = copies.entries.get(self.key)
        if known is None:
            return None
        figures = list(map(known.get, ids))
        return None if None in figures else figures  # type: ignore[return-value] # none is None

    def flushed(self, ids: Sequence[int]) -> Figures:
        """The figures last written to SQL, 0 where there is none."""
        found = self._flushed(ids) if self._flushed is not None and ids else {}
        return {id_: max(0, found.get(id_, 0)) for id_ in ids}


class WantedFigures:
    """Figures of one counter within a batch."""

    def __init__(self, counter: Counter, batch: Batch, ids: list[int]) -> None:
        self._counter, self._batch, self._ids = counter, batch, ids
        self._known = {} if not ids else self._copied()
        if self._known is None:
            self._position = batch.add("ZMSCORE", counter.key, *ids)

    def _copied(self) -> Figures | None:
        if (copies := self._batch.copies) is None:
            return None
        figures = self._counter.copied(copies, self._ids)
        return None if figures is None else dict(zip(self._ids, figures, strict=True))

    def resolve(self) -> Figures:
        """Figure by id."""
        if self._known is None:
            return self._counter.answer(self._batch, self._position, self._ids)
        return self._known


class WantedTable:
    """Figures of several counters for the same ids, within a batch."""

    def __init__(self, columns: Sequence[Counter], batch: Batch, ids: Iterable[int]) -> None:
        asked = possible(ids)
        self._columns = [WantedFigures(counter, batch, asked) for counter in columns]

    def resolve(self) -> list[Figures]:
        """Figure by id, for each of the counters."""
        return [column.resolve() for column in self._columns]


class _Figures(dict["bytes | None", int]):
    """Figure by score as Redis writes it: few are different, so each is read once."""

    def __missing__(self, score: bytes | None) -> int:
        if len(self) >= FIGURES_KEPT:
            self.clear()
        figure = self[score] = 0 if score is None else max(0, int(float(score)))
        return figure


_read = _Figures().__getitem__


def _of_article(column: str) -> Callable[[Sequence[int]], Mapping[int, int]]:
    def load(ids: Sequence[int]) -> Mapping[int, int]:
        field = getattr(ArticleStatistic, column)
        rows = db.session.execute(
            select(ArticleStatistic.article_id, field).where(ArticleStatistic.article_id.in_(ids))
        )
        return {article_id: int(figure or 0) for article_id, figure in rows}

    return load


def _of_user(column: str) -> Callable[[Sequence[int]], Mapping[int, int]]:
    def load(ids: Sequence[int]) -> Mapping[int, int]:
        field = getattr(User, column)
        rows = db.session.execute(select(User.user_id, field).where(User.user_id.in_(ids)))
        return {user_id: int(figure or 0) for user_id, figure in rows}

    return load


article_reads = Counter("count:art:reading", _of_article("read_count"))
article_collections = Counter("count:art:collecting", _of_article("collect_count"))
article_likes = Counter("count:art:liking", _of_article("like_count"))
article_dislikes = Counter("count:art:dislike", _of_article("dislike_count"))
article_comments = Counter("count:art:comm", _of_article("fans_comment_count"))
comment_likes = Counter("count:comm:liking")
comment_replies = Counter("count:art:reply")
user_articles = Counter("count:user:arts", _of_user("article_count"))
user_reads = Counter("count:user:arts:reading", _of_user("read_count"))
user_collections = Counter("count:user:art:collecting")
user_followings = Counter("count:user:followings", _of_user("following_count"))
user_followers = Counter("count:user:followers", _of_user("fans_count"))
user_likes = Counter("count:user:liked", _of_user("like_count"))

ALL = (
    article_reads,
    article_collections,
    article_likes,
    article_dislikes,
    article_comments,
    comment_likes,
    comment_replies,
    user_articles,
    user_reads,
    user_collections,
    user_followings,
    user_followers,
    user_likes,
)
