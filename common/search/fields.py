"""An article in the fields that every engine keeps of it, but for how it keeps them."""

from __future__ import annotations

from typing import Final

from common.search.analysis import text_of_content, text_of_title
from common.search.interface import Document, Kind, Stored
from common.search.planning import (
    CONTENT,
    CONTENT_FOLDED,
    NEAR,
    PREFIX,
    TITLE,
    TITLE_FOLDED,
)

ARTICLE: Final = "article_id"
AUTHOR: Final = "author_id"
CHANNEL: Final = "channel_id"
PUBLISHED: Final = "published_ms"
VERSION: Final = "version"
DIGEST: Final = "digest"
RANK: Final = "rank"  # weight, then article: no two are equal
SOURCE: Final = "source"  # the title as it is shown
ARTICLE_BITS: Final = 50  # ids have at most 15 digits

COMPARED: Final = (ARTICLE, VERSION, DIGEST, RANK)  # of :func:`stored_of`
SCORED: Final = (TITLE, CONTENT, TITLE_FOLDED, CONTENT_FOLDED, NEAR)
# A term of its own in a field without any: Lucene counts the articles that have something in a
# field, tantivy all of them, and both have to come to the same averages. No phrase has this term.
NOTHING: Final = "-"


def numbers_of(document: Document) -> dict[str, int]:
    """What is filtered, ordered and compared by."""
    return {
        ARTICLE: document.article_id,
        AUTHOR: document.author_id,
        CHANNEL: document.channel_id,
        PUBLISHED: document.published_ms,
        VERSION: document.version,
        DIGEST: document.digest,
        RANK: document.weight << ARTICLE_BITS | document.article_id,
    }


def weight_of(rank: int) -> int:
    """The weight in a rank."""
    return rank >> ARTICLE_BITS


def stored_of(article_id: int, version: int, digest: int, rank: int) -> Stored:
    """What an engine holds of an article, from the fields in :data:`COMPARED`."""
    return Stored(article_id, version, digest, weight_of(rank))


def texts_of(kind: Kind, document: Document) -> dict[str, str]:
    """Terms with blanks between them. Own articles are neither suggested nor corrected to.

    :param kind: the index that it is for
    """
    title = text_of_title(document.title)
    content = text_of_content(document.content)
    texts = {
        TITLE: title.text.terms,
        CONTENT: content.terms,
        TITLE_FOLDED: title.text.folded,
        CONTENT_FOLDED: content.folded,
    }
    if kind is Kind.PUBLIC:
        texts[NEAR] = title.near
    found = {name: text or NOTHING for name, text in texts.items()}
    return found | {PREFIX: title.prefixes} if kind is Kind.PUBLIC and title.prefixes else found


def shown_title(document: Document) -> str:
    """The title without halves of characters, which no engine takes."""
    return document.title.encode(errors="replace").decode()
