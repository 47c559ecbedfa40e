"""No text comes into a channel that is gone, and no channel goes that a text waits for (2.35)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view, transaction
from common.models import Channel
from common.utils.constants import ArticleStatus
from tests.factories import ChannelFactory
from tests.support.scenarios.keeping import DRAFT, keep, restore
from tests.support.scenarios.operators import MIS
from tests.support.scenarios.reviewing import decided, undone
from tests.support.scenarios.writing import (
    PATH,
    approve,
    hide_channel,
    row_of,
    saved,
    sent,
    written,
)

KEEP = {"draft": "false", "keep_live": "1"}
INHABITED = {"message": "Please delete the article first."}
GONE = {"channel_id": "Invalid channel id."}


@pytest.fixture
def other_id(channel_id):
    """A second channel without articles."""
    return ChannelFactory().channel_id


def delete(admin, channel_id):
    return admin.delete(f"{MIS}/channels/{channel_id}")


def live(editor, channel_id):
    article_id = written(editor, channel_id)
    approve(article_id)
    return article_id


def is_there(channel_id):
    refresh_view()
    return db.session.get(Channel, channel_id, populate_existing=True) is not None


@pytest.mark.parametrize("is_live", [True, False])
def test_a_version_of_a_deleted_channel_is_not_restored(
    admin, editor, channel_id, other_id, is_live
):
    article_id = written(editor, other_id, draft=True)
    saved(editor, article_id, channel_id, query={"draft": "false"})
    if is_live:
        approve(article_id)
    assert delete(admin, other_id).status_code == 204

    answer = restore(editor, article_id, 1)

    assert (answer.status_code, answer.json["errors"]) == (400, GONE)
    assert (row_of(article_id).channel_id, row_of(article_id).version) == (channel_id, 2)


def test_a_version_of_a_hidden_channel_is_restored(editor, channel_id, other_id):
    article_id = written(editor, other_id, draft=True)
    saved(editor, article_id, channel_id, query=DRAFT)
    hide_channel(other_id)

    assert restore(editor, article_id, 1).status_code == 201
    assert row_of(article_id).channel_id == other_id


@pytest.mark.parametrize("fate", ["waiting", "rejected", "restored"])
def test_a_channel_stays_while_a_text_beside_a_live_one_is_in_it(
    admin, editor, anonymous, channel_id, other_id, fate
):
    article_id = live(editor, channel_id)
    if fate == "restored":
        saved(editor, article_id, other_id, query=KEEP)
        saved(editor, article_id, channel_id, query=KEEP, content="<p>三</p>")
        restore(editor, article_id, 2)
    else:
        saved(editor, article_id, other_id, query=KEEP)
    if fate == "rejected":
        decided(admin, article_id, status=ArticleStatus.REJECTED)

    answer = delete(admin, other_id)

    assert (answer.status_code, answer.json) == (400, INHABITED)
    if fate == "waiting":
        decided(admin, article_id)
        shown = anonymous.get(f"/app/v1_0/articles/{article_id}").json["data"]
        assert shown["ch_id"] == other_id
    assert is_there(other_id)


def test_a_channel_goes_once_no_newest_text_is_in_it(admin, editor, channel_id, other_id):
    article_id = live(editor, channel_id)
    saved(editor, article_id, other_id, query=KEEP)
    saved(editor, article_id, channel_id, query=KEEP)
    keep(editor, article_id, channel_id=other_id)

    assert delete(admin, other_id).status_code == 204
    assert not is_there(other_id)


@pytest.mark.parametrize("way", ["new", "edit", "beside", "typed"])
def test_a_channel_that_went_a_moment_ago_takes_no_text(editor, channel_id, other_id, way):
    """Which channels are visible is known for a second without asking."""
    article_id = live(editor, channel_id) if way == "beside" else written(editor, channel_id)
    keep(editor, article_id, title="打出来的标题", channel_id=other_id, cover={"type": 0})
    written(editor, other_id, draft=True)
    with transaction() as session:
        session.delete(session.get_one(Channel, other_id))

    if way == "new":
        answer = editor.post(PATH, json=sent(other_id))
    elif way == "typed":
        answer = restore(editor, article_id, 0)
    else:
        query = KEEP if way == "beside" else DRAFT
        answer = saved(editor, article_id, other_id, query=query, content="<p>二</p>")

    assert (answer.status_code, answer.json["errors"]) == (400, GONE)
    assert row_of(article_id).channel_id == channel_id


@pytest.mark.parametrize("is_there_still", [True, False])
def test_a_deletion_is_not_undone_into_a_channel_that_went_with_it(
    admin, editor, channel_id, other_id, is_there_still
):
    ids = [live(editor, channel_id), live(editor, other_id)]
    batch_id = decided(admin, *ids, status=ArticleStatus.DELETED)["batch_id"]
    if not is_there_still:
        assert delete(admin, other_id).status_code == 204

    count = undone(admin, batch_id)

    assert count == (2 if is_there_still else 1)
    assert row_of(ids[0]).status == ArticleStatus.APPROVED
    assert (row_of(ids[1]).status == ArticleStatus.APPROVED) is is_there_still


@pytest.mark.parametrize("is_there_still", [True, False])
def test_a_deletion_is_not_undone_with_a_text_that_waits_for_a_channel_that_went(
    admin, editor, channel_id, other_id, is_there_still
):
    article_id = live(editor, channel_id)
    saved(editor, article_id, other_id, query=KEEP)
    batch_id = decided(admin, article_id, status=ArticleStatus.DELETED)["batch_id"]
    if not is_there_still:
        assert delete(admin, other_id).status_code == 204

    assert undone(admin, batch_id) == int(is_there_still)

    assert (row_of(article_id).status == ArticleStatus.APPROVED) is is_there_still


@pytest.mark.parametrize("is_there_still", [True, False])
def test_an_approval_is_not_undone_into_a_channel_that_the_article_left(
    admin, editor, channel_id, other_id, is_there_still
):
    article_id = live(editor, other_id)
    saved(editor, article_id, channel_id, query=KEEP)
    batch_id = decided(admin, article_id)["batch_id"]
    if not is_there_still:
        assert delete(admin, other_id).status_code == 204

    assert undone(admin, batch_id) == int(is_there_still)

    assert row_of(article_id).channel_id == (other_id if is_there_still else channel_id)
