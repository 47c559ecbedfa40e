"""How tantivy keeps an article."""

from __future__ import annotations

from typing import Final

import tantivy

from common.search.fields import (
    ARTICLE,
    AUTHOR,
    CHANNEL,
    DIGEST,
    PUBLISHED,
    RANK,
    SCORED,
    SOURCE,
    VERSION,
    numbers_of,
    shown_title,
    texts_of,
)
from common.search.interface import Document, Kind
from common.search.planning import PREFIX

_NUMBERS: Final = {ARTICLE: True, AUTHOR: True, CHANNEL: True, PUBLISHED: False, VERSION: False,
                   DIGEST: False, RANK: False}  # fmt: skip


def build() -> tantivy.Schema:
    """The schema of both indexes; a change of it is a new version of the analyser."""
    builder = tantivy.SchemaBuilder()
    for name, is_indexed in _NUMBERS.items():
        builder.add_unsigned_field(name, indexed=is_indexed, fast=True)
    for name in SCORED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(PREFIX, tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field(SOURCE, stored=True)
    return builder.build()


SCHEMA: Final = build()


def document_of(kind: Kind, document: Document) -> tantivy.Document:
    """An article in the fields of the schema.

    :param kind: the index that it is for
    """
    made = tantivy.Document()
    for name, number in numbers_of(document).items():
        made.add_unsigned(name, number)
    for name, text in texts_of(kind, document).items():
        made.add_text(name, text)
    if kind is Kind.PUBLIC:
        made.add_bytes(SOURCE, shown_title(document).encode())
    return made
