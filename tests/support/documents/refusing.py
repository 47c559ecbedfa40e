"""Tables of bad input: each case gets its literal answer, and nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from common.settings import Settings
from tests.support.clients.api import ApiClient
from tests.support.harness.snapshots import snapshot

Case = tuple[dict[str, Any], "dict[str, str] | str"]  # options of a call, what it is told
Check = Callable[[str, str, Iterable[Case]], None]

MISSING = "Missing required parameter in the query string"
MISSING_MEMBER = "Missing required parameter in the JSON body"
BEYOND = 2**63
SHOWN = 64  # characters of a refused value

NOT_INTEGERS = ["x", "1.5", "1e3", "0x10", "１２", "true", "null", "[1]", "+1", "--1", "1 2", "'1'",
                "' OR 1=1--", "1;DROP TABLE news_comment", "9" * 400]  # fmt: skip


def refusing(client: ApiClient, settings: Settings) -> Check:
    """``refuses(method, path, cases)``: 400 for each case, all tables and files as before.

    What a case is told are its ``errors``, or a text: the message of an answer without them.
    """

    def refuses(method: str, path: str, cases: Iterable[Case]) -> None:
        before = snapshot(settings)
        for options, told in cases:
            answer = client.open(path, method=method, **options)
            case = {name: repr(value)[:80] for name, value in options.items()}
            assert (case, answer.status_code) == (case, 400)
            assert (case, answer.json) == (case, _body(told))
            assert answer.content_type == "application/json"
        assert snapshot(settings) == before

    return refuses


def _body(told: dict[str, str] | str) -> dict[str, Any]:
    if isinstance(told, str):
        return {"message": told}
    ((name, reason),) = told.items()
    return {"message": f"{name}: {reason}", "errors": told}


def query(**values: Any) -> dict[str, Any]:
    """Options of a call with a query."""
    return {"query_string": values}


def members(**values: Any) -> dict[str, Any]:
    """Options of a call with a JSON body."""
    return {"json": values}


def as_said(value: Any) -> str:
    """A refused value as reasons repeat it."""
    return value[:SHOWN] if isinstance(value, str) else json.dumps(value)
