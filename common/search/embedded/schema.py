"""How tantivy keeps an article."""

from __future__ import annotations

from typing import Final

import tantivy

from common.search.analysis import text_of_content, text_of_title
from common.search.interface import Document, Kind
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
ARTICLE_BITS: Final = 50  # ids have at most 15 digits
SOURCE: Final = "source"  # the title as it is shown

_SCORED: Final = (TITLE, CONTENT, TITLE_FOLDED, CONTENT_FOLDED)
_NUMBERS: Final = {ARTICLE: True, AUTHOR: True, CHANNEL: True, PUBLISHED: False, VERSION: False,
                   DIGEST: False, RANK: False}  # fmt: skip


def build() -> tantivy.Schema:
    """The schema of both indexes; a change of it is a new version of the analyser."""
    builder = tantivy.SchemaBuilder()
    for name, is_indexed in _NUMBERS.items():
        builder.add_unsigned_field(name, indexed=is_indexed, fast=True)
    for name in _SCORED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(NEAR, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(PREFIX, tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field(SOURCE, stored=True)
    return builder.build()


SCHEMA: Final = build()


def document_of(kind: Kind, document: Document) -> tantivy.Document:
    """An article in the fields of the schema. Own articles are neither suggested nor corrected to.

    :param kind: the index that it is for
    """
    title = text_of_title(document.title)
    content = text_of_content(document.content)
    made = tantivy.Document()
    for name, number in (
        (ARTICLE, document.article_id),
        (AUTHOR, document.author_id),
        (CHANNEL, document.channel_id),
        (PUBLISHED, document.published_ms),
        (VERSION, document.version),
        (DIGEST, document.digest),
        (RANK, document.weight << ARTICLE_BITS | document.article_id),
    ):
        made.add_unsigned(name, number)
    texts = {
        TITLE: title.text.terms,
        CONTENT: content.terms,
        TITLE_FOLDED: title.text.folded,
        CONTENT_FOLDED: content.folded,
    }
    if kind is Kind.PUBLIC:
        texts |= {NEAR: title.near, PREFIX: title.prefixes}
        made.add_bytes(SOURCE, document.title.encode(errors="replace"))
    for name, text in texts.items():
        if text:
            made.add_text(name, text)
    return made
