"""What two changes may come to when they are put together (contract/additions.md §2, conflict)."""

from __future__ import annotations

import pytest

from common.services.writing.contents import bodies
from tests.support.scenarios.keeping import DRAFT, kept
from tests.support.scenarios.writing import body_of, saved, written

BASE = "<p>一</p><p>二</p><p>三</p><p>四</p>"
MERGE = {"draft": "true", "merge": "1"}


@pytest.fixture
def article_id(editor, channel_id):
    """A draft with four paragraphs, version 1."""
    return written(editor, channel_id, draft=True, content=BASE)


@pytest.fixture
def save(editor, article_id, channel_id):
    """``save(base, **changes)``: the answer to a save that began with a version."""

    def send(base, query=DRAFT, **changes):
        headers = {"If-Match": f'"{base}"'}
        return saved(editor, article_id, channel_id, headers=headers, query=query, **changes)

    return send


def test_merging_makes_nothing_longer_than_a_body_may_be(editor, article_id, save):
    half = "长" * (bodies.MAX_BYTES // 6 + 1)
    save(1, content=BASE.replace("二", "二" + half))

    refused = save(1, content=BASE.replace("三", "三" + half), query=MERGE)

    assert (refused.status_code, refused.json["data"]["conflicts"]) == (409, ["content"])
    assert body_of(article_id).content == BASE.replace("二", "二" + half)
    assert kept(editor, article_id)["content"] == BASE.replace("三", "三" + half)


def test_merging_leaves_something_to_read(editor, article_id, save):
    save(1, content="<p>一</p><p>二</p>")

    refused = save(1, content="<p>三</p><p>四</p>", query=MERGE)

    assert (refused.status_code, refused.json["data"]["conflicts"]) == (409, ["content"])
    assert kept(editor, article_id)["content"] == "<p>三</p><p>四</p>"
