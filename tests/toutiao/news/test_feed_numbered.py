"""The feed by page number, for clients that ask without a time (user-app.md §7.2)."""

from __future__ import annotations

import pytest

from common.utils.constants import AttitudeKind
from tests.factories import AttitudeFactory
from tests.support.scenarios.feeding import ids, now_ms, pin, publish, time_passes, walked


def numbered(client, **query):
    """One page by number."""
    answer = client.get("/v1_0/articles", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_pages_by_number_hold_every_article_once_newest_first(anybody, channel_id):
    published = publish(23, channel_id)

    pages = [numbered(anybody, channel_id=channel_id, page=n) for n in (1, 2, 3, 4)]

    assert [i for page in pages for i in ids(page)] == published[::-1]
    assert [len(ids(page)) for page in pages] == [10, 10, 3, 0]
    assert {page["total_count"] for page in pages} == {23}
    assert [page["page"] for page in pages] == [1, 2, 3, 4]
    assert {page["per_page"] for page in pages} == {10}


@pytest.mark.parametrize("per_page", [1, 7, 100])
def test_the_size_of_pages_can_be_chosen(anybody, channel_id, per_page):
    published = publish(15, channel_id)
    seen = []

    for number in range(1, 17):
        page = numbered(anybody, channel_id=channel_id, page=number, per_page=per_page)
        if not page["results"]:
            break
        seen += ids(page)

    assert seen == published[::-1]


def test_the_channel_alone_is_its_first_page(anybody, channel_id):
    published = publish(3, channel_id)

    page = numbered(anybody, channel_id=channel_id)

    assert ids(page) == published[::-1]
    assert (page["page"], page["per_page"], page["total_count"]) == (1, 10, 3)
    assert page["pre_timestamp"] == 1


def test_an_empty_channel_has_an_empty_page(anybody, channel_id):
    page = numbered(anybody, channel_id=channel_id)

    assert page == {
        "page": 1, "per_page": 10, "pre_timestamp": None, "results": [], "total_count": 0
    }  # fmt: skip


def test_one_client_goes_on_by_the_time_that_its_first_page_gave(anybody, channel_id):
    published = publish(35, channel_id)

    for _ in range(2):
        first = numbered(anybody, channel_id=channel_id)
        rest = walked(anybody, channel_id=channel_id, timestamp=first["pre_timestamp"], with_top=1)
        assert sorted(ids(first) + rest) == published
        published += publish(4, channel_id)
        time_passes()


def test_pins_stand_in_front_of_the_first_page_and_nowhere_else(anybody, channel_id):
    published = publish(23, channel_id)
    pin(channel_id, published[3], published[18])

    pages = [numbered(anybody, channel_id=channel_id, page=n) for n in (1, 2, 3, 4)]

    seen = [i for page in pages for i in ids(page)]
    tops = [[item["art_id"] for item in page["results"] if item["is_top"]] for page in pages]
    assert tops == [[published[3], published[18]], [], [], []]
    assert sorted(seen) == published


def test_a_page_of_disliked_articles_is_not_taken_for_the_end(reader, channel_id):
    published = publish(25, channel_id)
    for article_id in published[5:15]:
        AttitudeFactory(
            user_id=reader.user.user_id, article_id=article_id, attitude=AttitudeKind.DISLIKE
        )

    pages = [numbered(reader, channel_id=channel_id, page=n) for n in (1, 2, 3)]

    assert all(page["results"] for page in pages)
    assert {i for page in pages for i in ids(page)} == {*published[:5], *published[15:]}


def test_a_page_far_past_the_end_is_empty(anybody, channel_id):
    publish(3, channel_id)

    page = numbered(anybody, channel_id=channel_id, page=2**53 - 1, per_page=100)

    assert page["results"] == []
    assert page["pre_timestamp"] is None
    assert page["total_count"] == 3


def test_items_carry_reason_and_traces(reader, channel_id):
    publish(1, channel_id)

    (item,) = numbered(reader, channel_id=channel_id)["results"]

    assert item["trace"].keys() == {"click", "collect", "share", "read"}
    assert item["reason"] == "fresh"


def test_an_empty_timestamp_is_none(anonymous, channel_id):
    publish(1, channel_id)

    page = numbered(anonymous, channel_id=channel_id, timestamp="", page="", per_page="")

    assert page["total_count"] == 1


def test_a_timestamp_makes_it_the_feed_by_time(anonymous, channel_id):
    publish(1, channel_id)

    page = numbered(anonymous, channel_id=channel_id, timestamp=now_ms(), page=3)

    assert page.keys() == {"pre_timestamp", "results"}
    assert len(page["results"]) == 1
