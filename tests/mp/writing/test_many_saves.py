"""Very many saves, and what each of them costs (contract/additions.md §2, conflict)."""

from __future__ import annotations

import os

import pytest

from common.extensions.db import db, refresh_view
from common.models import ArticleAutosave
from common.utils.constants import ArticleStatus
from tests.support.harness.threads import at_once
from tests.support.scenarios.keeping import (
    DRAFT,
    keep,
    kept,
)
from tests.support.scenarios.reviewing import decided
from tests.support.scenarios.writing import (
    CONTENT,
    PATH,
    TITLE,
    body_of,
    revisions_of,
    row_of,
    saved,
    switch,
    version_of,
)

# EDITOR_SAVES=500 for the drill of the contract: two windows of so many, and 10,000 in a row.
SAVES = int(os.environ.get("EDITOR_SAVES", "200"))
IN_A_ROW = SAVES * 20 if "EDITOR_SAVES" in os.environ else 1000
LONGEST_SECONDS = 1800


@pytest.mark.timeout(LONGEST_SECONDS)
def test_two_windows_with_very_many_saves_lose_nothing(editor, article_id, save_from):
    """Whatever is accepted is in the history at once; whatever is not is the autosave."""
    versions = {"tab-a": 1, "tab-b": 1}
    accepted = 0
    for number in range(2 * SAVES):
        tab = ("tab-a", "tab-b")[number % 2]
        content = f"<p>{tab} {number}</p>"
        answer = save_from(versions[tab], content=content, session=tab, sequence=number)
        if answer.status_code == 201:
            accepted += 1
            versions[tab] = int(answer.headers["ETag"].strip('"'))
            newest = editor.get(f"{PATH}/{article_id}/revisions/{versions[tab]}")
            assert newest.json["data"]["content"] == content
        else:
            assert answer.status_code == 409
            assert kept(editor, article_id)["content"] == content
            versions[tab] = answer.json["data"]["current_version"]

    assert accepted >= SAVES
    assert row_of(article_id).version == accepted + 1


def test_an_article_that_is_published_while_its_author_types_is_published(
    editor, anonymous, admin, article_id, save_from
):
    save_from(1, query={"draft": "false"})

    def type_on():
        for number in range(10):
            keep(editor, article_id, content=f"<p>{number}</p>", session="tab", sequence=number)

    at_once(type_on, lambda: decided(admin, article_id))

    assert row_of(article_id).status == ArticleStatus.APPROVED
    page = anonymous.get(f"/app/v1_0/articles/{article_id}").json["data"]
    assert (page["title"], page["content"]) == (TITLE, CONTENT)
    assert kept(editor, article_id)["content"] == "<p>9</p>"


@pytest.mark.timeout(LONGEST_SECONDS)
def test_very_many_saves_of_one_window_never_conflict(editor, admin, article_id, save_from):
    """A schedule, a decision and the comment switch in between are none of the text's business."""
    times: dict[int, dict[str, str | None]] = {
        100: {"publish_at": "2027-01-01T08:00:00+08:00"},
        200: {"publish_at": None},
    }
    version = 1
    for number in range(IN_A_ROW):
        more = times.get(number, {})
        query = {"draft": "false"} if number in (100, 200) else DRAFT
        answer = save_from(version, content=f"<p>{number}</p>", query=query, session="tab", **more)
        assert answer.status_code == 201, (number, answer.json)
        version = int(answer.headers["ETag"].strip('"'))
        if number == 200:
            assert decided(admin, article_id)["count"] == 1
            assert row_of(article_id).status == ArticleStatus.APPROVED
            assert switch(editor, article_id).status_code == 201
            assert version_of(editor, article_id) == f'"{version}"'

    assert row_of(article_id).version == version == IN_A_ROW + 1


def test_a_save_of_20_kilobytes_that_clears_an_autosave_costs_six_statements(
    editor, article_id, channel_id, cost
):
    editor.put(f"{PATH}/{article_id}/autosave", json={"session": "tab", "sequence": 1})
    text = "<p>" + "清晨六点" * 1700 + "</p>"

    with cost() as spent:
        answer = saved(
            editor, article_id, channel_id, query=DRAFT, content=text, session="tab", sequence=2
        )

    assert answer.status_code == 201
    assert spent.sql <= 6
    refresh_view()
    assert db.session.query(ArticleAutosave).count() == 0
    assert body_of(article_id).content == text
    assert [row.content for row in revisions_of(article_id)] == [CONTENT, text]
