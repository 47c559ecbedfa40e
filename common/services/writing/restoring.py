"""A former version saved once more (contract/additions.md §2, history)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.schemas.events.articles import ArticleSaved
from common.schemas.texts import KeptText
from common.schemas.writing import ArticleText, Saved
from common.services import outbox
from common.services.moderation import sensitive_words
from common.services.writing import autosaves, live_edits, revisions, saving, texts
from common.services.writing.holding import OwnArticle, Text, hold
from common.services.writing.texts import ReadyText
from common.utils import media
from common.utils.constants import ArticleStatus


def restore(article_id: int, user_id: int, version: int) -> Saved:
    """Save exactly what a version of an own article said, as a new version.

    The article keeps its status, and what readers see of it stays: beside a live article the text
    waits for its author to submit it. What the author was typing is restored like a version if it
    is complete, and is then saved.

    :raises InvalidInput: missing, deleted or another's; what was typed is not complete, or the
        text has a word that refuses it
    :raises NotAllowed: banned
    :raises NotFound: there is no such version
    """
    if version == revisions.TYPED:
        return _save_typed(article_id, user_id)
    with transaction() as session:
        article = hold(session, article_id, user_id)
        kept = revisions.text_of(article_id, user_id, version)
        ready = texts.ready_again(_as_saved(kept))
        is_changed = _put(session, article, ready, _as_saved(kept))
        saved = Saved(article_id, article.row.version)
    _follow_up(saved, user_id, ready, is_changed=is_changed)
    return saved


def _save_typed(article_id: int, user_id: int) -> Saved:
    """Save what was typed, by the rules of every save."""
    typed = revisions.text_of(article_id, user_id, revisions.TYPED)
    with texts.ready(_as_sent(typed), user_id) as ready, transaction() as session:
        article = hold(session, article_id, user_id)
        is_changed = _put(session, article, ready, ready.text(article.newest))
        autosaves.empty(session, article)
        saved = Saved(article_id, article.row.version)
    _follow_up(saved, user_id, ready, is_changed=is_changed)
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


def _follow_up(saved: Saved, user_id: int, ready: ReadyText, *, is_changed: bool) -> None:
    if is_changed:
        sensitive_words.note_hits(ready.hits)
        revisions.remove_surplus(saved.article_id, user_id, saved.version)


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
