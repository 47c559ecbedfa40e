"""An installation has several names; what comes back through another one is the same."""

from __future__ import annotations

import pytest

from tests.support.scenarios.keeping import DRAFT
from tests.support.scenarios.writing import PATH, form_of, row_of, saved, set_article, written

OTHER = "http://other-name.example:8080"
OLD = "cover/ab/old.png"  # of an import, say: only what is there already says that it is ours


@pytest.fixture
def article_id(editor, channel_id):
    """A draft whose cover shows what nobody could choose any more."""
    article_id = written(editor, channel_id, draft=True)
    set_article(article_id, cover={"type": 1, "images": [OLD]})
    return article_id


def test_what_was_read_at_one_name_is_saved_unchanged_at_another(editor, article_id):
    form = editor.get(f"{PATH}/{article_id}", base_url=OTHER).json["data"]
    assert form["cover"]["images"] == [f"{OTHER}/media/{OLD}"]

    answer = editor.put(f"{PATH}/{article_id}", json=form, query_string=DRAFT)

    assert (answer.status_code, row_of(article_id).version) == (201, 1)
    assert row_of(article_id).cover == {"type": 1, "images": [OLD]}


@pytest.mark.parametrize("address", [f"{OTHER}/media/cover/ab/new.png", f"{OTHER}/{OLD}", "//[x"])
def test_what_was_not_there_before_is_no_picture_of_ours(editor, channel_id, article_id, address):
    cover = {"type": 1, "images": [address]}

    answer = saved(editor, article_id, channel_id, query=DRAFT, cover=cover)

    assert answer.json["errors"] == {"cover": "Invalid cover param."}
    assert form_of(editor, article_id)["cover"]["images"][0].endswith(OLD)
