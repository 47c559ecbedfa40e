"""What the published document of the editors' API promises: status and members of each answer.

Read from tests/contract/published-api.json (key ``mp``) itself. It puts the three shapes of the
list of articles, and the two of comments, into one: here each is an operation of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

DOCUMENT = Path(__file__).parents[2] / "contract" / "published-api.json"

ARTICLES = "GET /mp/v1_0/articles"
COMMENTS = "GET /mp/v1_0/comments"
_PAGE = ("total_count", "page", "per_page", "results", "results.id", "results.title")
_CONTENT = ("status", "pubdate", "cover", "cover.type", "cover.images")
# By shape: query, and which of the members in ``data`` it has.
SHAPES: dict[str, dict[str, Sequence[str]]] = {
    ARTICLES: {
        "": (*_PAGE, *(f"results.{each}" for each in _CONTENT)),
        "response_type=comment": (
            *_PAGE,
            "results.comment_status",
            "results.total_comment_count",
            "results.fans_comment_count",
        ),
        "response_type=statistic": (
            *_PAGE,
            *(f"results.{each}_count" for each in ("comment", "read", "like", "repost", "collect")),
        ),
    },
}
ONLY_OF_ARTICLES = ("art_id", "art_title", "art_pubdate")


class Operation(NamedTuple):
    """An operation; ``query`` is what makes it this one of several shapes."""

    entry: str
    status: int
    members: str
    query: str = ""


def operations() -> Iterator[Operation]:
    """All of them, in the order of the document."""
    for each in json.loads(DOCUMENT.read_bytes())["mp"]:
        entry = f"{each['method']} {each['path']}"
        status = int((each.get("statuses") or ["200"])[0])
        fields = [one for one in each.get("response", ()) if one["name"].startswith("data")]
        if entry in SHAPES:
            for query, names in SHAPES[entry].items():
                yield Operation(entry, status, _lines(fields, names), query)
        elif entry == COMMENTS:
            every = [one["name"].removeprefix("data.") for one in fields]
            of_comment = [name for name in every if name not in ONLY_OF_ARTICLES]
            yield Operation(entry, status, _lines(fields, every), "type=a&source={article}")
            yield Operation(entry, status, _lines(fields, of_comment), "type=c&source={comment}")
        else:
            yield Operation(entry, status, _lines(fields, None))


def all_members() -> dict[str, set[str]]:
    """What the document names in ``data``, by entry."""
    return {
        f"{each['method']} {each['path']}": {
            one["name"].removeprefix("data.")
            for one in each.get("response", ())
            if one["name"].startswith("data.")
        }
        for each in json.loads(DOCUMENT.read_bytes())["mp"]
    }


def _lines(fields: Sequence[dict[str, Any]], names: Sequence[str] | None) -> str:
    return "\n".join(
        f"{one['name']} {one['type']}"
        for one in fields
        if names is None or one["name"] == "data" or one["name"].removeprefix("data.") in names
    )
