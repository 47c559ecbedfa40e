"""Creating and editing an article: one transaction each (contract/media-platform.md §1.11).

A version is a state of the text. What an author does otherwise (submitting what he saved, the
schedule, the comment switch) makes none, so that it never stands in the way of another save.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.models import Article, ArticleReview, ArticleRevision, ArticleStatistic
from common.schemas.autosaves import UNNAMED, Origin
from common.schemas.events.articles import ArticleSaved
from common.schemas.writing import ArticleText, Saved, Schedule
from common.services import outbox
from common.services.articles.publication import go_live, wait_no_longer, withdraw
from common.services.ids import identifiers
from common.services.moderation import sensitive_words
from common.services.writing.contents import pictures, screening, texts
from common.services.writing.contents.texts import ReadyText
from common.services.writing.saves import conflicts, schedules, versions
from common.services.writing.saves.holding import OwnArticle, Text, hold
from common.services.writing.saves.live_edits import save_beside
from common.services.writing.typed import autosaves
from common.utils import clock
from common.utils.constants import ArticleStatus, RevisionStatus

ONLY_SUBMITTED = {"keep_live": "Invalid params."}


def create(
    user_id: int,
    text: ArticleText,
    *,
    is_draft: bool,
    schedule: Schedule | None = None,
    origin: Origin = UNNAMED,
    autosave_id: int | None = None,
) -> Saved:
    """A new article of ``user_id``: a draft, or submitted for review. At most six statements.

    :param schedule: None: as soon as it is approved
    :param autosave_id: the unfinished text that it was until now
    :raises InvalidInput: what is wrong with the text, its cover, channel or schedule
    :raises TooLarge: of the text or of a picture in it there is too much
    :raises DependencyUnavailable: the storage is down
    """
    with preparing(user_id, text) as add:
        return add(is_draft=is_draft, schedule=schedule, origin=origin, autosave_id=autosave_id)


class Add(Protocol):
    """Saves a new article that was prepared; the keywords are those of :func:`create`."""

    def __call__(
        self,
        *,
        is_draft: bool,
        schedule: Schedule | None = None,
        origin: Origin = UNNAMED,
        autosave_id: int | None = None,
    ) -> Saved:
        """In one transaction, which may be part of another one."""


@contextmanager
def preparing(user_id: int, text: ArticleText) -> Iterator[Add]:
    """Everything about a new article that needs no lock, pictures in its text above all.

    The block saves it; to be entered outside of a transaction, raises what :func:`create` does.
    """
    article_id = identifiers.new_id()  # a first one takes a lease: not within the transaction
    with texts.ready(text, user_id) as ready:
        yield partial(_add, article_id, user_id, ready)


def _add(
    article_id: int,
    user_id: int,
    ready: ReadyText,
    *,
    is_draft: bool,
    schedule: Schedule | None = None,
    origin: Origin = UNNAMED,
    autosave_id: int | None = None,
) -> Saved:
    with transaction() as session:
        row = Article(
            article_id=article_id,
            user_id=user_id,
            status=ArticleStatus.DRAFT if is_draft else ArticleStatus.PENDING,
            version=versions.FIRST,
            publish_at=schedules.settled(schedule, present=None),
            waiting_since=None if is_draft else clock.now(),
        )
        kept = ready.text()
        session.add(row)
        session.add(ArticleStatistic(article_id=article_id))
        _make_own(session, OwnArticle(row, None, None), ready, kept)
        first = versions.add_first(session, article_id, kept, origin=origin)
        autosaves.became_article(session, autosave_id, user_id)
        pictures.note_own(session, user_id, article_id, kept, before=None, revision=first)
        outbox.add(ArticleSaved(article_id=article_id, author_id=user_id))
    sensitive_words.note_hits(ready.hits)
    return Saved(article_id, versions.FIRST)


def edit(
    article_id: int,
    user_id: int,
    text: ArticleText,
    *,
    is_draft: bool,
    keep_live: bool = False,
    schedule: Schedule | None = None,
    base_version: int | None = None,
    origin: Origin = UNNAMED,
    is_merging: bool = False,
) -> Saved:
    """Save an own article anew: as a draft, or submitted. Usually at most six statements.

    What readers see of it vanishes until it is approved again, unless ``keep_live`` lets it stay:
    then the new text waits beside it (:mod:`~common.services.writing.saves.live_edits`).

    Where a save is refused nothing is written, and the pictures that stood in the text are
    dropped; :mod:`~common.services.writing.saves.editing` keeps what is refused.

    :param schedule: None: it stays as it is
    :param base_version: the version that the author began with; None: the last save wins
    :param origin: which open editor sends it
    :param is_merging: put it together with what was saved since, where that does not overlap
    :raises StaleVersion: somebody else saved since
    :raises Overtaken: the same open editor saved something newer since
    :raises NotAllowed: the article is banned
    :raises InvalidInput: missing, deleted or another's; or as in :func:`create`
    :raises TooLarge: as in :func:`create`
    :raises DependencyUnavailable: the storage is down
    """
    if keep_live and is_draft:
        raise InvalidInput(ONLY_SUBMITTED)
    with texts.ready(text, user_id) as ready:
        with transaction() as session:
            article = hold(session, article_id, user_id, origin=origin)
            kept = ready.text(article.newest)
            merged = conflicts.settle(
                session, article, kept, base_version=base_version, is_merging=is_merging
            )
            if merged is not None:
                kept, ready = merged, texts.ready_again(merged)
            if keep_live and article.row.status == ArticleStatus.APPROVED:
                is_changed = save_beside(session, article, ready, kept, schedule)
            else:
                status = ArticleStatus.DRAFT if is_draft else ArticleStatus.PENDING
                is_changed = put(session, article, ready, kept, status=status, schedule=schedule)
            if is_changed:
                outbox.add(ArticleSaved(article_id=article_id, author_id=user_id))
            autosaves.clear(session, article, base_version=base_version)
            version = article.row.version
        if is_changed:
            sensitive_words.note_hits(ready.hits)
    return Saved(article_id, version, is_merged=merged is not None)


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
