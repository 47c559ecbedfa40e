"""What may not be said: the operators' words, and phrases in which they are harmless."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class SensitiveWord(Model):
    """A word that sends an article to review; ``hold_count`` is how often it did.

    ``mode`` (``WordMode``) is where in a text it counts.
    """

    __tablename__ = "recommend_sensitive_word"
    __table_args__ = layout("recommend_sensitive_word", unique=("word",), index=("update_time",))

    id: Mapped[t.AutoId]
    word: Mapped[str] = mapped_column(t.name_text(50))
    weights: Mapped[t.Big]
    hold_count: Mapped[t.BigCount]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTimeOurs]
    mode: Mapped[t.CodeZero]


class AllowPhrase(Model):
    """A phrase that shields the words inside it."""

    __tablename__ = "allow_phrase"
    __table_args__ = layout("allow_phrase", unique=("phrase",))

    id: Mapped[t.AutoId]
    phrase: Mapped[str] = mapped_column(t.name_text(50))
    create_time: Mapped[t.CreateTime]
