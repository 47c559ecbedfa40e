"""What operators change of an article without touching its text (contract/admin.md §5.1)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import lock_one, transaction
from common.models import Article, ArticleRevision
from common.schemas.administration.audit import Verb
from common.schemas.administration.operators import Operator
from common.schemas.events.articles import ArticleEdited, ArticleSaved
from common.services import outbox
from common.services.audit.recording import changes_of, record
from common.services.channels.catalogue import hold_channel
from common.services.reviewing import rules
from common.services.reviewing.writing_down import entry
from common.utils.constants import ArticleStatus

INVALID_CHANNEL: Final = {"channel_id": "Invalid channel id."}


def edit_article(operator: Operator, article_id: int, given: dict[str, Any]) -> None:
    """Change what is given, ``channel_id`` and ``allow_comment``; what stays is not written down.

    The article keeps its status, its version and its place in the feeds.

    :raises InvalidInput: no such article that is not deleted, or no such channel
    """
    with transaction() as session:
        row = lock_one(session, Article, article_id=article_id)
        if row is None or row.status == ArticleStatus.DELETED:
            raise InvalidInput(rules.UNKNOWN)
        changes = changes_of({name: getattr(row, name) for name in given}, given)
        if not changes:
            return
        if "channel_id" in changes:
            _move(session, row, given["channel_id"])
        for name in changes:
            setattr(row, name, given[name])
        session.flush()
        if row.status == ArticleStatus.APPROVED:
            outbox.add(
                ArticleEdited(
                    article_id=article_id, author_id=row.user_id, channel_id=row.channel_id
                )
            )
        outbox.add(ArticleSaved(article_id=article_id, author_id=row.user_id))
        record(operator, entry(article_id, Verb.CHANGE, "", changes))


def _move(session: Session, row: Article, channel_id: int) -> None:
    """Its newest text moves too: its author's next save would move the article back."""
    if not hold_channel(session, channel_id):
        raise InvalidInput(INVALID_CHANNEL)
    session.execute(
        update(ArticleRevision)
        .where(ArticleRevision.article_id == row.article_id, ArticleRevision.version == row.version)
        .values(channel_id=channel_id)
        .execution_options(synchronize_session=False)
    )
