"""Reading comments and their replies (contract/user-app.md §9.1)."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache import comment, counters
from common.cache.engine.ranked import RankedList, Slice
from common.cache.engine.stages import Stage, stage
from common.cache.guesses import comment_authors
from common.schemas.comments import CommentCard, CommentInfo, CommentList
from common.services.comments.rules import WantedSurroundings
from common.services.visibility import (
    People,
    Place,
    WantedArticles,
    WantedPeople,
    is_shown,
    person_verdict,
)
from common.utils import media
from common.utils.constants import RelationKind, UserStatus

LOOK_AHEAD = 200  # comments looked at together, at most, for one that is visible


def list_comments(
    *, article_id: int, cursor: int | None, limit: int, reader_id: int | None
) -> CommentList:
    """Top-level comments of an article, pinned first, then newest first. Two Redis stages."""
    thread = comment.article_comments
    with stage() as ask:
        listed = thread.want(ask, article_id, first=0, limit=limit, cursor=cursor)
        article = WantedArticles(ask, (article_id,), None)
    if not article.resolve(Place.LINK):
        return _nothing()
    part = listed()
    cards = _cards(part.ids, reader_id)
    return _page(thread, article_id, part, cards, limit, reader_id)


def list_replies(
    *, comment_id: int, cursor: int | None, limit: int, reader_id: int | None
) -> CommentList:
    """Replies of a comment: the whole thread below a top-level comment, or one's direct replies.

    Two Redis stages.
    """
    thread = comment.comment_replies
    with stage() as ask:
        listed = thread.want(ask, comment_id, first=0, limit=limit, cursor=cursor)
        sources = comment.comment_info.want(ask, (comment_id,))
    source = sources().get(comment_id)
    if source is None:
        return _nothing()
    part = listed()
    with stage() as ask:
        surroundings = WantedSurroundings(ask, source)
        wanted = _WantedCards(ask, part.ids, reader_id)
    if not surroundings.are_visible():
        return _nothing()
    return _page(thread, comment_id, part, wanted.resolve(), limit, reader_id)


def part_of(
    listed: RankedList, owner_id: int, *, cursor: int | None, limit: int, reader_id: int
) -> CommentList:
    """A page of the comments of an article, or of the replies of a comment, for who was found to
    be allowed to see these. Two Redis stages.
    """
    part = listed.after(owner_id, cursor=cursor, limit=limit)
    return _page(listed, owner_id, part, _cards(part.ids, reader_id), limit, reader_id)


def present(comments: Sequence[CommentInfo], reader_id: int | None) -> list[CommentCard]:
    """Wire items of comments whose writers this reader may see. One Redis stage."""
    with stage() as ask:
        people = WantedPeople(ask, (each.author_id for each in comments), reader_id)
        figures = _WantedFigures(ask, [each.comment_id for each in comments], reader_id)
    return _assemble(comments, people.resolve(), figures)


def _page(
    listed: RankedList,
    owner_id: int,
    part: Slice,
    cards: list[CommentCard],
    limit: int,
    reader_id: int | None,
) -> CommentList:
    """The answer to a page; where all of it is hidden from this reader, to what follows."""
    size = limit
    while not cards and part.ids and part.ids[-1] != part.last_id:
        size = min(2 * size, LOOK_AHEAD)
        part = listed.after(owner_id, cursor=part.ids[-1], limit=size)
        cards = _cards(part.ids, reader_id)
    if not cards:
        return {"total_count": part.total, "end_id": None, "last_id": None, "results": []}
    last_id = part.ids[-1] if len(cards) <= limit else cards[limit - 1]["com_id"]
    return {
        "total_count": part.total,
        "end_id": part.last_id,
        "last_id": last_id,
        "results": cards[:limit],
    }


def _nothing() -> CommentList:
    return {"total_count": 0, "end_id": None, "last_id": None, "results": []}


def _cards(comment_ids: Sequence[int], reader_id: int | None) -> list[CommentCard]:
    """Items of the visible ones: one Redis stage, two at first sight."""
    with stage() as ask:
        wanted = _WantedCards(ask, comment_ids, reader_id)
    return wanted.resolve()


class _WantedCards:
    """Comments with everything their items show, within a stage that others share."""

    def __init__(self, ask: Stage, comment_ids: Sequence[int], reader_id: int | None) -> None:
        self._ids = comment_ids
        self._infos = comment.comment_info.want(ask, comment_ids)
        writers = comment_authors.of(comment_ids)
        self._people = WantedPeople(ask, writers.values(), reader_id)
        self._figures = _WantedFigures(ask, comment_ids, reader_id)

    def resolve(self) -> list[CommentCard]:
        """Items of the visible ones, in order."""
        infos = self._infos()
        writers = {id_: info.author_id for id_, info in infos.items()}
        comment_authors.learn(writers)
        people = self._people.resolve(also=writers.values())
        comments = [infos[id_] for id_ in self._ids if id_ in infos]
        return _assemble(comments, people, self._figures)


class _WantedFigures:
    """What items count, and what the reader likes, within a stage that others share."""

    def __init__(self, ask: Stage, comment_ids: Sequence[int], reader_id: int | None) -> None:
        asked = () if reader_id is None else comment_ids
        self.likings = comment.comment_likings.want(ask, reader_id or 0, asked)
        self.likes = counters.comment_likes.want(ask, comment_ids)
        self.replies = counters.comment_replies.want(ask, comment_ids)


def _is_shown(relation: int | None) -> bool:
    """Whether a reader is shown comments of enabled people to whom he stands like this."""
    judged = person_verdict(status=UserStatus.ENABLED, relation=relation)
    return is_shown(judged, Place.COMMENTS)


def _assemble(
    comments: Sequence[CommentInfo], people: People, figures: _WantedFigures
) -> list[CommentCard]:
    likings = figures.likings()
    likes, replies = figures.likes(), figures.replies()
    cards: list[CommentCard] = []
    for each in comments:
        writer = people.profiles.get(each.author_id)
        relation = people.relations.get(each.author_id)
        if writer is None or not _is_shown(relation):
            continue
        cards.append(
            {
                "com_id": each.comment_id,
                "aut_id": each.author_id,
                "aut_name": writer.name,
                "aut_photo": media.avatar(writer.photo, each.author_id),
                "content": each.content,
                "pubdate": each.published_at,
                "is_top": each.is_top,
                "like_count": likes.get(each.comment_id, 0),
                "reply_count": replies.get(each.comment_id, 0),
                "is_liking": each.comment_id in likings,
                "is_followed": relation == RelationKind.FOLLOW,
            }
        )
    return cards
