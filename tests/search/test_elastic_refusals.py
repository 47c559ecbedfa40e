"""What the engine on Elasticsearch makes of a server that refuses or is not there (faults.md §5).

The server is a stub: it says what a real one says only when it is overrun.
"""

from __future__ import annotations

import json
import time

import pytest

from common.errors import DependencyUnavailable
from common.search.elastic import Access, ElasticEngine
from common.search.elastic.link import NoIndex
from common.search.elastic.mapping import alias_of, next_of
from common.search.interface import DocumentsRefused, Kind, Query
from common.utils.parameters.phrases import Phrase
from tests.factories import ArticleFactory
from tests.search.conftest import document
from tests.support.servers.stub_server import Reply, running

NOWHERE = "http://127.0.0.1:1"
NIGHT_RUN = Query(Phrase.of("夜跑"))
HEADERS = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"}
EMPTY = {"took": 1, "timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0}}


def answer(body, status=200):
    return Reply(status, json.dumps(body).encode(), dict(HEADERS))


def taking(statuses):
    """A server that answers the items of bulk requests with these statuses, one after the other.

    Later ones are taken.
    """
    left = list(statuses)

    def script(asked):
        if "_bulk" not in asked.path:
            return answer({"articles-1": {"aliases": {alias_of(Kind.PUBLIC): {}}}})
        operations = asked.body.splitlines()[::2]
        items = [item(json.loads(each), left.pop(0) if left else 201) for each in operations]
        return answer({"took": 1, "errors": True, "items": items})

    return script


def item(operation, status):
    ((name, named),) = operation.items()
    error = {} if status < 300 else {"error": {"type": "told", "reason": "so"}}
    return {name: {"_id": named["_id"], "status": status, **error}}


def bulks(server):
    """The ids in each bulk request."""
    return [
        [json.loads(line)["index"]["_id"] for line in asked.body.splitlines()[::2]]
        for asked in server.asked
        if "_bulk" in asked.path
    ]


def test_only_what_could_not_be_taken_yet_is_sent_again():
    with running(taking([201, 429, 201, 503])) as server:
        engine = ElasticEngine(Access((server.url,)))

        engine.index([document(id_, "夜跑") for id_ in range(1, 5)])

        assert bulks(server) == [["1", "2", "3", "4"], ["2", "4"]]


def test_what_is_refused_for_ever_is_named_and_a_newer_version_is_none_of_it():
    with running(taking([409, 400, 201])) as server:
        engine = ElasticEngine(Access((server.url,)))

        with pytest.raises(DocumentsRefused, match=r"^2$") as refused:
            engine.index([document(id_, "夜跑") for id_ in range(1, 4)])

    assert refused.value.article_ids == (2,)


@pytest.mark.parametrize("status", [403, 500])
def test_what_the_server_says_of_itself_is_no_fault_of_a_document(status):
    with running(taking([201, status, 400])) as server:
        engine = ElasticEngine(Access((server.url,)))

        with pytest.raises(DependencyUnavailable):
            engine.index([document(id_, "夜跑") for id_ in range(1, 4)])


def with_room_for(number):
    """A server that takes so many documents at once."""
    take = taking([])

    def script(asked):
        if "_bulk" in asked.path and len(asked.body.splitlines()) > 2 * number:
            return answer({"error": "told so", "status": 413}, 413)
        return take(asked)

    return script


def test_what_is_too_much_at_once_goes_in_halves():
    with running(with_room_for(2)) as server:
        ElasticEngine(Access((server.url,))).index([document(id_, "夜跑") for id_ in range(1, 6)])

        assert [len(each) for each in bulks(server)] == [5, 2, 3, 1, 2]


def test_what_is_too_much_by_itself_is_refused_for_ever():
    with running(with_room_for(0)) as server:
        engine = ElasticEngine(Access((server.url,)))

        with pytest.raises(DocumentsRefused, match=r"^1, 2$"):
            engine.index([document(1, "夜跑"), document(2, "夜跑")])


def test_a_change_is_given_back_while_there_is_no_index_of_this_analyser():
    missing = {"error": "alias missing", "status": 404}
    other: dict[str, object] = {"articles-1": {"aliases": {next_of(Kind.PUBLIC): {}}}}
    with running(lambda _: answer(missing, 404)) as server:
        engine = ElasticEngine(Access((server.url,)))

        with pytest.raises(NoIndex):
            engine.delete({1: 2})
        server.follow(lambda _: answer(missing | other, 404))
        with pytest.raises(NoIndex):
            engine.delete({1: 2})

        assert bulks(server) == []


def test_a_server_that_takes_nothing_is_away():
    with running(taking([429] * 100)) as server:
        with pytest.raises(DependencyUnavailable):
            ElasticEngine(Access((server.url,))).index([document(1, "夜跑")])

        assert len(bulks(server)) == 4  # the first time, and three more


def test_many_documents_go_a_part_at_a_time():
    with running(taking([])) as server:
        engine = ElasticEngine(Access((server.url,)))

        engine.index([document(id_, "夜跑") for id_ in range(1, 1201)])
        small = [len(each) for each in bulks(server)]
        engine.index([document(id_, "夜跑", "词" * 150_000) for id_ in range(1, 21)])
        big = [len(asked.body) for asked in server.asked if "_bulk" in asked.path]

    assert small == [500, 500, 200]
    assert len(big) > 4
    assert max(big) <= 5_000_000


@pytest.mark.parametrize(
    "reply",
    [
        answer({"error": "told so", "status": 429}, 429),
        answer({"error": "told so", "status": 503}, 503),
        answer({"error": "told so", "status": 401}, 401),
        answer({"error": "told so", "status": 404}, 404),
        answer({**EMPTY, "_shards": {"total": 1, "successful": 0, "failed": 1}}),
        answer({**EMPTY, "timed_out": True}),
        Reply(silent=True),
    ],
)
def test_whatever_is_no_answer_means_that_it_is_away(reply):
    with running(lambda _: reply) as server:
        engine = ElasticEngine(Access((server.url,)))

        with pytest.raises(DependencyUnavailable):
            engine.search(NIGHT_RUN, first=0, count=10)


def test_who_fails_again_and_again_is_left_alone_for_a_while():
    with running(lambda _: answer({"error": "told so", "status": 503}, 503)) as server:
        engine = ElasticEngine(Access((server.url,)), budget_seconds=20.0)
        for _ in range(20):
            with pytest.raises(DependencyUnavailable):
                engine.search(NIGHT_RUN, first=0, count=10)

        assert len(server.asked) == 5


def test_an_api_key_is_shown_instead_of_a_password():
    with running(lambda _: answer({})) as server:
        access = Access((server.url,), "a2V5OnNlY3JldA==")
        ElasticEngine(access, budget_seconds=20.0).is_ready(Kind.PUBLIC)

        (asked,) = server.asked

    assert asked.headers["authorization"] == "ApiKey a2V5OnNlY3JldA=="


def test_all_that_one_answer_asks_waits_no_longer_than_one_answer():
    def slowly(_):
        time.sleep(4.5)
        return answer({})

    with running(slowly) as server:
        engine = ElasticEngine(Access((server.url,)), budget_seconds=8.0)

        with engine.one_answer():
            first = engine.is_ready(Kind.PUBLIC)
            with pytest.raises(DependencyUnavailable), engine.one_answer():
                engine.is_ready(Kind.PUBLIC)

        assert first
        assert engine.is_ready(Kind.PUBLIC)  # another answer


@pytest.mark.settings(elasticsearch_url=NOWHERE)
def test_the_product_starts_and_answers_without_it(runtime, anonymous):
    article = ArticleFactory(published=True, title="城市夜跑")

    found = anonymous.get("/v1_0/search", query_string={"q": "夜跑"})
    suggested = anonymous.get("/v1_0/suggestion", query_string={"q": "城市"})

    assert [each["art_id"] for each in found.json["data"]["results"]] == [article.article_id]
    inside = {"REMOTE_ADDR": "127.0.0.1"}
    checks = anonymous.get("/readyz", environ_overrides=inside).json["checks"]
    assert (checks["search"], checks["sql"]) == ("degraded", "ok")
    assert (suggested.status_code, suggested.json["data"]) == (200, {"options": []})
