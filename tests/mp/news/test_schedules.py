"""A time at which an article is to appear (contract/additions.md §2, admin.md §3.2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from common.services.articles.scheduled import publish_due
from common.utils import clock
from common.utils.constants import ArticleStatus
from tests.support.documents.refusing import members
from tests.support.scenarios.writing import (
    PATH,
    approve,
    form_of,
    revisions_of,
    row_of,
    saved,
    sent,
    set_article,
    steps_of,
    written,
)

BAD_TIME = {"publish_at": "Invalid date param."}


def ahead(**span: float) -> datetime:
    """A moment to come, product time."""
    return clock.now() + timedelta(**span)


def text_of(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def scheduled(editor: Any, channel_id: int, moment: datetime) -> int:
    """The id of an article that was approved for this moment."""
    article_id = written(editor, channel_id, publish_at=text_of(moment))
    set_article(article_id, review_time=clock.now(), reviewer_id=1)
    return article_id


@pytest.mark.parametrize("zone", ["", "+08:00", "+0800", "Z", "-05:00"])
def test_a_time_is_product_time_or_says_its_zone(editor, channel_id, zone):
    offset = {"Z": 0, "-05:00": -5}.get(zone, 8)
    moment = ahead(hours=3)
    local = moment + timedelta(hours=offset - 8)

    article_id = written(editor, channel_id, publish_at=local.isoformat() + zone)

    assert row_of(article_id).publish_at == moment
    assert form_of(editor, article_id)["publish_at"] == text_of(moment)


def test_times_that_are_none_or_too_near_or_too_far_are_told(refuses, channel_id):
    wrong = [
        "x",
        "2030-13-01 00:00:00",
        "2030-01-01",
        5,
        text_of(ahead(days=-1)),
        text_of(ahead(seconds=50)),
        text_of(ahead(days=366)),
    ]
    cases = [(members(**sent(channel_id, publish_at=each)), BAD_TIME) for each in wrong]

    refuses("POST", PATH, cases)


@pytest.mark.parametrize("draft", ["true", "false"])
def test_a_schedule_makes_no_version_and_stays_until_it_is_taken_back(editor, channel_id, draft):
    article_id = written(editor, channel_id, draft=draft == "true")
    moment = ahead(hours=1)
    query = {"draft": draft}

    first = saved(editor, article_id, channel_id, query=query, publish_at=text_of(moment))
    unmodified_client = saved(editor, article_id, channel_id, query=query)
    kept = row_of(article_id).publish_at
    taken_back = saved(editor, article_id, channel_id, query=query, publish_at=None)

    assert [each.headers["ETag"] for each in (first, unmodified_client, taken_back)] == ['"1"'] * 3
    assert (kept, row_of(article_id).publish_at) == (moment, None)
    assert len(revisions_of(article_id)) == 1


def test_a_form_may_send_its_time_back_when_that_is_near(editor, channel_id):
    article_id = written(editor, channel_id, publish_at=text_of(ahead(minutes=2)))
    form = form_of(editor, article_id)

    with time_machine.travel(clock.utc_now() + timedelta(seconds=90)):
        answer = editor.put(f"{PATH}/{article_id}", json=form | {"title": "临近发布的标题"})

    assert answer.status_code == 201


def test_it_appears_at_its_time_once_approved(editor, anonymous, channel_id):
    article_id = scheduled(editor, channel_id, ahead(minutes=2))

    before = publish_due()
    with time_machine.travel(clock.utc_now() + timedelta(minutes=3)):
        after = publish_due()

    assert (before, after) == (0, 1)
    assert row_of(article_id).feed_ms == clock.to_ms(row_of(article_id).publish_at)
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200


def test_a_new_text_has_to_be_approved_again_before_its_time(editor, channel_id):
    article_id = scheduled(editor, channel_id, ahead(minutes=2))

    saved(editor, article_id, channel_id, title="改过的标题")

    with time_machine.travel(clock.utc_now() + timedelta(minutes=3)):
        assert publish_due() == 0
    assert (row_of(article_id).status, row_of(article_id).review_time) == (
        ArticleStatus.PENDING,
        None,
    )


def test_another_time_for_an_approved_text_needs_no_review(editor, channel_id):
    article_id = scheduled(editor, channel_id, ahead(minutes=2))

    saved(editor, article_id, channel_id, publish_at=text_of(ahead(minutes=10)))

    with time_machine.travel(clock.utc_now() + timedelta(minutes=3)):
        assert publish_due() == 0
    with time_machine.travel(clock.utc_now() + timedelta(minutes=11)):
        assert publish_due() == 1


def test_an_approved_text_whose_time_is_taken_back_appears_at_once(editor, anonymous, channel_id):
    article_id = scheduled(editor, channel_id, ahead(hours=2))

    answer = saved(editor, article_id, channel_id, publish_at=None)

    assert answer.status_code == 201
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200
    assert steps_of(article_id) == [(ArticleStatus.PENDING, ArticleStatus.APPROVED)]
    assert publish_due() == 0


def test_one_that_is_taken_back_to_the_drafts_does_not_appear(editor, channel_id):
    article_id = scheduled(editor, channel_id, ahead(minutes=2))

    saved(editor, article_id, channel_id, query={"draft": "true"})

    with time_machine.travel(clock.utc_now() + timedelta(minutes=3)):
        assert publish_due() == 0
    assert row_of(article_id).status == ArticleStatus.DRAFT


def test_what_is_live_stays_live_now_and_not_later(editor, channel_id):
    article_id = written(editor, channel_id)
    approve(article_id)

    answer = saved(
        editor,
        article_id,
        channel_id,
        query={"keep_live": "1"},
        publish_at=text_of(ahead(hours=1)),
    )

    assert (answer.status_code, answer.json["errors"]) == (400, BAD_TIME)


def test_a_time_is_shown_in_the_list(editor, channel_id):
    moment = ahead(hours=1)
    written(editor, channel_id, publish_at=text_of(moment))

    (row,) = editor.get(PATH).json["data"]["results"]

    assert row["publish_at"] == text_of(moment)


@pytest.mark.parametrize("zone", ["+00:99", "+0060", "-05:75", "+24:00"])
def test_no_zone_is_so_many_minutes_away(editor, channel_id, zone):
    moment = (clock.now() + timedelta(days=1)).isoformat() + zone

    answer = editor.post(PATH, json=sent(channel_id, publish_at=moment))

    assert (answer.status_code, answer.json["errors"]) == (400, BAD_TIME)
