"""What readers and devices have been served is remembered, and lost without harm.

Contract: user-app.md §7.1.
"""

from __future__ import annotations

import pytest

from common.services.recommending.exposures import TRIMMED_EVERY
from tests.support.scenarios.feeding import (
    ask,
    ids,
    now_ms,
    publish,
    publish_now,
    time_passes,
    walk,
    walked,
)


def test_a_refresh_prefers_what_was_not_shown_yet(somebody, channel_id):
    published = publish(30, channel_id)

    pages = [ids(ask(somebody, channel_id=channel_id)) for _ in range(3)]

    assert sorted(i for page in pages for i in page) == published


def test_a_refresh_after_everything_was_shown_is_not_empty(somebody, channel_id):
    published = publish(5, channel_id)
    walked(somebody, channel_id=channel_id)

    page = ask(somebody, channel_id=channel_id)

    assert sorted(ids(page)) == published


def test_a_refresh_shows_what_was_published_since(somebody, channel_id):
    publish(25, channel_id)
    walked(somebody, channel_id=channel_id)
    new = publish_now(channel_id)
    time_passes()

    page = ask(somebody, channel_id=channel_id)

    assert ids(page) == [new]


def test_the_recommended_channel_does_not_repeat_itself_in_a_channel(somebody, channel_id):
    publish(30, channel_id)
    shown = ids(ask(somebody, channel_id=0))

    page = ask(somebody, channel_id=channel_id)

    assert len(ids(page)) == 10
    assert not set(ids(page)) & set(shown)


def test_older_pages_are_served_again_as_they_were(somebody, channel_id):
    publish(35, channel_id)
    first_walk = [ids(page) for page in walk(somebody, channel_id=channel_id)]
    publish_now(channel_id)
    time_passes()

    again = [ids(page) for page in walk(somebody, channel_id=channel_id)]

    assert again[1:] == first_walk


def test_fifty_pages_are_kept_for_a_week(reader, channel_id, redis):
    publish(80, channel_id)
    walked(reader, channel_id=channel_id, per_page=1)
    key = f"feed:{reader.user.user_id}:{channel_id}:pages"

    assert 50 <= redis.zcard(key) < 50 + TRIMMED_EVERY
    assert 0 < redis.ttl(key) <= 7 * 86400


def test_the_first_page_of_an_hour_keeps_all_of_them_for_another_week(reader, channel_id, redis):
    publish(3, channel_id)
    ask(reader, channel_id=channel_id, per_page=1)
    key = f"feed:{reader.user.user_id}:{channel_id}:pages"
    ((member, time_ms),) = redis.zrange(key, 0, -1, withscores=True)
    earlier = int(time_ms) - 3_600_000
    redis.delete(key)
    redis.zadd(key, {member.replace(b"%d:" % time_ms, b"%d:" % earlier, 1): earlier})
    redis.expire(key, 86_400)

    ask(reader, channel_id=channel_id, per_page=1)

    assert redis.zcard(key) == 2
    assert 6 * 86_400 < redis.ttl(key) <= 7 * 86_400


def test_many_refreshes_forget_the_oldest_pages_but_lose_no_article(somebody, channel_id):
    published = publish(70, channel_id)
    for _ in range(60):
        ask(somebody, channel_id=channel_id, per_page=1)

    assert sorted(walked(somebody, channel_id=channel_id)) == published


def test_devices_are_told_apart_and_have_nothing_to_do_with_users(anonymous, reader, channel_id):
    published = publish(4, channel_id)
    subjects = [
        {"Authorization": "Anony device-1"},
        {"Authorization": "Anony device-2"},
        {"Authorization": f"Anony {reader.user.user_id}"},
    ]

    pages = [
        ids(ask(anonymous, channel_id=channel_id, per_page=2, headers=headers))
        for headers in subjects
    ]
    mine = ids(ask(reader, channel_id=channel_id, per_page=2))

    assert pages == [pages[0]] * 3
    assert mine == pages[0]
    assert sorted(ids(ask(reader, channel_id=channel_id, per_page=2)) + mine) == published


@pytest.mark.parametrize("device_id", ["", "x" * 65, "a b", "ä", "a/b", "{1}", "a\nb"])
def test_a_device_id_of_another_form_is_nobody(anonymous, channel_id, redis, device_id):
    publish(3, channel_id)

    answer = anonymous.get(
        f"/v1_1/articles?channel_id={channel_id}&timestamp={now_ms()}",
        environ_overrides={"HTTP_AUTHORIZATION": f"Anony {device_id}"},
    )

    assert len(answer.json["data"]["results"]) == 3
    assert not redis.keys("feed:*")


def test_a_page_says_why_and_carries_the_four_traces_of_each_item(reader, channel_id):
    (article_id,) = publish(1, channel_id)

    (item,) = ask(reader, channel_id=channel_id)["results"]

    assert item["reason"] in {"follow", "channel", "similar", "hot", "fresh", "exploring"}
    assert item["trace"] == {
        action: f'{{"action":"{action}","userId":"{reader.user.user_id}",'
        f'"articleId":"{article_id}","algorithmCombine":"fallback;ch"}}'
        for action in ("click", "collect", "share", "read")
    }


def test_the_pages_of_someone_whose_history_was_lost_go_on_by_time(somebody, channel_id, redis):
    published = publish(35, channel_id)
    pages = walk(somebody, channel_id=channel_id)
    seen = ids(next(pages)) + ids(next(pages))

    redis.flushall()
    seen += [i for page in pages for i in ids(page)]

    assert set(seen) == set(published)
