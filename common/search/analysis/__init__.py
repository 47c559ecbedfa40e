"""The analyser: one for all engines, for what is indexed and for what is asked (docs/search.md)."""

from __future__ import annotations

from common.search.analysis.documents import IndexedText, text_of_content, text_of_title
from common.search.analysis.phrases import Part, analysed
from common.search.analysis.versions import current_version

__all__ = [
    "IndexedText",
    "Part",
    "analysed",
    "current_version",
    "text_of_content",
    "text_of_title",
]
