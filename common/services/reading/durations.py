"""How long readers stay on articles (contract/user-app.md §10.5)."""

from __future__ import annotations

from common.errors import InvalidInput
from common.services.reading import views
from common.services.visibility import visible_articles


def note_duration(
    *, article_id: int, seconds: int, trace: str, subject: str | None, address: str
) -> None:
    """A reader stayed on an article; recorded if ``trace`` is a read token of that article.

    :param subject: who really asks, None for a visitor nobody knows
    :raises InvalidInput: no visible article has this id
    """
    visible = visible_articles((article_id,), reader_id=None)
    if not visible:
        raise InvalidInput({"art_id": "Invalid target article id."})
    info = visible[0].info
    views.duration(
        trace,
        subject=subject,
        ip=address,
        article_id=article_id,
        channel_id=info.channel_id,
        author_id=info.author_id,
        seconds=seconds,
    )
