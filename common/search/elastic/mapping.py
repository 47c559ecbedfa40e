"""How Elasticsearch keeps an article, and what indexes are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from common.search.analysis import current_version
from common.search.elastic.graves import BURIED, BURIED_MS
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
from common.search.ordering import MOST
from common.search.planning import PREFIX

NEXT: Final = "-next"
_FILTERED: Final = (ARTICLE, AUTHOR, CHANNEL, PUBLISHED)
_NOT_FILTERED: Final = (VERSION, DIGEST, RANK)

SETTINGS: Final[Mapping[str, Any]] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",  # said, or an index that nobody searches is not refreshed at all
    "gc_deletes": "0s",  # what is to be remembered stands in documents
    "max_result_window": MOST,
    "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
}


def mapping() -> dict[str, Any]:
    """The fields of both indexes; a change of them is a new version of the analyser."""
    terms = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
    properties: dict[str, Any] = dict.fromkeys(SCORED, terms)
    properties[PREFIX] = terms | {"index_options": "docs", "norms": False}
    properties |= {name: {"type": "long"} for name in (*_FILTERED, BURIED, BURIED_MS)}
    properties |= {name: {"type": "long", "index": False} for name in _NOT_FILTERED}
    properties[SOURCE] = {"type": "keyword", "index": False, "doc_values": False}
    return {"dynamic": "strict", "_source": {"includes": [SOURCE]}, "properties": properties}


def document_of(kind: Kind, document: Document) -> dict[str, Any]:
    """An article in the fields of the mapping.

    :param kind: the index that it is for
    """
    made: dict[str, Any] = {**numbers_of(document), **texts_of(kind, document)}
    if kind is Kind.PUBLIC:
        made[SOURCE] = shown_title(document)
    return made


def alias_of(kind: Kind) -> str:
    """The alias that is searched: of this analyser, so that no other index ever is."""
    return f"{kind}-{current_version()}"


def next_of(kind: Kind) -> str:
    """The alias of the index in the making that wants every change."""
    return alias_of(kind) + NEXT


def all_of(kind: Kind) -> str:
    """A pattern of the indexes of a kind, of any analyser; and of what others may call so."""
    return f"{kind}-*"


def is_ours(kind: Kind, name: str) -> bool:
    """Whether an index has a name as we give them: kind, analyser, number."""
    return re.fullmatch(rf"{kind}-[0-9]+\.[0-9a-z]+-[0-9]{{19}}", name) is not None
