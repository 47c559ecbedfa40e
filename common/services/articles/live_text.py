"""Which text of an article readers see, told by its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.models import Article, ArticleContent

BODIES_AT_ONCE: Final = 100


def digests_of(session: Session, article_ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """Digests of title, body and cover, 64 hex digits, by article; those that exist, by id.

    What only waits beside a live text is no part of it: a text that was put back has the digest
    that it had. Bodies are read a hundred at a time.
    """
    ids = sorted(article_ids)
    for first in range(0, len(ids), BODIES_AT_ONCE):
        rows = session.execute(
            select(Article.article_id, Article.title, Article.cover, ArticleContent.content)
            .outerjoin(ArticleContent, ArticleContent.article_id == Article.article_id)
            .where(Article.article_id.in_(ids[first : first + BODIES_AT_ONCE]))
            .order_by(Article.article_id)
        )
        for row in rows:
            text = json.dumps([row.title, row.content, row.cover], sort_keys=True)
            yield row.article_id, hashlib.sha256(text.encode()).hexdigest()
