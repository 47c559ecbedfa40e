"""What follows when an article appears, changes or vanishes, and when its author does."""

from __future__ import annotations

from common.cache import counters as figures
from common.cache import news, shelves
from common.schemas.events.accounts import STANDING_CHANGED, StandingChanged, UserRegistered
from common.schemas.events.articles import (
    AppealAnswered,
    ArticleEdited,
    ArticlePublished,
    ArticleReviewed,
    ArticleSaved,
    ArticlesDeleted,
    ArticlesImported,
    ArticleWithdrawn,
)
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, counters, decisions, search_index, streams
from common.services.outbox.projections.caches import values
from common.services.outbox.projections.counters import Change
from common.services.outbox.projections.decisions import Decision
from common.utils.constants import NotificationKind


def drop_article(event: ArticleEdited) -> list[str]:
    """Its card and its page."""
    return values(event.article_id, news.article_info, news.article_body)


def drop_article_and_shelf(event: ArticlePublished | ArticleWithdrawn) -> list[str]:
    """Itself, and what its author has published."""
    return [
        *values(event.article_id, news.article_info, news.article_body),
        *values(event.author_id, shelves.published),
    ]


def drop_shelves(event: ArticlesImported) -> list[str]:
    """What each of the authors has published."""
    return [key for author_id, _ in event.figures for key in values(author_id, shelves.published)]


def drop_shelf(event: UserRegistered | StandingChanged) -> list[str]:
    """What a user has published: nothing, as long as he is disabled."""
    return values(event.user_id, shelves.published)


def credit_author(event: ArticlePublished) -> list[Change]:
    """Its author has one more, and its likes."""
    return [
        Change(figures.user_articles, event.author_id, 1),
        Change(figures.user_likes, event.author_id, event.likes),
    ]


def credit_authors(event: ArticlesImported) -> list[Change]:
    """Each has so many more; nobody likes them yet."""
    return [Change(figures.user_articles, author_id, count) for author_id, count in event.figures]


def debit_author(event: ArticleWithdrawn) -> list[Change]:
    """The reverse."""
    return [
        Change(figures.user_articles, event.author_id, -1),
        Change(figures.user_likes, event.author_id, -event.likes),
    ]


def forget(event: ArticlesDeleted) -> list[Change]:
    """Their own figures; their author's know nothing of what is not visible."""
    return [
        Change(figure, id_, None)
        for id_ in event.article_ids
        for figure in figures.OF_ARTICLES.values()
    ]


def index_anew(
    event: ArticlePublished | ArticleEdited | ArticleSaved | ArticleWithdrawn,
) -> list[int]:
    """The index looks at it again."""
    return [event.article_id]


def index_unless_moved(event: ArticleReviewed) -> list[int]:
    """The index looks at it again, unless it does so because the article came or went."""
    return [] if event.is_moved else [event.article_id]


def index_all(event: ArticlesDeleted | ArticlesImported) -> tuple[int, ...]:
    """It looks at all of them again."""
    return event.article_ids


def index_author_anew(event: StandingChanged) -> list[int]:
    """The index looks at everything of his again: a frozen author has nothing in it."""
    return [event.user_id]


def tell_author(event: ArticleReviewed) -> list[Decision]:
    """Its author is told what was decided, and why."""
    about = f"article:{event.article_id}:{event.decision}"
    return [_review(event, about, reason=event.reason)]


def tell_appellant(event: AppealAnswered) -> list[Decision]:
    """Who objected is told what came of it."""
    about = f"appeal:{event.appeal_id}"
    return [_review(event, about, reason=event.answer, appeal_status=event.appeal_status)]


def _review(
    event: ArticleReviewed | AppealAnswered, about: str, **members: str | int | None
) -> Decision:
    return Decision(
        kind=NotificationKind.REVIEW,
        user_id=event.author_id,
        article_id=event.article_id,
        about=about,
        members={
            "art_id": event.article_id,
            "art_id_str": str(event.article_id),
            "art_title": event.title,
            "status": event.status,
            **members,
        },
    )


def tell_streams(event: ArticlePublished | ArticleWithdrawn) -> list[streams.Told]:
    """Other systems hear in which channel it was."""
    return [streams.Told(event.article_id, event.channel_id)]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {
            UserRegistered: drop_shelf,
            **dict.fromkeys(STANDING_CHANGED, drop_shelf),
            ArticlePublished: drop_article_and_shelf,
            ArticleWithdrawn: drop_article_and_shelf,
            ArticleEdited: drop_article,
            ArticlesImported: drop_shelves,
        },
    ),
    Reactions(
        counters.PROJECTION,
        {
            ArticlePublished: credit_author,
            ArticlesImported: credit_authors,
            ArticleWithdrawn: debit_author,
            ArticlesDeleted: forget,
        },
    ),
    Reactions(
        search_index.INDEX,
        {ArticlePublished: index_anew, ArticleEdited: index_anew, ArticlesImported: index_all},
    ),
    Reactions(
        search_index.OWN,
        {
            ArticleSaved: index_anew,
            ArticleReviewed: index_unless_moved,
            # When it was published, and that a banned one is not found any more.
            ArticlePublished: index_anew,
            ArticleWithdrawn: index_anew,
            ArticlesDeleted: index_all,
            ArticlesImported: index_all,
        },
    ),
    Reactions(search_index.AUTHORS, dict.fromkeys(STANDING_CHANGED, index_author_anew)),
    Reactions(search_index.DELETE, {ArticleWithdrawn: index_anew}),
    Reactions(decisions.PROJECTION, {ArticleReviewed: tell_author, AppealAnswered: tell_appellant}),
    Reactions(streams.PUBLISHED, {ArticlePublished: tell_streams}),
    Reactions(streams.WITHDRAWN, {ArticleWithdrawn: tell_streams}),
)
