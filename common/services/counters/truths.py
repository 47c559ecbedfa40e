"""What the counters should say, by SQL (contract/redis.md §3, contract/jobs.md §5.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from common.cache import counters
from common.cache.engine.counters import Column, Counter, Figures, Rows
from common.models import Article
from common.models.visibility import forgotten_articles_sql

CHUNK = 2000  # members per query and command: none holds up the server (contract/jobs.md §5)


@dataclass(frozen=True)
class Truth:
    """What one counter should say; those of articles deleted for good are forgotten."""

    counter: Counter

    def chunks(self, view: Connection) -> Iterator[Figures]:
        """All figures above zero, up to ``CHUNK`` at a time."""
        is_of_articles = self.counter in counters.OF_ARTICLES.values()
        for rows in self.counter.truth:
            after = 0
            while figures := _next(rows, view, after):
                after = max(figures)
                yield _without_forgotten(view, figures) if is_of_articles else figures
                if len(figures) < CHUNK:
                    break


def _next(rows: Rows, view: Connection, after: int) -> Figures:
    """Figures of the next members behind ``after``, in the order of their ids."""
    query = select(rows.member, func.count()).where(*rows.conditions, rows.member > after)
    found = view.execute(query.group_by(rows.member).order_by(rows.member).limit(CHUNK))
    return {member: int(figure) for member, figure in found}


def _without_forgotten(view: Connection, figures: Figures) -> Figures:
    query = select(Article.article_id).where(
        Article.article_id.in_(list(figures)), forgotten_articles_sql()
    )
    forgotten = set(view.scalars(query))
    return {id_: figure for id_, figure in figures.items() if id_ not in forgotten}


@dataclass(frozen=True)
class Floor:
    """Figures without a truth in SQL: the copy that was written down last is the least."""

    counter: Counter
    copy: Column

    def chunks(self, view: Connection) -> Iterator[Figures]:
        """All figures above zero, up to ``CHUNK`` at a time."""
        (member,) = self.copy.parent.primary_key
        after = 0
        while True:
            query = select(member, self.copy).where(member > after).order_by(member).limit(CHUNK)
            figures = {id_: int(figure) for id_, figure in view.execute(query)}
            if not figures:
                return
            after = max(figures)
            yield {id_: figure for id_, figure in figures.items() if figure > 0}


TRUTHS = tuple(Truth(each) for each in counters.ALL if each.truth)
FLOORS = tuple(
    Floor(each, each.copy) for each in counters.ALL if not each.truth and each.copy is not None
)
