"""What a warm page costs: Redis stages one after another, and no SQL (contract/redis.md §5).

"At rest" is a process that was asked nothing for a second: what it keeps for so long is gone, what
is in CACHE is not.
"""

from __future__ import annotations

import itertools

import pytest

from common.cache.engine.local import first_level
from common.extensions.db import transaction
from common.services.recommending import candidates
from common.utils.observing import metering
from tests.factories import CommentFactory, CommentLikingFactory, RelationFactory
from tests.support.harness.waiting import eventually
from tests.support.scenarios.feeding import ask, now_ms, pin, publish, walk, walked


@pytest.fixture
def settings(stores):
    """STORE and CACHE apart, as in production; on one server it costs less."""
    return stores.settings(redis_cache_url=f"{stores.valkey.url}?db=1")


STATES = ("busy", "at rest")
SIZES = (10, 100)


def cost_of(client, path, state="busy", **query):
    """What a successful call costs: stages and statements."""
    if state == "at rest":
        first_level.clear()
    if channel_id := query.get("channel_id"):
        candidates.pool(channel_id)  # read anew in the background while feeds are asked for
    with metering.measure() as cost:
        answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return cost.stages, cost.sql


@pytest.fixture
def feed_channel(channel_id):
    """A channel with 130 articles and two pins."""
    published = publish(130, channel_id)
    pin(channel_id, published[0], published[100])
    return channel_id


def feed_costs(client, channel_id):
    """Costs of a refresh, of the page below it, and of that page once more; in each state and
    for each size of a page, after everything was read once."""
    costs = []
    for state, per_page in itertools.product(STATES, SIZES):
        query = {"channel_id": channel_id, "with_top": 1, "per_page": per_page}
        walked(client, **query)
        asked = now_ms()
        costs.append(cost_of(client, "/v1_1/articles", state, timestamp=asked, **query))
        older = ask(client, timestamp=asked, **query)["pre_timestamp"]
        query["timestamp"] = older
        costs += [cost_of(client, "/v1_1/articles", state, **query) for _ in range(2)]
    return costs


def test_a_feed_page_of_a_reader_costs_three_stages_and_no_sql(reader, feed_channel):
    costs = feed_costs(reader, feed_channel)

    assert max(stages for stages, _ in costs) <= 3
    assert {sql for _, sql in costs} == {0}


def test_a_feed_page_that_is_known_waits_for_redis_once(reader, feed_channel):
    """What it shows is noted without waiting (docs/adr/0019-notes-are-told.md)."""
    query = {"channel_id": feed_channel, "with_top": 1}
    walked(reader, **query)

    def waits_once():
        return cost_of(reader, "/v1_1/articles", timestamp=now_ms(), **query) == (1, 0)

    eventually(waits_once)


@pytest.mark.parametrize("name", ["device", "anonymous"])
def test_a_feed_page_of_others_costs_two_stages_and_no_sql(request, name, feed_channel):
    costs = feed_costs(request.getfixturevalue(name), feed_channel)

    assert max(stages for stages, _ in costs) <= 2
    assert {sql for _, sql in costs} == {0}


def test_the_newest_page_of_visitors_costs_nothing_while_it_is_shared(anonymous, feed_channel):
    query = {"with_top": 1, "channel_id": feed_channel}

    def is_free():
        ask(anonymous, **query)
        return cost_of(anonymous, "/v1_1/articles", timestamp=now_ms(), **query) == (0, 0)

    eventually(is_free)


def test_a_feed_page_by_number_costs_three_stages_and_no_sql(reader, feed_channel):
    costs = []
    for state, per_page, page in itertools.product(STATES, SIZES, (1, 2)):
        query = {"channel_id": feed_channel, "per_page": per_page, "page": page}
        cost_of(reader, "/v1_0/articles", **query)
        costs.append(cost_of(reader, "/v1_0/articles", state, **query))

    assert max(stages for stages, _ in costs) <= 3
    assert {sql for _, sql in costs} == {0}


