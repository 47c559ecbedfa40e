"""An edit that lets the approved text stay until it is approved itself (additions.md §2)."""

from __future__ import annotations

from typing import Any

import pytest

from common.extensions.db import transaction
from common.models import Article
from common.services.writing.saves import live_edits
from common.utils.constants import ArticleStatus, RevisionStatus
from tests.support.harness.outbox import topics
from tests.support.scenarios.writing import (
    CONTENT,
    PATH,
    TITLE,
    approve,
    body_of,
    form_of,
    revisions_of,
    row_of,
    saved,
    sent,
    set_article,
    written,
)

NEW = "还在审核的标题"
KEEP = {"draft": "false", "keep_live": "1"}


@pytest.fixture
def article_id(editor, channel_id) -> int:
    """An approved article."""
    id_ = written(editor, channel_id)
    approve(id_)
    return id_


@pytest.fixture
def keep(editor, channel_id, article_id) -> Any:
    """``keep(title=…)``: save a new text beside the live one."""

    def save(headers: Any = None, **changes: Any) -> Any:
        return saved(editor, article_id, channel_id, query=KEEP, headers=headers, **changes)

    return save


def page_of(anonymous: Any, article_id: int) -> dict[str, Any]:
    answer = anonymous.get(f"/v1_0/articles/{article_id}")
    assert answer.status_code == 200
    return answer.json["data"]


def decide(article_id: int, verb: Any) -> None:
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True)
        verb(session, [row])


def statuses(article_id: int) -> list[tuple[str, int]]:
    return [(each.title, each.status) for each in revisions_of(article_id)]


def test_readers_keep_the_approved_text(editor, anonymous, article_id, keep):
    answer = keep(title=NEW, content="<p>新的正文</p>")

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"2"')
    assert page_of(anonymous, article_id)["title"] == TITLE
    assert (row_of(article_id).status, body_of(article_id).content) == (
        ArticleStatus.APPROVED,
        CONTENT,
    )
    assert statuses(article_id) == [(TITLE, RevisionStatus.APPROVED), (NEW, RevisionStatus.WAITING)]


def test_its_author_goes_on_with_the_new_text(editor, article_id, keep):
    keep(title=NEW)

    assert form_of(editor, article_id)["title"] == NEW
    assert keep(title=NEW).headers["ETag"] == '"2"'
    assert keep(headers={"If-Match": '"1"'}, title="更新的标题").status_code == 409
    assert keep(headers={"If-Match": '"2"'}, title="更新的标题").headers["ETag"] == '"3"'
    assert [status for _, status in statuses(article_id)] == [
        RevisionStatus.APPROVED,
        RevisionStatus.KEPT,
        RevisionStatus.WAITING,
    ]


def test_when_it_is_approved_readers_see_it_at_once(anonymous, article_id, keep):
    keep(title=NEW, content="<p>新的正文</p>")
    assert page_of(anonymous, article_id)["title"] == TITLE

    decide(article_id, live_edits.approve)

    page = page_of(anonymous, article_id)
    assert (page["title"], page["content"]) == (NEW, "<p>新的正文</p>")
    assert (body_of(article_id).chars, row_of(article_id).version) == (4, 2)
    assert statuses(article_id)[1] == (NEW, RevisionStatus.APPROVED)


def test_when_it_is_rejected_its_author_learns_why(editor, anonymous, article_id, keep):
    keep(title=NEW)

    decide(article_id, live_edits.reject)
    set_article(article_id, reject_reason="标题夸张")

    form = form_of(editor, article_id)
    assert page_of(anonymous, article_id)["title"] == TITLE
    assert (form["title"], form["reject_reason"]) == (NEW, "标题夸张")
    assert keep(title=NEW).headers["ETag"] == '"2"'
    assert statuses(article_id)[1] == (NEW, RevisionStatus.WAITING)
    assert "reject_reason" not in form_of(editor, article_id)


def test_without_the_switch_the_new_text_takes_the_article_along(
    editor, anonymous, article_id, channel_id, keep
):
    keep(title=NEW)

    saved(editor, article_id, channel_id, title=NEW)

    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 404
    assert (row_of(article_id).title, row_of(article_id).version) == (NEW, 2)
    assert statuses(article_id)[1] == (NEW, RevisionStatus.KEPT)


def test_what_is_not_live_is_saved_as_usual(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)

    saved(editor, article_id, channel_id, query=KEEP, title=NEW)

    assert (row_of(article_id).title, row_of(article_id).status) == (NEW, ArticleStatus.PENDING)


def test_a_draft_beside_a_live_article_is_refused(editor, channel_id, article_id):
    answer = editor.put(f"{PATH}/{article_id}?draft=true&keep_live=1", json=sent(channel_id))

    assert (answer.status_code, answer.json["errors"]) == (400, {"keep_live": "Invalid params."})


def test_the_same_text_changes_nothing(article_id, keep):
    before = topics()

    assert keep().headers["ETag"] == '"1"'
    assert topics() == before
