"""Sensitive words and the phrases that shield them."""

from __future__ import annotations

import factory

from common.models import AllowPhrase, SensitiveWord
from tests.factories.base import Factory


class SensitiveWordFactory(Factory):
    """A word that sends an article to review, where the default rule finds it."""

    class Meta:
        model = SensitiveWord

    word = factory.Sequence(lambda n: f"敏感词{n}")
    weights = 1


class AllowPhraseFactory(Factory):
    """A phrase in which sensitive words are harmless."""

    class Meta:
        model = AllowPhrase

    phrase = factory.Sequence(lambda n: f"无害短语{n}")