@pytest.mark.parametrize("name", ["reader", "device", "anonymous"])
def test_a_page_below_what_the_process_keeps_costs_one_statement(request, name, channel_id):
    client = request.getfixturevalue(name)
    publish(430, channel_id)
    *_, last = walk(client, channel_id=channel_id, per_page=50, with_top=1)
    pages = list(walk(client, channel_id=channel_id, per_page=50, with_top=1))

    costs = [
        cost_of(
            client,
            "/v1_1/articles",
            channel_id=channel_id,
            per_page=50,
            with_top=1,
            timestamp=page["pre_timestamp"],
        )
        for page in pages[-3:-1]
    ]

    assert last["results"] == []
    assert max(stages for stages, _ in costs) <= 3
    assert max(sql for _, sql in costs) <= 1


@pytest.mark.parametrize("name", ["reader", "anonymous"])
def test_an_article_costs_three_stages_and_no_sql(request, name, feed_channel):
    client = request.getfixturevalue(name)
    path = f"/v1_0/articles/{publish(1, feed_channel)[0]}"
    for _ in range(2):
        cost_of(client, path)

    costs = []
    for state in STATES:
        candidates.pool(feed_channel)  # where similar ones come from
        costs.append(cost_of(client, path, state))

    assert max(stages for stages, _ in costs) <= 3
    assert {sql for _, sql in costs} == {0}


def test_an_article_that_does_not_exist_costs_no_sql_twice(anonymous, runtime):
    anonymous.get("/v1_0/articles/404")

    with metering.measure() as cost:
        answer = anonymous.get("/v1_0/articles/404")

    assert answer.status_code == 404
    assert (cost.stages, cost.sql) == (1, 0)


@pytest.fixture
def discussed(reader):
    """An article with 120 comments, the first of them with 120 replies."""
    with transaction():
        top = CommentFactory()
        for _ in range(119):
            CommentFactory(article_id=top.article_id, user_id=top.user_id)
        for _ in range(120):
            CommentFactory(to=top, user_id=reader.user.user_id)
        CommentLikingFactory(user_id=reader.user.user_id, comment_id=top.comment_id)
        RelationFactory(user_id=reader.user.user_id, target_user_id=top.user_id)
    return {"a": top.article_id, "c": top.comment_id}


@pytest.mark.parametrize("name", ["reader", "anonymous"])
def test_a_page_of_comments_costs_three_stages_and_no_sql(request, name, discussed):
    client = request.getfixturevalue(name)
    costs = []
    for (kind, source), limit in itertools.product(discussed.items(), SIZES):
        first = {"type": kind, "source": source, "limit": limit}
        page = client.get("/v1_0/comments", query_string=first).json["data"]
        for query in (first, first | {"offset": page["last_id"]}):
            cost_of(client, "/v1_0/comments", **query)
            costs += [cost_of(client, "/v1_0/comments", state, **query) for state in STATES]

    assert len(costs) == 16
    assert max(stages for stages, _ in costs) <= 3
    assert {sql for _, sql in costs} == {0}


def test_ones_own_card_costs_two_stages_and_no_sql(reader):
    cost_of(reader, "/v1_0/user")

    costs = [cost_of(reader, "/v1_0/user", state) for state in STATES]

    assert max(stages for stages, _ in costs) <= 2
    assert {sql for _, sql in costs} == {0}


@pytest.mark.parametrize("path", ["/v1_0/channels", "/v1_0/user/channels", "/v1_1/user/channels"])
@pytest.mark.parametrize("name", ["reader", "anonymous"])
def test_lists_of_channels_cost_two_stages_and_no_sql(request, name, channel_id, path):
    client = request.getfixturevalue(name)
    cost_of(client, path)

    costs = [cost_of(client, path, state) for state in STATES]

    assert max(stages for stages, _ in costs) <= 2
    assert {sql for _, sql in costs} == {0}


def test_refused_tokens_cost_nothing(anonymous):
    with metering.measure() as cost:
        answer = anonymous.get("/v1_0/user", headers={"Authorization": "Bearer a.b.c"})

    assert answer.status_code == 401
    assert (cost.stages, cost.sql) == (0, 0)
