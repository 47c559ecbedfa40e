"""What reading costs an editor: no more for longer pages, and next to nothing once it is warm."""

from __future__ import annotations

import re

import pytest

from common.cache.engine.local import first_level, forget_all
from common.extensions.db import transaction
from common.utils.background import memories
from common.utils.observing import metering
from mp.resources import DOMAINS
from tests.factories import (
    ArticleFactory,
    CommentFactory,
    LegalizeLogFactory,
    MaterialFactory,
    NotificationFactory,
    RelationFactory,
    UserFactory,
)
from tests.support.documents.editors_calls import TITLE, call_of, world_of

READING = [
    re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url)
    for routes in DOMAINS.values()
    for url, resource in routes
    if "GET" in resource.methods
]
# A code costs what it costs: tests/toutiao/user/test_sms_codes.py. A riddle writes.
WRITING = {"/v1_0/sms/codes/{mobile}", "/v1_0/captchas/{mobile}"}
LISTS = [
    "/v1_0/articles",
    "/v1_0/articles?response_type=comment",
    "/v1_0/articles?response_type=statistic",
    "/v1_0/search",
    "/v1_0/comments",
    "/v1_0/user/images",
    "/v1_0/user/notifications",
    "/v1_0/user/legalizes",
    "/v1_0/followers",
]
SHORT, LONG = 5, 60
STAGES, STATEMENTS = 4, 8  # of any warm answer


@pytest.fixture
def settings(stores):
    """STORE and CACHE apart, as in production; on one server it costs less."""
    return stores.settings(redis_cache_url=f"{stores.valkey.url}?db=1")


@pytest.fixture
def crowded_editors_world(make_world):
    """An editor with more than a page of everything."""
    return make_world("crowded_editors_world", crowded_world_of)


def crowded_world_of(anonymous, sign_in):
    world = world_of(anonymous, sign_in)
    user_id = world["editor"].user.user_id
    with transaction():
        for _ in range(LONG + 5):
            ArticleFactory(
                published=True, user_id=user_id, title=TITLE, channel_id=world["channel"]
            )
            CommentFactory(article_id=world["article"])
            MaterialFactory(user_id=user_id)
            NotificationFactory(user_id=user_id)
            LegalizeLogFactory(user_id=user_id, status=3)
            RelationFactory(user_id=UserFactory().user_id, target_user_id=user_id)
    return world


def cost_of(client, call):
    with metering.measure() as cost:
        answer = client.open(**call)
    assert answer.status_code == 200, answer.text
    return cost.stages, cost.sql, answer.json["data"]


@pytest.mark.parametrize("path", [each for each in READING if each not in WRITING])
def test_whatever_is_read_is_cheap_once_it_is_warm(crowded_editors_world, path):
    world = crowded_editors_world
    call = call_of("GET", path, world)
    for _ in range(2):
        cost_of(world["editor"], call)

    for state in ("busy", "at rest"):
        if state == "at rest":
            first_level.clear()
        stages, sql, _ = cost_of(world["editor"], call)
        assert (path, state, stages) <= (path, state, STAGES)
        assert (path, state, sql) <= (path, state, STATEMENTS)


@pytest.mark.parametrize("path", LISTS)
def test_a_cold_page_costs_no_more_for_being_longer(crowded_editors_world, redis, path):
    world = crowded_editors_world
    path, _, more = path.partition("?")
    call = call_of("GET", path, world)
    size = "limit" if path.endswith("/comments") else "per_page"

    found = []
    for count in (SHORT, LONG):
        redis.flushall()
        forget_all()
        memories.forget_all()
        query = "&".join(part for part in (call["query_string"], more, f"{size}={count}") if part)
        found.append(cost_of(world["editor"], {**call, "query_string": query}))

    (short_stages, short_sql, short), (long_stages, long_sql, long) = found
    assert (len(short["results"]), len(long["results"])) == (SHORT, LONG)
    assert long_sql <= short_sql
    assert long_stages <= short_stages
