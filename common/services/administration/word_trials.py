"""Operators try sensitive words before they trust them (contract/additions.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import AllowPhrase, Article, ArticleContent, Comment
from common.schemas.overseeing.words import StruckText, WordHit, WordHitList, WordTrial
from common.services.administration.word_list import warning_of
from common.services.moderation import trying
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus

PERIOD: Final = timedelta(days=7)
SHOWN: Final = 20
MAX_HITS: Final = 100  # of a text that is tried
MOST_ARTICLES: Final = 1_000  # looked at in a trial, the latest ones
MOST_COMMENTS: Final = 5_000
AT_ONCE: Final = 250  # bodies in memory

_SUBMITTED: Final = (
    ArticleStatus.PENDING,
    ArticleStatus.APPROVED,
    ArticleStatus.REJECTED,
    ArticleStatus.BANNED,
)


class _Work(NamedTuple):
    """Something that somebody wrote."""

    kind: str
    id: int
    create_time: datetime
    texts: tuple[str, ...]


def try_text(text: str) -> WordHitList:
    """Where the words of the list stand in a text, at most a hundred places; nothing is counted.

    :param text: plain, or HTML
    """
    hits = [_hit(found) for found in islice(trying.matches(text), MAX_HITS)]
    return {"hits": hits, "total_count": len(hits)}


def try_word(word: str, mode: int) -> WordTrial:
    """In how many of last week's articles and comments a word would have been found.

    The latest thousand articles and five thousand comments are looked at; seven statements.
    """
    since = clock.now() - PERIOD
    refresh_view()
    with reading_primary():
        trial = trying.Trial(word, mode, db.session.scalars(select(AllowPhrase.phrase)).all())
        articles, comments = _articles(since), _comments(since)
        checked = struck = 0
        shown: list[StruckText] = []
        for work in _works(articles, comments):
            checked += 1
            found = trial.strike(work.texts)
            if found is not None:
                struck += 1
                if len(shown) < SHOWN:
                    shown.append(_struck(work, found))
    is_complete = len(articles) < MOST_ARTICLES and len(comments) < MOST_COMMENTS
    return {
        "count": struck,
        "checked": checked,
        "is_complete": is_complete,
        "texts": shown,
        **warning_of(word),
    }


def _articles(since: datetime) -> list[tuple[int, datetime, str]]:
    """Latest first: id, time and title."""
    query = (
        select(Article.article_id, Article.create_time, Article.title)
        .where(Article.status.in_(_SUBMITTED), Article.create_time >= since)
        .order_by(Article.create_time.desc())
        .limit(MOST_ARTICLES)
    )
    return [(id_, at, title) for id_, at, title in db.session.execute(query)]


def _comments(since: datetime) -> list[_Work]:
    """Latest first."""
    query = (
        select(Comment.comment_id, Comment.create_time, Comment.content)
        .where(Comment.status != CommentStatus.DELETED, Comment.create_time >= since)
        .order_by(Comment.create_time.desc())
        .limit(MOST_COMMENTS)
    )
    return [_Work("comment", id_, at, (text,)) for id_, at, text in db.session.execute(query)]


def _works(articles: list[tuple[int, datetime, str]], comments: list[_Work]) -> Iterator[_Work]:
    for first in range(0, len(articles), AT_ONCE):
        some = articles[first : first + AT_ONCE]
        query = select(ArticleContent.article_id, ArticleContent.content).where(
            ArticleContent.article_id.in_([id_ for id_, _, _ in some])
        )
        bodies = {row.article_id: row.content for row in db.session.execute(query)}
        for id_, at, title in some:
            yield _Work("article", id_, at, (title or "", bodies.get(id_, "")))
    yield from comments


def _hit(found: trying.Tried) -> WordHit:
    return {
        "id": found.word.word_id,
        "word": found.word.word,
        "weights": found.word.weight,
        "mode": found.word.mode,
        "begin": found.begin,
        "end": found.end,
        "text": found.text,
        "rule": str(found.rule),
    }


def _struck(work: _Work, found: trying.Tried) -> StruckText:
    return {
        "kind": work.kind,
        "id": work.id,
        "text": found.text,
        "rule": str(found.rule),
        "create_time": work.create_time.isoformat(timespec="seconds"),
    }
