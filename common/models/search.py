"""What searching has learned."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class LearnedPhrase(Model):
    """A phrase that so many people asked for; suggested while its article is visible.

    ``article_id`` is the best hit that has the phrase in its title.
    """

    __tablename__ = "search_phrase"
    __table_args__ = layout("search_phrase", index=("people keyword",))

    keyword: Mapped[str] = mapped_column(String(50), primary_key=True)
    people: Mapped[t.UInt]
    article_id: Mapped[t.BigRef]
    learned_at: Mapped[t.Moment]
