"""Search results as the product's layers hand them to one another."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from common.schemas.news import ArticleCard


class Highlight(TypedDict):
    """Escaped HTML in which ``<em>`` marks what was searched for; empty content: not in it."""

    title: str
    content: str


class FoundArticle(ArticleCard):
    """A hit on the wire."""

    highlight: NotRequired[Highlight]


# ``from`` is a keyword of the language, so this one is made by a call.
Correction = TypedDict("Correction", {"from": str, "to": str})


class SearchList(TypedDict):
    """A page of hits (contract/user-app.md §11.1).

    ``corrected``: what was searched for instead, since nothing has what was typed.
    """

    total_count: int
    page: int
    per_page: int
    results: list[FoundArticle]
    corrected: NotRequired[Correction]


class Suggestions(TypedDict):
    """Completions of a phrase."""

    options: list[str]


class SearchHistory(TypedDict):
    """What a reader searched for."""

    keywords: list[str]


Trend = Literal["up", "same", "down"]


class HotPhrase(BaseModel):
    """A phrase that many search for (CACHE ``search:hot``)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    keyword: str
    trend: Trend


class KnownPhrase(BaseModel):
    """A phrase that is suggested while its article is visible (CACHE ``search:learned``).

    ``heads``: by what it may be asked for: characters, full pinyin, initials.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    keyword: str
    article_id: int
    heads: tuple[str, ...]


class HotCard(TypedDict):
    """A phrase that many search for, and whether more do than a day ago."""

    keyword: str
    trend: Trend


class HotSearches(TypedDict):
    """What many search for."""

    keywords: list[HotCard]
