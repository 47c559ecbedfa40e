"""Reading comments and their replies (contract/user-app.md §9.1)."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache import comment, counters
from common.cache.authors import comment_authors
from common.cache.ranked import RankedList, Slice
from common.extensions.redis import Batch, cache, store
from common.schemas.comments import CommentCard, CommentInfo, CommentList
from common.services.visibility import People, WantedArticles, WantedPeople
from common.utils import media
from common.utils.constants import RelationKind

LOOK_AHEAD = 200  # comments looked at together, at most, for one that is visible


def list_comments(
    *, article_id: int, cursor: int | None, limit: int, reader_id: int | None
) -> CommentList:
    """Top-level comments of an article, pinned first, then newest first. Two Redis stages."""
    batch = cache.batch()
    wanted = comment.article_comments.want(
        batch, article_id, first=0, limit=limit, cursor=cursor
    )
    article = WantedArticles(batch, (article_id,), None)
    batch.run()
    if not article.resolve():
        return _nothing()
    part = wanted.resolve()
    return _page(comment.article_comments, article_id, part, _cards(part, reader_id), limit)


def list_replies(
    *, comment_id: int, cursor: int | None, limit: int, reader_id: int | None
) -> CommentList:
    """Replies of a comment: the whole thread below a top-level comment, or one's direct replies.

    Two Redis stages.
    """
    batch = cache.batch()
    wanted = comment.comment_replies.want(batch, comment_id, first=0, limit=limit, cursor=cursor)
    sources = comment.comment_info.want(batch, (comment_id,))
    batch.run()
    source = sources.resolve().get(comment_id)
    if source is None:
        return _nothing()
    part = wanted.resolve()
    reads, questions = cache.batch(), store.batch()
    article = WantedArticles(reads, (source.article_id,), None)
    writer = WantedPeople(reads, (source.author_id,), None)
    cards = _WantedCards(reads, questions, part.ids, reader_id)
    questions.run(beside=reads)
    if not article.resolve() or not writer.resolve().profiles:
        return _nothing()
    return _page(comment.comment_replies, comment_id, part, cards.resolve(), limit, reader_id)


def is_visible(info: CommentInfo) -> bool:
    """Whether readers can see a comment: its article is visible and its writer enabled."""
    batch = cache.batch()
    article = WantedArticles(batch, (info.article_id,), None)
    writer = WantedPeople(batch, (info.author_id,), None)
    batch.run()
    return bool(article.resolve()) and bool(writer.resolve().profiles)


def present(comments: Sequence[CommentInfo], reader_id: int | None) -> list[CommentCard]:
    """Wire items of comments whose authors this reader may see. One Redis stage."""
    reads, questions = cache.batch(), store.batch()
    people = WantedPeople(reads, (each.author_id for each in comments), reader_id)
    marks = _WantedMarks(reads, questions, [each.comment_id for each in comments], reader_id)
    questions.run(beside=reads)
    return marks.assemble(comments, people.resolve())
