"""A former version saved once more (contract/additions.md §2, history)."""

from __future__ import annotations

import pytest

from common.extensions.db import in_transaction
from common.services.writing.contents import bodies
from common.utils.constants import ArticleStatus, RevisionStatus
from tests.support.scenarios.keeping import (
    content_of,
    keep,
    kept,
    read,
    restore,
    versions,
)
from tests.support.scenarios.writing import (
    CONTENT,
    approve,
    body_of,
    form_of,
    revisions_of,
    row_of,
    saved,
    set_article,
    steps_of,
    written,
)

KEY = {"Idempotency-Key": "one"}


@pytest.mark.parametrize("version", [1, 3, 5])
def test_a_restored_version_is_equal_byte_by_byte(editor, article_id, save, version):
    for number in range(2, 6):
        save(f"<p>第{number}版 &amp; <b>&nbsp;</b></p>\n<ul><li>{number}</li></ul>")
    kept = content_of(article_id, version)

    answer = restore(editor, article_id, version)

    assert answer.status_code == 201
    assert body_of(article_id).content == kept
    newest = row_of(article_id).version
    assert newest == (5 if version == 5 else 6)  # the last one is there already
    assert answer.headers["ETag"] == f'"{newest}"'
    assert content_of(article_id, newest) == kept
    assert row_of(article_id).status == ArticleStatus.DRAFT


def test_what_was_typed_is_restored_and_then_saved(editor, article_id, channel_id):
    keep(
        editor,
        article_id,
        title="打出来的标题",
        content="<p>打字 &amp; 休息</p>",
        channel_id=channel_id,
        cover={"type": 0, "images": []},
    )
    typed = read(editor, article_id, 0).json["data"]["content"]

    answer = restore(editor, article_id, 0)

    assert answer.status_code == 201
    assert body_of(article_id).content == typed == "<p>打字 &amp; 休息</p>"
    assert row_of(article_id).title == "打出来的标题"
    assert versions(editor, article_id) == [2, 1]


@pytest.mark.parametrize("version", [0, 1])
def test_a_restoring_sent_again_with_its_key_is_one_and_prepared_without_a_lock(
    editor, article_id, channel_id, save, monkeypatch, version
):
    save("<p>二</p>")
    keep(editor, article_id, title="打出来的标题", content="<p>打</p>", channel_id=channel_id)
    held = []
    complete = bodies.complete

    def watched(html):
        held.append(in_transaction())
        return complete(html)

    monkeypatch.setattr(bodies, "complete", watched)

    first, again = (restore(editor, article_id, version, headers=KEY) for _ in range(2))

    assert (first.status_code, first.headers["ETag"], held) == (201, '"3"', [False])
    assert (again.status_code, again.headers["ETag"], again.data) == (201, '"3"', first.data)
    assert row_of(article_id).version == 3


def test_what_is_typed_while_it_is_restored_stays(editor, article_id, channel_id, monkeypatch):
    whole = {"title": "打出来的标题", "channel_id": channel_id}
    keep(editor, article_id, content="<p>先</p>", **whole)
    done = bodies.ready

    def meanwhile(*args):
        keep(editor, article_id, content="<p>后</p>", **whole)
        return done(*args)

    monkeypatch.setattr(bodies, "ready", meanwhile)

    answer = restore(editor, article_id, 0)

    assert (answer.status_code, body_of(article_id).content) == (201, "<p>先</p>")
    assert kept(editor, article_id)["content"] == "<p>后</p>"


@pytest.mark.parametrize(
    ("lacking", "member"),
    [
        ({"title": "短"}, "title"),
        ({"content": ""}, "content"),
        ({"channel_id": None}, "channel_id"),
    ],
)
def test_what_was_typed_is_restored_only_when_it_is_complete(
    editor, article_id, channel_id, lacking, member
):
    whole = {"title": "打出来的标题", "content": "<p>打字</p>", "channel_id": channel_id}
    keep(editor, article_id, **{**whole, **lacking})

    answer = restore(editor, article_id, 0)

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == [member]
    assert body_of(article_id).content == CONTENT
    assert versions(editor, article_id) == [0, 1]


@pytest.mark.parametrize(
    "status", [ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED]
)
def test_restoring_changes_no_status(editor, article_id, save, status):
    save("<p>二</p>")
    set_article(article_id, status=status)
    steps = steps_of(article_id)

    restore(editor, article_id, 1)

    assert row_of(article_id).status == status
    assert body_of(article_id).content == CONTENT
    assert steps_of(article_id) == steps


def test_what_was_approved_for_a_time_to_come_is_reviewed_anew(editor, channel_id):
    article_id = written(editor, channel_id, publish_at="2027-01-01T08:00:00+08:00")
    saved(editor, article_id, channel_id, content="<p>二</p>")
    set_article(article_id, review_time=row_of(article_id).create_time)

    restore(editor, article_id, 1)

    assert row_of(article_id).status == ArticleStatus.PENDING
    assert row_of(article_id).review_time is None


def test_a_restored_text_of_a_live_article_waits_beside_it(editor, anonymous, channel_id):
    article_id = written(editor, channel_id, content="<p>旧文</p>")
    saved(editor, article_id, channel_id, content="<p>新文</p>")
    approve(article_id)
    page = f"/app/v1_0/articles/{article_id}"

    restore(editor, article_id, 1)

    assert row_of(article_id).status == ArticleStatus.APPROVED
    assert anonymous.get(page).json["data"]["content"] == "<p>新文</p>"
    assert form_of(editor, article_id)["content"] == "<p>旧文</p>"
    assert revisions_of(article_id)[-1].status == RevisionStatus.BESIDE
    submitted = saved(
        editor,
        article_id,
        channel_id,
        content="<p>旧文</p>",
        query={"draft": "false", "keep_live": "1"},
    )
    assert submitted.headers["ETag"] == '"3"'
    assert revisions_of(article_id)[-1].status == RevisionStatus.WAITING
    assert anonymous.get(page).json["data"]["content"] == "<p>新文</p>"


def test_restoring_what_is_live_takes_a_waiting_text_back(editor, channel_id):
    article_id = written(editor, channel_id, content="<p>现文</p>")
    approve(article_id)
    keep = {"draft": "false", "keep_live": "1"}
    saved(editor, article_id, channel_id, content="<p>改文</p>", query=keep)

    restore(editor, article_id, 1)

    assert [row.status for row in revisions_of(article_id)] == [2, 0, 2]
    assert form_of(editor, article_id)["content"] == "<p>现文</p>"
    assert row_of(article_id).status == ArticleStatus.APPROVED
