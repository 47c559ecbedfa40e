"""A draft, and saving it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.clients.api import ApiClient
from tests.support.scenarios.keeping import DRAFT
from tests.support.scenarios.writing import saved, written


@pytest.fixture
def article_id(editor: ApiClient, channel_id: int) -> int:
    """A draft of the editor's, version 1."""
    return written(editor, channel_id, draft=True)


@pytest.fixture
def save(editor: ApiClient, article_id: int, channel_id: int) -> Callable[..., Any]:
    """``save(content)``: the draft is saved; its version."""

    def send(content: str, **changes: Any) -> int:
        answer = saved(editor, article_id, channel_id, query=DRAFT, content=content, **changes)
        assert answer.status_code == 201, answer.json
        return int(answer.headers["ETag"].strip('"'))

    return send


@pytest.fixture
def save_from(editor: ApiClient, article_id: int, channel_id: int) -> Callable[..., Any]:
    """``save_from(version, content=…)``: the answer to a save that began with a version."""

    def send(version: int, *, query: Any = DRAFT, **changes: Any) -> Any:
        headers = {"If-Match": f'"{version}"'}
        return saved(editor, article_id, channel_id, headers=headers, query=query, **changes)

    return send
