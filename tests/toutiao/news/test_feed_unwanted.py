"""What a reader does not want is left out of his pages while he does not want it.

Contract: user-app.md §7.1.
"""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.extensions.redis import cache, store
from common.utils.constants import AttitudeKind, RelationKind
from common.utils.observing import metering
from tests.factories import AttitudeFactory, UserFactory
from tests.support.harness.tracking import vouch_for_long
from tests.support.harness.waiting import eventually
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.feeding import ask, ids, now_ms, publish, walked

DISLIKES = "/v1_0/article/dislikes"


@pytest.fixture
def settings(stores):
    """STORE and CACHE apart, as in production."""
    return stores.settings(redis_cache_url=f"{stores.valkey.url}?db=1")


@pytest.fixture
def reader(reader, runtime):
    """Of whom the process has current copies."""
    vouch_for_long(runtime)

    def is_vouched_for():
        reader.get("/v1_0/user")
        reader.get("/v1_1/articles", query_string={"channel_id": 0, "timestamp": now_ms()})
        return cache.copies() and store.copies()

    eventually(is_vouched_for)
    return reader


def published_by_many(count, channel_id):
    """Articles of as many authors, newest first."""
    return [publish(1, channel_id)[0] for _ in range(count)][::-1]


def dislike(user_id, *article_ids):
    """A reader's dislikes, from before his first call."""
    with transaction():
        for article_id in article_ids:
            AttitudeFactory(user_id=user_id, article_id=article_id, attitude=AttitudeKind.DISLIKE)


def counted(client, **query):
    """A page, and the exchanges it took; whose the token is, is known for a second."""
    client.get("/v1_0/user")
    with metering.measure() as cost:
        page = ask(client, **query)
    return page, cost.stages


def test_the_second_page_of_a_reader_with_dislikes_takes_two_exchanges(
    reader, anonymous, channel_id
):
    published = published_by_many(30, channel_id)
    walked(anonymous, channel_id=channel_id)  # so that CACHE knows all of it
    disliked = published[2], published[5]
    dislike(reader.user.user_id, *disliked)
    first = ask(reader, channel_id=channel_id)

    page, exchanges = counted(reader, channel_id=channel_id, timestamp=first["pre_timestamp"])

    assert exchanges == 2
    wanted = [i for i in published if i not in disliked]
    assert sorted(ids(first) + ids(page)) == sorted(wanted[:20])
    assert ids(ask(reader, channel_id=channel_id, timestamp=first["pre_timestamp"])) == ids(page)


def test_refreshes_of_a_reader_who_blocks_an_author_take_two_exchanges(
    reader, anonymous, channel_id
):
    blocked = UserFactory(verified=True).user_id
    wanted = []
    for _ in range(30):
        wanted += publish(1, channel_id)
        publish(1, channel_id, user_id=blocked)
    relate(reader.user.user_id, blocked, RelationKind.BLACKLIST)
    walked(anonymous, channel_id=channel_id)
    seen = ids(ask(reader, channel_id=channel_id))

    pages = [counted(reader, channel_id=channel_id) for _ in range(2)]

    assert [exchanges for _, exchanges in pages] == [2, 2]
    assert sorted(seen + [i for page, _ in pages for i in ids(page)]) == wanted[-len(seen) - 20 :]


def test_what_is_disliked_no_longer_is_suggested_at_once(reader, channel_id):
    published = published_by_many(30, channel_id)
    dislike(reader.user.user_id, published[2])
    seen = ids(ask(reader, channel_id=channel_id)) + ids(ask(reader, channel_id=channel_id))
    assert published[2] not in seen

    reader.delete(f"{DISLIKES}/{published[2]}")

    assert published[2] in ids(ask(reader, channel_id=channel_id))


def test_an_author_who_is_blocked_no_longer_is_in_the_very_next_walk(reader, channel_id):
    author = UserFactory(verified=True).user_id
    published = []
    for _ in range(15):
        published += publish(1, channel_id) + publish(1, channel_id, user_id=author)
    reader.post("/v1_0/user/blacklists", json={"target": author})
    for _ in range(4):
        ask(reader, channel_id=channel_id)

    reader.delete(f"/v1_0/user/blacklists/{author}")

    assert sorted(set(walked(reader, channel_id=channel_id))) == published


def test_an_article_that_is_all_there_is_is_shown_once_it_is_not_disliked(reader, channel_id):
    published = published_by_many(3, channel_id)
    dislike(reader.user.user_id, *published)
    assert ids(ask(reader, channel_id=channel_id)) == []

    reader.delete(f"{DISLIKES}/{published[1]}")

    assert ids(ask(reader, channel_id=channel_id)) == [published[1]]


def test_a_dislike_of_this_moment_is_not_shown_once_more(reader, channel_id):
    published = published_by_many(12, channel_id)
    reader.post(DISLIKES, json={"target": published[0]})

    seen = walked(reader, channel_id=channel_id, timestamp=now_ms())

    assert sorted(seen) == sorted(published[1:])
