"""Creating and editing an article: one transaction each (contract/media-platform.md §1.11).

A version is a state of the text. What an author does otherwise (submitting what he saved, the
schedule, the comment switch) makes none, so that it never stands in the way of another save.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import insert, literal
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.models import Article, ArticleReview, ArticleRevision, ArticleStatistic
from common.schemas.events.articles import ArticleSaved
from common.schemas.writing.articles import (
    ArticleText,
    CreateOptions,
    Saved,
    SaveOptions,
    Schedule,
)
from common.services import outbox
from common.services.articles.publication import go_live, wait_no_longer, withdraw
from common.services.channels.catalogue import held_channel
from common.services.ids import identifiers
from common.services.moderation import sensitive_words
from common.services.writing.contents import pictures, screening, texts
from common.services.writing.contents.texts import ReadyText
from common.services.writing.saves import conflicts, schedules, versions
from common.services.writing.saves.holding import OwnArticle, Text, hold, newest_text
from common.services.writing.saves.live_edits import save_beside
from common.services.writing.typed import autosaves
from common.utils import clock
from common.utils.constants import ArticleStatus, RevisionStatus

ONLY_SUBMITTED = {"keep_live": "Invalid params."}


# Saves a new article that was prepared, in one transaction, which may be part of another one.
Add = Callable[[CreateOptions], Saved]


def create(user_id: int, text: ArticleText, how: CreateOptions) -> Saved:
    """A new article of ``user_id``: a draft, or submitted for review. At most six statements.

    :raises InvalidInput: what is wrong with the text, its cover, channel or schedule
    :raises TooLarge: of the text or of a picture in it there is too much
    :raises DependencyUnavailable: the storage is down
    """
    with preparing(user_id, text) as add:
        return add(how)


@contextmanager
def preparing(user_id: int, text: ArticleText) -> Iterator[Add]:
    """Everything about a new article that needs no lock, pictures in its text above all.

    The block saves it; to be entered outside of a transaction, raises what :func:`create` does.
    """
    article_id = identifiers.new_id()  # a first one takes a lease: not within the transaction
    with texts.ready(text, user_id) as ready:
        yield partial(_add, article_id, user_id, ready)


def _add(article_id: int, user_id: int, ready: ReadyText, how: CreateOptions) -> Saved:
    with transaction() as session:
        row = Article(
            article_id=article_id,
            user_id=user_id,
            status=ArticleStatus.DRAFT if how.is_draft else ArticleStatus.PENDING,
            version=versions.FIRST,
            publish_at=schedules.settled(how.schedule, present=None),
            waiting_since=None if how.is_draft else clock.now(),
        )
        kept = ready.text()
        session.add(row)
        _begin_figures(session, article_id, kept.channel_id)
        _make_own(session, OwnArticle(row, None, None), ready, kept)
        first = versions.add_first(session, article_id, kept, origin=how.origin)
        autosaves.became_article(session, how.autosave_id, user_id)
        pictures.note_own(session, user_id, article_id, kept, before=None, revision=first)
        outbox.add(ArticleSaved(article_id=article_id, author_id=user_id))
    sensitive_words.note_hits(ready.hits)
    return Saved(article_id, versions.FIRST)


def _begin_figures(session: Session, article_id: int, channel_id: int) -> None:
    """Its row of figures, made out of its channel's, which must not be deleted meanwhile.

    :raises InvalidInput: the channel is gone
    """
    held = held_channel(channel_id, literal(article_id))
    made = session.execute(insert(ArticleStatistic).from_select(["article_id"], held))
    if not made.rowcount:  # type: ignore[attr-defined] # of a result of INSERT
        raise InvalidInput(texts.INVALID_CHANNEL)


def edit(article_id: int, user_id: int, text: ArticleText, how: SaveOptions) -> Saved:
    """Save an own article anew: as a draft, or submitted. Usually at most six statements.

    What readers see of it vanishes until it is approved again, unless ``keep_live`` lets it stay:
    then the new text waits beside it (:mod:`~common.services.writing.saves.live_edits`).

    Where a save is refused nothing is written, and the pictures that stood in the text are
    dropped; :mod:`~common.services.writing.saves.editing` keeps what is refused.

    :raises StaleVersion: somebody else saved since
    :raises Overtaken: the same open editor saved something newer since
    :raises NotAllowed: the article is banned
    :raises InvalidInput: missing, deleted or another's; or as in :func:`create`
    :raises TooLarge: as in :func:`create`
    :raises DependencyUnavailable: the storage is down
    """
    if how.keep_live and how.is_draft:
        raise InvalidInput(ONLY_SUBMITTED)
    check = partial(_check, article_id, user_id, how)
    with texts.ready(text, user_id, check=check) as ready:
        with transaction() as session:
            article = hold(session, article_id, user_id, origin=how.origin)
            kept = ready.text_anywhere(article.newest)
            base_version = how.base_of(article.row.version)
            merged = conflicts.settle(
                session, article, kept, base_version=base_version, is_merging=how.is_merging
            )
            # Not before it is known to be no conflict, which takes the text, or another channel.
            ready.refuse_bad_channel(kept if merged is None else merged, article.newest)
            if merged is not None:
                kept, ready = merged, texts.ready_again(merged)
            if how.keep_live and article.row.status == ArticleStatus.APPROVED:
                is_changed = save_beside(session, article, ready, kept, how.schedule)
            else:
                status = ArticleStatus.DRAFT if how.is_draft else ArticleStatus.PENDING
                is_changed = put(
                    session, article, ready, kept, status=status, schedule=how.schedule
                )
            if is_changed:
                outbox.add(ArticleSaved(article_id=article_id, author_id=user_id))
            autosaves.clear(session, article, base_version=base_version)
            version = article.row.version
        if is_changed:
            sensitive_words.note_hits(ready.hits)
    return Saved(article_id, version, is_merged=merged is not None)


def _check(article_id: int, user_id: int, how: SaveOptions, ready: ReadyText) -> None:
    """Refuse what will be refused anyway, without the lock; of what is stale that is not known."""
    newest, version = newest_text(article_id, user_id)
    text = ready.text_anywhere(newest)
    if how.base_of(version) in (None, version):
        ready.refuse_bad_channel(text, newest)


def put(
    session: Session,
    article: OwnArticle,
    ready: ReadyText,
    kept: Text,
    *,
    status: ArticleStatus,
    schedule: Schedule | None = None,
) -> bool:
    """Make ``kept`` the held article's own text; whether anything changed.

    :param status: in which it is afterwards
    :raises InvalidInput: no such time to appear
    """
    row, former = article.row, ArticleStatus(article.row.status)
    publish_at = schedules.settled(schedule, present=row.publish_at)
    is_new = kept != article.newest
    if not is_new and status == former and publish_at == row.publish_at:
        return False
    if former == ArticleStatus.APPROVED:
        withdraw(session, [row])
    if is_new or status != former:
        _begin_review_anew(row, status)
    revision = _keep_version(session, article, kept, is_new=is_new)
    if kept != (live := article.live):
        _make_own(session, article, ready, kept)
        pictures.note_own(
            session, row.user_id, row.article_id, kept, before=live, revision=revision
        )
    row.publish_at = publish_at
    _move(session, row, status)
    if row.review_time is not None and publish_at is None:
        _appear(session, row)  # approved for a time that its author has taken back
    return True


def _keep_version(
    session: Session, article: OwnArticle, kept: Text, *, is_new: bool
) -> ArticleRevision | None:
    """The revision of a new text."""
    beside = article.beside
    if beside is not None:
        beside.status = RevisionStatus.KEPT  # nothing waits beside the article any more
    return versions.add_next(session, article, kept) if is_new else None


def _make_own(session: Session, article: OwnArticle, ready: ReadyText, kept: Text) -> None:
    body = ready.body
    versions.make_own(session, article, kept, chars=body.chars, pictures=body.pictures)
    article.row.sensitive_hits = screening.words_of(ready.hits)


def _begin_review_anew(row: Article, status: ArticleStatus) -> None:
    """What was decided about another text, or before the author took it back, holds no more.

    Whoever reviews it now goes on, and is told that it was edited.
    """
    row.reviewer_id = row.review_time = None
    if status == ArticleStatus.PENDING:
        row.reject_reason = None
        row.waiting_since = row.waiting_since or clock.now()
    else:
        wait_no_longer(row)


def _move(session: Session, row: Article, status: ArticleStatus) -> None:
    former, row.status = row.status, status
    if status != former:
        session.add(ArticleReview(article_id=row.article_id, status=status, former=former))


def _appear(session: Session, row: Article) -> None:
    former = row.status
    go_live(session, row, at_ms=clock.now_ms())
    session.add(
        ArticleReview(
            article_id=row.article_id,
            status=row.status,
            former=former,
            reviewer_id=row.reviewer_id,
        )
    )
