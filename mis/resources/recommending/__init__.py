"""Sensitive words: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mis.resources.recommending import sensitive_words

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/sensitive_words", sensitive_words.WordListResource),
    ("/v1_0/sensitive_words/<id:word_id>", sensitive_words.WordResource),
    ("/v1_0/sensitive_words/import", sensitive_words.WordImportResource),
    ("/v1_0/sensitive_words/test", sensitive_words.WordTestResource),
    ("/v1_0/sensitive_words/trial", sensitive_words.WordTrialResource),
    ("/v1_0/sensitive_words/allowed", sensitive_words.AllowedPhraseListResource),
]
