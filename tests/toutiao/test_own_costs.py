"""What own data, search and phrases cost once they are warm (contract/redis.md §5)."""

from __future__ import annotations

import pytest

from common.cache.engine.local import first_level, forget_all
from common.extensions.db import transaction
from common.services.moderation import sensitive_words
from common.utils.background import memories
from common.utils.observing import metering
from tests.factories import (
    AnnouncementFactory,
    ArticleFactory,
    ChannelFactory,
    NotificationFactory,
    RelationFactory,
)
from tests.support.harness.waiting import eventually

SEARCH_SQL = 1  # the hits

pytestmark = pytest.mark.usefixtures("patient_search")


@pytest.fixture(params=["busy", "at rest"])
def forget_a_little(request):
    """Brings the process into the state before the measured call."""
    return first_level.clear if request.param == "at rest" else lambda: None


def cost_of(client, path, forget_a_little, **query):
    """What a successful call costs: stages and statements."""
    forget_a_little()
    sensitive_words.find("warm")  # once a second the list is compared with SQL
    with metering.measure() as cost:
        answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return cost.stages, cost.sql


@pytest.mark.parametrize("path", ["/v1_0/user/profile", "/v1_0/user/figure"])
def test_own_data_cost_two_stages_and_no_sql(reader, forget_a_little, path):
    cost_of(reader, path, forget_a_little)

    stages, sql = cost_of(reader, path, forget_a_little)

    assert stages <= 2
    assert sql == 0


@pytest.mark.parametrize("name", ["reader", "anonymous"])
@pytest.mark.parametrize("per_page", [10, 100])
@pytest.mark.parametrize("more", [{}, {"highlight": 1}, {"page": 2}, {"sort": "time"}])
def test_a_search_costs_three_stages_and_constant_sql(
    request, name, forget_a_little, per_page, more
):
    client = request.getfixturevalue(name)
    channel = ChannelFactory().channel_id
    with transaction():
        for _ in range(120):
            ArticleFactory(published=True, title="夜跑", channel_id=channel)
    if name == "reader":
        RelationFactory(user_id=client.user.user_id, blacklisted=True)
    query = {"q": "夜跑", "channel_id": channel, "per_page": per_page} | more
    for _ in range(2):
        cost_of(client, "/v1_0/search", forget_a_little, **query)

    stages, sql = cost_of(client, "/v1_0/search", forget_a_little, **query)

    assert stages <= 3
    assert sql <= SEARCH_SQL + (name == "reader")  # whom he has blocked, without a copy of that


def test_whom_a_reader_has_blocked_is_not_asked_of_sql_again(reader):
    ArticleFactory(published=True, title="夜跑")
    RelationFactory(user_id=reader.user.user_id, blacklisted=True)

    def is_known():
        return cost_of(reader, "/v1_0/search", lambda: None, q="夜跑")[1] == SEARCH_SQL

    eventually(is_known)


@pytest.mark.parametrize("path", ["/v1_0/search/histories", "/v1_0/suggestion"])
def test_phrases_cost_two_stages_and_no_sql(reader, forget_a_little, path):
    cost_of(reader, path, forget_a_little, q="a")

    stages, sql = cost_of(reader, path, forget_a_little, q="a")

    assert stages <= 2
    assert sql == 0


@pytest.mark.parametrize(
    "path",
    [
        "/v1_0/search?q=夜跑&highlight=1",
        "/v1_0/user/notifications",
        "/v1_0/announcements",
    ],
)
def test_a_cold_page_costs_no_more_sql_for_being_longer(reader, redis, path):
    with transaction():
        for _ in range(60):
            ArticleFactory(published=True, title="夜跑")
            AnnouncementFactory()
            NotificationFactory(user_id=reader.user.user_id)
    path, _, given = path.partition("?")
    query = dict(pair.split("=") for pair in given.split("&") if pair)

    costs = []
    for per_page in (5, 60):
        redis.flushall()
        forget_all()
        memories.forget_all()
        costs.append(cost_of(reader, path, lambda: None, per_page=per_page, **query)[1])

    assert costs[0] == costs[1]
    assert costs[0] <= 12
