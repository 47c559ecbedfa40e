"""Paging through a feed that stands still: every article once, then the end (user-app.md §7.1)."""

from __future__ import annotations

import pytest

from tests.factories import ChannelFactory
from tests.support.scenarios.feeding import DIALECTS, ask, check, ids, now_ms, publish, walk, walked


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_every_client_sees_every_article_once_and_then_the_end(anybody, dialect):
    sizes = (0, 1, 9, 10, 11, 57)
    channel_ids = [ChannelFactory().channel_id for _ in sizes]
    published = [publish(*each) for each in zip(sizes, channel_ids, strict=True)]

    seen = [walked(anybody, dialect, channel_id=id_, with_top=1) for id_ in channel_ids]

    assert [sorted(each) for each in seen] == published


def test_further_walks_over_the_same_feed_show_everything_again(anybody):
    sizes = (1, 10, 11, 57)
    channel_ids = [ChannelFactory().channel_id for _ in sizes]
    published = [publish(*each) for each in zip(sizes, channel_ids, strict=True)]

    for _ in range(3):
        seen = [walked(anybody, channel_id=id_, with_top=1) for id_ in channel_ids]
        assert [sorted(each) for each in seen] == published


@pytest.mark.parametrize("read_before", [1, 3])
def test_a_walk_after_a_broken_off_one_shows_everything(anybody, channel_id, read_before):
    published = publish(57, channel_id)
    pages = walk(anybody, channel_id=channel_id, with_top=1)
    for _ in range(read_before):
        next(pages)

    seen = walked(anybody, channel_id=channel_id, with_top=1)

    assert sorted(seen) == published


def test_a_page_has_ten_items_unless_asked_otherwise(anybody, channel_id):
    publish(11, channel_id)

    page = ask(anybody, channel_id=channel_id)

    assert len(page["results"]) == 10


@pytest.mark.parametrize("per_page", [1, 3, 100])
def test_pages_may_have_other_sizes(anybody, channel_id, per_page):
    published = publish(21, channel_id)

    pages = list(walk(anybody, channel_id=channel_id, per_page=per_page))

    assert sorted(i for page in pages for i in ids(page)) == published
    assert max(len(page["results"]) for page in pages) <= per_page


def test_more_than_fifty_pages_are_one_walk(anybody, channel_id):
    published = publish(130, channel_id)

    walks = [walked(anybody, channel_id=channel_id, per_page=2) for _ in range(2)]

    assert [sorted(seen) for seen in walks] == [published] * 2


def test_a_feed_longer_than_what_a_process_keeps_is_walked_to_its_end(anybody, channel_id):
    published = publish(450, channel_id)

    for _ in range(2):
        seen = walked(anybody, channel_id=channel_id, per_page=60)
        assert sorted(seen) == published


def test_refreshes_go_on_below_what_a_process_keeps(somebody, channel_id):
    published = publish(450, channel_id)

    pages = [ids(ask(somebody, channel_id=channel_id, per_page=100)) for _ in range(5)]

    seen = [i for page in pages for i in page]
    assert sorted(seen) == published


def test_the_older_path_answers_the_same_when_it_is_given_a_time(anybody, channel_id):
    published = publish(23, channel_id)

    seen = walked(anybody, channel_id=channel_id, path="/v1_0/articles")

    assert sorted(seen) == published


def test_a_time_in_seconds_is_understood(anybody, channel_id):
    published = publish(23, channel_id)

    first = ask(anybody, channel_id=channel_id, timestamp=now_ms() // 1000)
    rest = walked(anybody, channel_id=channel_id, timestamp=first["pre_timestamp"])

    check(first, now_ms())
    assert sorted(ids(first) + rest) == published


@pytest.mark.parametrize("ahead_ms", [5_000, 3_600_000, 10**13])
def test_a_time_in_the_future_is_now(anybody, channel_id, ahead_ms):
    published = publish(23, channel_id)

    first = ask(anybody, channel_id=channel_id, timestamp=now_ms() + ahead_ms, with_top=1)

    check(first, now_ms() + 1)
    rest = walked(anybody, channel_id=channel_id, timestamp=first["pre_timestamp"], with_top=1)
    assert sorted(ids(first) + rest) == published


@pytest.mark.parametrize("behind_ms", [5_000, 300_000, 86_400_000])
def test_a_client_whose_clock_is_behind_can_page_too(anybody, channel_id, behind_ms):
    published = publish(23, channel_id)

    seen = walked(anybody, channel_id=channel_id, timestamp=now_ms() - behind_ms, with_top=1)

    assert sorted(seen) == published


@pytest.mark.parametrize("ancient", [1, 2, 1000, 10**11 - 1, 10**11])
@pytest.mark.parametrize("is_known_by_now", [False, True])
def test_a_time_before_all_articles_is_the_end(anybody, channel_id, ancient, is_known_by_now):
    publish(3, channel_id)
    if is_known_by_now:
        walked(anybody, channel_id=channel_id)

    page = ask(anybody, channel_id=channel_id, timestamp=ancient, with_top=1)

    # 10**11 - 1 is in seconds, and far in the future: now.
    assert bool(page["results"]) == (ancient == 10**11 - 1)
    check(page, now_ms() + 1)


def test_a_time_between_articles_starts_there(anonymous, channel_id):
    publish(5, channel_id)
    everything = ask(anonymous, channel_id=channel_id)
    third = ask(anonymous, channel_id=channel_id, per_page=3)["pre_timestamp"]

    older = ask(anonymous, channel_id=channel_id, timestamp=third + 1)
    oldest = ask(anonymous, channel_id=channel_id, timestamp=third)

    assert ids(older) == ids(everything)[2:]
    assert ids(oldest) == ids(everything)[3:]


def test_visitors_see_the_newest_first(anonymous, channel_id):
    published = publish(23, channel_id)

    seen = walked(anonymous, channel_id=channel_id, with_top=1)

    assert seen == published[::-1]


def test_the_recommended_channel_is_made_of_all_channels(anybody, channel_id):
    published = publish(3, channel_id) + [publish(1, channel_id + n)[0] for n in (1, 2)]

    seen = walked(anybody, channel_id=0, with_top=1)

    assert sorted(seen) == sorted(published)


def test_articles_seen_in_the_recommended_channel_are_still_in_their_own(somebody, channel_id):
    published = publish(9, channel_id)
    ask(somebody, channel_id=0, per_page=4)

    seen = walked(somebody, channel_id=channel_id)

    assert sorted(seen) == published


def test_a_call_repeated_with_the_same_time_gets_the_same_page(anybody, channel_id):
    publish(23, channel_id)
    asked = now_ms()

    first, again = (ask(anybody, channel_id=channel_id, timestamp=asked) for _ in range(2))
    older, again_older = (
        ask(anybody, channel_id=channel_id, timestamp=first["pre_timestamp"]) for _ in range(2)
    )

    assert again["pre_timestamp"] == first["pre_timestamp"]
    assert ids(again) == ids(first)
    assert ids(again_older) == ids(older)


def test_whoever_refreshes_last_on_two_devices_of_one_reader_sees_everything(reader, channel_id):
    published = publish(35, channel_id)
    first, second = (walk(reader, channel_id=channel_id) for _ in range(2))

    pages = [(next(first), next(second)) for _ in range(2)]
    seen = [i for _, page in pages for i in ids(page)] + [i for page in second for i in ids(page)]

    assert sorted(seen) == published
