"""Headers of saves as web servers hand them on: what is no ASCII comes as empty text."""

from __future__ import annotations

import pytest

from tests.support.scenarios.keeping import AUTOSAVES, DRAFT, kept, typed
from tests.support.scenarios.writing import PATH, body_of, saved, sent

BAD_KEY = {"Idempotency-Key": 'Value does not match pattern: "^.{1,64}$"'}


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 65])
@pytest.mark.parametrize("path", [PATH, AUTOSAVES])
def test_a_key_that_cannot_be_read_is_refused(editor, channel_id, path, key):
    body = sent(channel_id) if path == PATH else typed()

    answer = editor.post(path, json=body, environ_overrides={"HTTP_IDEMPOTENCY_KEY": key})

    assert (answer.status_code, answer.json["errors"]) == (400, BAD_KEY)
    assert editor.get(path).json["data"]["total_count"] == 0


@pytest.mark.parametrize("tag", ["", "é", "1.0", '"v1"', '"9999999999"'])
def test_a_version_that_cannot_be_read_is_not_the_newest(editor, article_id, channel_id, tag):
    answer = editor.put(
        f"{PATH}/{article_id}",
        json=sent(channel_id, content="<p>二</p>"),
        query_string=DRAFT,
        environ_overrides={"HTTP_IF_MATCH": tag},
    )

    assert (answer.status_code, answer.json["message"]) == (409, "Article has changed.")
    assert body_of(article_id).content != "<p>二</p>"
    assert kept(editor, article_id)["content"] == "<p>二</p>"


@pytest.mark.parametrize(
    ("tags", "code"), [('"1", "99"', 201), ('"99", W/"1"', 201), ('"98", "99"', 409), ("*", 201)]
)
def test_of_several_versions_any_may_be_the_newest(editor, article_id, channel_id, tags, code):
    answer = saved(
        editor,
        article_id,
        channel_id,
        query=DRAFT,
        headers={"If-Match": tags},
        content="<p>二</p>",
    )

    assert answer.status_code == code
