"""Which phrases of others may be shown: those that a title vouches for (security.md row 113)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from sqlalchemy import select

from common.extensions.db import db
from common.models import Article
from common.models.visibility import visible_articles_sql
from common.search.analysis.folding import fold
from common.services.search.presenting import is_presentable
from common.utils.parameters.phrases import Phrase

BEST_HITS: Final = 20  # among which one must have the phrase in its title
AT_ONCE: Final = 1000  # articles whose titles are looked at


def showable(keyword: str) -> Phrase | None:
    """The phrase, if it is one, without markup and without a sensitive word."""
    phrase = Phrase.of(keyword)
    return phrase if phrase is not None and is_presentable(keyword) else None


def vouchers(hits: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """By phrase, the best of its hits that readers see and that has all of it in its title.

    Phrases that none vouches for are left out. One statement for each thousand hits.

    :param hits: by phrase, the articles that were found for it, best first
    """
    titles = dict(_titles(dict.fromkeys(id_ for ids in hits.values() for id_ in ids)))
    found = {}
    for keyword, article_ids in hits.items():
        wanted = fold(keyword).plain
        holders = (id_ for id_ in article_ids if wanted in titles.get(id_, ""))
        if (best := next(holders, None)) is not None:
            found[keyword] = best
    return found


def _titles(article_ids: Mapping[int, object]) -> Iterator[tuple[int, str]]:
    """Visible articles with their titles, folded."""
    waiting = iter(article_ids)
    while some := list(islice(waiting, AT_ONCE)):
        query = select(Article.article_id, Article.title).where(
            Article.article_id.in_(some), visible_articles_sql()
        )
        for article_id, title in db.session.execute(query):
            yield article_id, fold(title).plain
