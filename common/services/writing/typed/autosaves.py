"""What an author is typing, kept every few seconds (contract/additions.md §2, autosave).

One slot per author and article, and a few for texts that are no article yet. Unlike a save it
touches nothing else: no article, no revision, no event.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, not_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.errors import NotFound, TransactionConflict
from common.extensions.db import after_commit, transaction
from common.extensions.db.engines import is_duplicate
from common.models import Article, ArticleAutosave, ArticleRevision, User
from common.schemas.writing.autosaves import Autosaved, Origin, Slot, Typed
from common.services.ids import identifiers
from common.services.media.uploads import Upload
from common.services.writing.contents import bodies, covers
from common.services.writing.own.owning import refuse_unless_writable
from common.services.writing.own.wire import written
from common.services.writing.saves.holding import OwnArticle, latest_of
from common.services.writing.typed import typed_pictures
from common.utils import clock

MAX_NEW_TEXTS: Final = 20  # of one author; the oldest makes room
MISSING: Final = "Autosave not exists."

_SLOT: Final = (
    ArticleAutosave.autosave_id,
    ArticleAutosave.session,
    ArticleAutosave.sequence,
    ArticleAutosave.saved_at,
    ArticleAutosave.base_version,
    ArticleAutosave.cover,
    ArticleAutosave.content.contains("<img").label("shows_pictures"),
)

Values = dict[str, Any]


def keep(article_id: int, user_id: int, typed: Typed, *, upload: Upload | None = None) -> Autosaved:
    """Keep what the author of an article is typing instead of what he typed before.

    Two statements. What arrives late, after something newer of the same open editor or after the
    save that contains it, changes nothing.

    :param upload: stores the pictures that stand in the text; None: they are left out
    :raises InvalidInput: the article is missing, deleted or another's
    :raises NotAllowed: it is banned
    :raises TooLarge: more than a body may have
    :raises TransactionConflict: another autosave was first; to be repeated
    """
    values = _values(typed, user_id, upload)
    new_id = identifiers.new_id()  # a first one takes a lease: not within the transaction
    with transaction() as session:
        known = session.execute(_known(article_id, user_id, typed.origin)).one_or_none()
        refuse_unless_writable(None if known is None else known.status)
        slot = _slot(known)
        if _is_late(typed.origin, known, slot):
            return _answer(slot, values)
        if slot is None:
            _insert(session, {"autosave_id": new_id, "article_id": article_id, **values})
            return _saved(new_id, values, has_pictures=_has_pictures(values))
        _replace(session, slot.autosave_id, typed.origin, values)
        has_pictures = _has_pictures(values) or _had_pictures(known)
        return _saved(slot.autosave_id, values, has_pictures=has_pictures)


def prepared(user_id: int, typed: Typed) -> Callable[[], Autosaved]:
    """What keeps a text that is no article yet; cleaning it takes time, and is done already.

    Two statements, perhaps within another transaction; the oldest of too many is given up.

    :raises TooLarge: more than a body may have
    """
    return partial(_keep_new, identifiers.new_id(), user_id, _values(typed, user_id, None))


def _keep_new(new_id: int, user_id: int, values: Values) -> Autosaved:
    mine = and_(ArticleAutosave.user_id == user_id, ArticleAutosave.article_id.is_(None))
    # Who sends another text at this moment waits for the author's row: both would count as many.
    surplus = (
        select(ArticleAutosave.autosave_id)
        .select_from(User)
        .outerjoin(ArticleAutosave, mine)
        .where(User.user_id == user_id)
        .order_by(ArticleAutosave.saved_at.desc(), ArticleAutosave.autosave_id.desc())
        .limit(1)
        .offset(MAX_NEW_TEXTS - 1)
    )
    with transaction() as session:
        oldest = session.scalar(surplus.with_for_update())
        if oldest is None:
            _insert(session, {"autosave_id": new_id, **values})
        else:
            session.execute(
                update(ArticleAutosave)
                .where(ArticleAutosave.autosave_id == oldest)
                .values(autosave_id=new_id, **values)
            )
            _look_at_pictures(oldest, user_id)
        return _saved(new_id, values, has_pictures=_has_pictures(values))


def keep_again(autosave_id: int, user_id: int, typed: Typed) -> Autosaved:
    """Keep a text that is no article yet instead of its former state. Two statements.

    :raises NotFound: there is no such text of this author; it may have become an article
    :raises TooLarge: more than a body may have
    :raises TransactionConflict: another autosave was first; to be repeated
    """
    values = _values(typed, user_id, None)
    query = select(*_SLOT).where(
        ArticleAutosave.autosave_id == autosave_id,
        ArticleAutosave.user_id == user_id,
        ArticleAutosave.article_id.is_(None),
    )
    with transaction() as session:
        known = session.execute(query).one_or_none()
        slot = _slot(known)
        if slot is None:
            raise NotFound(MISSING)
        if typed.origin.is_before(slot.origin):
            return _answer(slot, values)
        _replace(session, autosave_id, typed.origin, values)
        has_pictures = _has_pictures(values) or _had_pictures(known)
        return _saved(autosave_id, values, has_pictures=has_pictures)


def discard(article_id: int, user_id: int) -> None:
    """Give up what the author of an article was typing; nothing happens when there is nothing."""
    _delete(ArticleAutosave.article_id == article_id, user_id)


def discard_new(autosave_id: int, user_id: int) -> None:
    """Give up a text that is no article yet; nothing happens when there is none."""
    _delete(is_new(autosave_id), user_id)


def clear(session: Session, article: OwnArticle, *, base_version: int | None) -> None:
    """Empty the slot of a held article that was saved, if the save contains what is in it.

    What another open editor typed, or the same one later, stays.

    :param base_version: the version that the save began with
    """
    _note_latest(article.revision, article.origin)
    if article.slot is not None and _contains(article.origin, base_version, article.slot):
        empty(session, article)


def _contains(origin: Origin, base_version: int | None, slot: Slot) -> bool:
    """Whether a save holds what was typed, as far as one can know."""
    if origin.session is None:
        # Nobody says who it was: at least both began with the same version.
        return slot.origin.session is None and slot.base_version == base_version
    return origin.is_same_editor(slot.origin) and not origin.is_before(slot.origin)


def empty(session: Session, article: OwnArticle) -> None:
    """Empty the slot of a held article, whatever is in it."""
    if article.slot is not None:
        autosave_id = article.slot.autosave_id
        session.execute(delete(ArticleAutosave).where(ArticleAutosave.autosave_id == autosave_id))
        _look_at_pictures(autosave_id, article.row.user_id)


def _note_latest(newest: ArticleRevision | None, origin: Origin) -> None:
    """A save that changed nothing contains what its editor sent before, all the same."""
    if newest is not None and Origin(newest.session, newest.sequence).is_before(origin):
        newest.sequence = origin.sequence


def became_article(session: Session, autosave_id: int | None, user_id: int) -> None:
    """A text that was no article is one now; within the transaction that creates it."""
    if autosave_id is not None:
        session.execute(
            delete(ArticleAutosave).where(is_new(autosave_id), ArticleAutosave.user_id == user_id)
        )
        _look_at_pictures(autosave_id, user_id)


def _known(article_id: int, user_id: int, origin: Origin) -> Any:
    """An article, what its open editor saved last, and its author's slot.

    Locked as for a save: one that came in between would find no slot to empty yet.
    """
    is_slot = and_(
        ArticleAutosave.article_id == Article.article_id, ArticleAutosave.user_id == user_id
    )
    return (
        select(Article.status, latest_of(origin).label("latest"), *_SLOT)
        .outerjoin(ArticleAutosave, is_slot)
        .where(Article.article_id == article_id, Article.user_id == user_id)
        .with_for_update()
    )


def _slot(row: Any) -> Slot | None:
    if row is None:
        return None
    return Slot.of(row.autosave_id, row.session, row.sequence, row.saved_at, row.base_version)


def _is_late(origin: Origin, known: Any, slot: Slot | None) -> bool:
    """Whether the same open editor has sent something newer, whoever may have saved since."""
    if slot is not None and origin.is_before(slot.origin):
        return True
    if origin.sequence is None or known.latest is None:
        return False
    return bool(origin.sequence <= known.latest)


def _values(typed: Typed, user_id: int, upload: Upload | None) -> Values:
    return {
        "user_id": user_id,
        "base_version": typed.base_version,
        "title": typed.title,
        "content": bodies.cleaned(typed.content, user_id, upload),
        "cover": covers.unfinished(typed.cover),
        "channel_id": typed.channel_id,
        "saved_at": clock.now_precise(),
        "session": typed.origin.session,
        "sequence": typed.origin.sequence,
    }


def _insert(session: Session, values: Values) -> None:
    try:
        session.execute(insert(ArticleAutosave).values(**values))
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise TransactionConflict from error


def _replace(session: Session, autosave_id: int, origin: Origin, values: Values) -> None:
    """Unless something newer arrived, or the slot was emptied, since it was looked at."""
    condition: ColumnElement[bool] = ArticleAutosave.autosave_id == autosave_id
    if origin.session is not None and origin.sequence is not None:
        is_newer = and_(
            func.coalesce(ArticleAutosave.session, "") == origin.session,
            func.coalesce(ArticleAutosave.sequence, 0) > origin.sequence,
        )
        condition = and_(condition, not_(is_newer))
    replaced = session.execute(update(ArticleAutosave).where(condition).values(**values))
    if not replaced.rowcount:  # type: ignore[attr-defined] # of a result of UPDATE
        raise TransactionConflict


def is_new(autosave_id: int) -> ColumnElement[bool]:
    """The condition for a text that is no article yet."""
    return and_(ArticleAutosave.autosave_id == autosave_id, ArticleAutosave.article_id.is_(None))


def _delete(condition: ColumnElement[bool], user_id: int) -> None:
    slots = select(ArticleAutosave.autosave_id).where(condition, ArticleAutosave.user_id == user_id)
    with transaction() as session:
        for autosave_id in session.scalars(slots).all():
            session.execute(
                delete(ArticleAutosave).where(ArticleAutosave.autosave_id == autosave_id)
            )
            _look_at_pictures(autosave_id, user_id)


def _answer(slot: Slot | None, values: Values) -> Autosaved:
    if slot is None:
        return {"id": None, "saved_at": written(values["saved_at"])}
    return {"id": slot.autosave_id, "saved_at": written(slot.saved_at)}


def _saved(autosave_id: int, values: Values, *, has_pictures: bool) -> Autosaved:
    if has_pictures:
        _look_at_pictures(autosave_id, values["user_id"])
    return {"id": autosave_id, "saved_at": written(values["saved_at"])}


def _look_at_pictures(autosave_id: int, user_id: int) -> None:
    after_commit(lambda: typed_pictures.changed(autosave_id, user_id))


def _has_pictures(values: Values) -> bool:
    return "<img" in values["content"] or any(values["cover"]["images"])


def _had_pictures(known: Any) -> bool:
    return bool(known.shows_pictures or any(known.cover["images"]))
