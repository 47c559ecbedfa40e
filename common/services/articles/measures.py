"""How much there is to read of an article (contract/additions.md §1.2).

Whoever saves a body saves what :func:`measure` counts beside it, in ``news_article_content``, so
that nobody reads bodies to compute figures.
"""

from __future__ import annotations

from common.utils.text.html import Measures, measure

__all__ = ["Measures", "measure"]
