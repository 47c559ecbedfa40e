"""Where imported articles came from, so that nothing is imported twice."""

from __future__ import annotations

from sqlalchemy import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class ArticleSource(Model):
    """A natural key of an imported article (services/importing/items.py); it may have several.

    Kept apart from the article, whose title and author may change afterwards.
    """

    __tablename__ = "news_article_source"
    __table_args__ = layout("news_article_source", index=("article_id",))

    source_key: Mapped[str] = mapped_column(CHAR(40), primary_key=True)
    article_id: Mapped[t.BigRef]
