"""How long readers stay on articles (contract/user-app.md §10.5)."""

from __future__ import annotations

from common.errors import InvalidInput
from common.services.reading import views
from common.services.visibility import find_visible_article
from common.utils.parameters.basic import UNKNOWN_ARTICLE


def note_duration(
    *, article_id: int, seconds: int, trace: str, subject: str | None, address: str
) -> None:
    """A reader stayed on an article; recorded if ``trace`` is a read token of that article.

    :param subject: who really asks, None for a visitor nobody knows
    :raises InvalidInput: no visible article has this id
    """
    article = find_visible_article(article_id)
    if article is None:
        raise InvalidInput({"art_id": UNKNOWN_ARTICLE})
    views.duration(
        trace,
        subject=subject,
        ip=address,
        article_id=article_id,
        channel_id=article.info.channel_id,
        author_id=article.info.author_id,
        seconds=seconds,
    )
