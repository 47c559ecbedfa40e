"""A former version saved once more (contract/additions.md §2, history)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from common.errors import InvalidInput, NotFound
from common.extensions.db import transaction
from common.schemas.events.articles import ArticleSaved
from common.schemas.writing.articles import ArticleText, Saved
from common.schemas.writing.texts import KeptText
from common.services import outbox
from common.services.moderation import sensitive_words
from common.services.writing.contents import texts
from common.services.writing.contents.texts import ReadyText
from common.services.writing.history import revisions
from common.services.writing.own.owning import refuse_unless_writable, status_of
from common.services.writing.saves import live_edits, saving
from common.services.writing.saves.holding import OwnArticle, Text, hold
from common.services.writing.typed import autosaves
from common.utils import media
from common.utils.constants import ArticleStatus


class Restore(Protocol):
    """Does what was prepared, in one transaction, which may be part of another one."""

    def __call__(self) -> Saved:
        """The article as it is then."""


@contextmanager
def preparing(article_id: int, user_id: int, version: int) -> Iterator[Restore]:
    """Everything that needs no lock about saving a version of an own article as a new version.

    The block does it; to be entered outside of a transaction. Saved is exactly what the version
    said: the article keeps its status, and what readers see of it stays: beside a live article the
    text waits for its author to submit it. What the author was typing is restored like a version
    if it is complete, and is then saved.

    That there is no such version is said by the block: a first attempt with the same key
    (contract/user-app.md §1.10) may have used up what was typed a moment ago.

    :raises InvalidInput: missing, deleted or another's; what was typed is not complete, or the
        text has a word that refuses it
    :raises NotAllowed: banned
    :raises NotFound: there is no such version
    """
    refuse_unless_writable(status_of(article_id, user_id))
    try:
        kept = revisions.text_of(article_id, user_id, version)
    except NotFound as refusal:
        yield partial(_refuse, refusal)
        return
    with _ready(kept, user_id, version) as ready:
        done: list[tuple[Saved, bool]] = []
        yield partial(_restore, article_id, user_id, version, kept, ready, done)
    for saved, is_changed in done:
        if is_changed:
            sensitive_words.note_hits(ready.hits)
            revisions.remove_surplus(article_id, user_id, saved.version)


def _refuse(refusal: NotFound) -> Saved:
    raise refusal


@contextmanager
def _ready(kept: KeptText, user_id: int, version: int) -> Iterator[ReadyText]:
    """What was saved is as it was; what was typed obeys the rules of every save."""
    if version == revisions.TYPED:
        with texts.ready(_as_sent(kept), user_id) as ready:
            yield ready
    else:
        yield texts.ready_again(_as_saved(kept))


def _restore(
    article_id: int,
    user_id: int,
    version: int,
    kept: KeptText,
    ready: ReadyText,
    done: list[tuple[Saved, bool]],
) -> Saved:
    is_typed = version == revisions.TYPED
    with transaction() as session:
        article = hold(session, article_id, user_id)
        text = ready.text(article.newest) if is_typed else _as_saved(kept)
        is_changed = _put(session, article, ready, text)
        if is_typed and revisions.text_of(article_id, user_id, version) == kept:
            autosaves.empty(session, article)  # nothing was typed since it was read
        saved = Saved(article_id, article.row.version)
    done[:] = [(saved, is_changed)]
    return saved


def _put(session: Session, article: OwnArticle, ready: ReadyText, text: Text) -> bool:
    row = article.row
    status = ArticleStatus(row.status)
    if status == ArticleStatus.APPROVED:
        is_changed = live_edits.put_beside(session, article, ready, text)
    else:
        is_changed = saving.put(session, article, ready, text, status=status)
    if is_changed:
        outbox.add(ArticleSaved(article_id=row.article_id, author_id=row.user_id))
    return is_changed


def _as_saved(text: KeptText) -> Text:
    """The text of a version, which is always in a channel."""
    return Text(text.title, text.content, text.cover, text.channel_id or 0)


def _as_sent(text: KeptText) -> ArticleText:
    """What was typed, as if it were sent now.

    :raises InvalidInput: it lacks a title, or a channel
    """
    texts.refuse_bad_title(text.title)
    if text.channel_id is None:
        raise InvalidInput(texts.INVALID_CHANNEL)
    images = [media.url(key) if key else "" for key in text.cover.get("images") or ()]
    return ArticleText(
        title=text.title,
        content=text.content,
        cover={"type": text.cover.get("type"), "images": images},
        channel_id=text.channel_id,
    )
