"""POSTs with a key that have much to do first: nobody waits for that (security.md row 90)."""

from __future__ import annotations

from typing import Any

import pytest

from common.extensions.db import in_transaction
from common.services.media.uploads import Upload
from common.services.writing.contents import bodies
from tests.support.clients.api import ApiClient
from tests.support.clients.uploading import in_json

KEY = {"Idempotency-Key": "one"}
TYPED = {"title": "没写完的", "content": "<p>一</p>"}
PAPERS = {
    "name": "林某某",
    "id_number": "11010519491231002X",
    "industry": "出版",
    "company": "示例文化工作室",
    "position": "主编",
    "qualification_img": in_json(),
}


@pytest.mark.parametrize(
    ("path", "body", "owner", "work"),
    [
        ("/mp/v1_0/autosaves", TYPED, bodies, "cleaned"),
        ("/mp/v1_0/user/legalizes", PAPERS, Upload, "store"),
    ],
)
def test_what_takes_time_is_done_before_anything_is_locked(
    editor: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, Any],
    owner: Any,
    work: str,
) -> None:
    held: list[bool] = []
    done = getattr(owner, work)

    def watched(*args: Any) -> Any:
        held.append(in_transaction())
        return done(*args)

    monkeypatch.setattr(owner, work, watched)

    first, again = (editor.post(path, json=body, headers=KEY) for _ in range(2))

    assert (first.status_code, held) == (201, [False])
    assert (again.status_code, again.data) == (201, first.data)
    assert editor.get(path).json["data"]["total_count"] == 1
