"""Saving an own article so that nothing that its author wrote is lost (additions.md §2)."""

from __future__ import annotations

from common.schemas.writing.articles import ArticleText, Saved, SaveOptions
from common.schemas.writing.autosaves import Typed
from common.services.media import uploads
from common.services.writing.history import revisions
from common.services.writing.saves import saving
from common.services.writing.saves.conflicts import Overtaken
from common.services.writing.saves.holding import StaleVersion
from common.services.writing.typed import autosaves


def edit(article_id: int, user_id: int, text: ArticleText, how: SaveOptions) -> Saved:
    """As :func:`saving.edit`; a text that is refused becomes what its author was typing.

    A save that a newer one of the same open editor has overtaken changes nothing.

    :raises StaleVersion: somebody else saved since
    """
    try:
        saved = saving.edit(article_id, user_id, text, how)
    except Overtaken as overtaken:
        return Saved(article_id, overtaken.version)
    except StaleVersion:
        _keep(article_id, user_id, text, how)
        raise
    revisions.remove_surplus(article_id, user_id, saved.version)
    return saved


def _keep(article_id: int, user_id: int, text: ArticleText, how: SaveOptions) -> None:
    typed = Typed(
        text.title, text.content, text.cover, text.channel_id, how.base_version, how.origin
    )
    with uploads.all_or_nothing() as upload:
        autosaves.keep(article_id, user_id, typed, upload=upload)
