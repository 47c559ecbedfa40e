"""The feed while STORE, CACHE or both are away: by time, and never a failure (redis.md §6)."""

from __future__ import annotations

import pytest

from common.errors import DependencyUnavailable
from common.extensions.redis import cache, store
from tests.factories import ChannelTopFactory
from tests.support.harness.waiting import eventually
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import (
    DIALECTS,
    ask,
    ids,
    now_ms,
    pin,
    publish,
    time_passes,
    walk,
    walked,
)

DEAD = "redis://127.0.0.1:9/0"

store_is_dead = pytest.mark.settings(redis_store_url=DEAD)
cache_is_dead = pytest.mark.settings(redis_cache_url=DEAD)
both_are_dead = pytest.mark.settings(redis_store_url=DEAD, redis_cache_url=DEAD)
# What an item counts, and the column of its copy.
FLUSHED = {
    "like_count": "like_count",
    "comm_count": "fans_comment_count",
    "collect_count": "collect_count",
}


@pytest.fixture(
    params=[
        pytest.param("store", marks=store_is_dead),
        pytest.param("cache", marks=cache_is_dead),
        pytest.param("both", marks=both_are_dead),
    ]
)
def dead(request):
    """What is away."""
    return request.param


def answers(edge):
    """Whether the breaker lets calls through again."""
    try:
        return edge.ping()
    except DependencyUnavailable:
        return False


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_a_walk_shows_every_article_once(dead, anybody, channel_id, dialect):
    published = publish(23, channel_id)

    seen = walked(anybody, dialect, channel_id=channel_id, with_top=1)

    assert sorted(seen) == published


def test_pages_by_number_are_there(dead, anybody, channel_id):
    published = publish(13, channel_id)

    answers = [
        anybody.get(f"/v1_0/articles?channel_id={channel_id}&page={page}") for page in (1, 2, 3)
    ]

    assert [i for answer in answers for i in ids(answer.json["data"])] == published[::-1]


def test_pins_come_from_sql_once_a_walk(dead, anybody, channel_id):
    published = publish(15, channel_id)
    ChannelTopFactory(channel_id=channel_id, article_id=published[0])
    if dead == "cache":
        pin(channel_id, published[0])

    pages = list(walk(anybody, channel_id=channel_id, with_top=1))

    tops = [item["art_id"] for page in pages for item in page["results"] if item["is_top"]]
    assert tops == [published[0]]
    assert sorted(i for page in pages for i in ids(page)) == published


def test_a_walk_goes_on_when_redis_dies_in_the_middle(anybody, channel_id, valkey):
    published = publish(35, channel_id)
    pages = walk(anybody, channel_id=channel_id)
    seen = ids(next(pages)) + ids(next(pages))

    valkey.stop()
    rest = [i for page in pages for i in ids(page)]

    assert set(seen) | set(rest) == set(published)
    assert len(rest) == len(set(rest))


def test_redis_is_used_again_when_it_is_back(reader, channel_id, valkey, redis):
    published = publish(25, channel_id)
    valkey.stop()
    without = ids(ask(reader, channel_id=channel_id))

    valkey.start()
    redis.flushall()
    eventually(lambda: answers(store) and answers(cache))
    pages = [ids(ask(reader, channel_id=channel_id)) for _ in range(2)]

    assert without == published[:-11:-1]
    assert not set(pages[0]) & set(pages[1])
    assert redis.zcard(f"feed:{reader.user.user_id}:{channel_id}:pages") == 2


def test_figures_are_those_last_flushed(dead, reader, channel_id):
    flushed = {column: figure for figure, column in enumerate(FLUSHED.values(), start=2)}
    publish(1, channel_id, statistic=flushed)

    (item,) = ask(reader, channel_id=channel_id)["results"]

    shown = {column: item[member] for member, column in FLUSHED.items()}
    assert shown == (dict.fromkeys(flushed, 0) if dead == "cache" else flushed)


def test_an_unknown_channel_is_still_refused(dead, reader):
    answer = reader.get(f"/v1_1/articles?channel_id=404&timestamp={now_ms()}")

    assert answer.status_code == 400
    assert answer.json["errors"] == {"channel_id": "Invalid channel id."}


def test_everything_else_of_a_first_visit_works_too(dead, reader, channel_id):
    (article_id,) = publish(1, channel_id)
    paths = [
        "/v1_0/channels",
        "/v1_0/user/channels",
        "/v1_0/user",
        f"/v1_0/articles/{article_id}",
        f"/v1_0/comments?type=a&source={article_id}",
    ]

    answers = [reader.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [200] * len(paths)


def test_a_token_is_believed_and_a_locked_out_account_is_not(dead, reader, channel_id):
    lock_out(reader.user.user_id)
    time_passes()

    answer = reader.get(f"/v1_1/articles?channel_id={channel_id}&timestamp={now_ms()}")

    assert answer.status_code == 403
    assert answer.json == {"message": "User denied."}
