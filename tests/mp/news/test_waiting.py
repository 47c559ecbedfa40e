"""Since when something waits for operators: told by all that authors do (admin.md §2.36)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.utils import clock
from tests.support.scenarios.writing import PATH, approve, row_of, saved, written

KEEP = {"draft": "false", "keep_live": "1"}
NEW = "还在审核的标题"
HOUR = timedelta(hours=1)


@pytest.fixture
def article_id(editor, channel_id):
    """A submitted article."""
    return written(editor, channel_id)


def since(article_id):
    return row_of(article_id).waiting_since


def test_a_draft_waits_for_nobody_until_it_is_submitted(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)
    assert since(article_id) is None

    saved(editor, article_id, channel_id)

    assert clock.now() - since(article_id) < HOUR


def test_who_goes_on_writing_keeps_his_place(editor, channel_id, article_id):
    began = since(article_id)

    with time_machine.travel(clock.utc_now() + HOUR):
        saved(editor, article_id, channel_id, title=NEW)

    assert since(article_id) == began


@pytest.mark.parametrize("way", ["taken back", "deleted", "approved"])
def test_what_nobody_has_to_decide_waits_no_longer(editor, channel_id, article_id, way):
    if way == "taken back":
        saved(editor, article_id, channel_id, query={"draft": "true"})
    elif way == "deleted":
        editor.delete(f"{PATH}/{article_id}")
    else:
        approve(article_id)

    assert since(article_id) is None


def test_a_text_beside_a_live_one_waits_too(editor, channel_id, article_id):
    approve(article_id)

    answer = saved(editor, article_id, channel_id, query=KEEP, title=NEW)

    assert answer.status_code == 201
    assert clock.now() - since(article_id) < HOUR


def test_a_former_text_beside_it_waits_for_its_author_first(editor, channel_id, article_id):
    approve(article_id)
    saved(editor, article_id, channel_id, query=KEEP, title=NEW)
    assert since(article_id) is not None

    editor.post(f"{PATH}/{article_id}/revisions/1/restore")

    assert since(article_id) is None
