"""Several nodes of an Elasticsearch: what one that is gone, silent or slow costs answers."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from elastic_transport import Urllib3HttpNode

from common.errors import DependencyUnavailable
from common.search.elastic import Access, ElasticEngine
from common.search.elastic.link import Link
from common.search.interface import Kind
from tests.search.test_elastic_refusals import NOWHERE, answer
from tests.support.harness.waiting import eventually
from tests.support.servers.stub_server import Reply, running

PATIENCE_SECONDS = 20.0  # of an engine that is answered, however slow the machine is


def test_where_one_node_is_gone_another_one_answers():
    with running(lambda _: answer({})) as server:
        engine = ElasticEngine(Access((NOWHERE, server.url)), budget_seconds=PATIENCE_SECONDS)

        assert [engine.is_ready(Kind.PUBLIC) for _ in range(4)] == [True] * 4


@pytest.fixture
def silent():
    """The address of a node that is gone: whoever connects to it waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as node:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # nobody takes them: there is no room for more
            each.setblocking(False)
            each.connect_ex(node.getsockname())
        yield f"http://127.0.0.1:{node.getsockname()[1]}"
        for each in waiting:
            each.close()


def test_a_node_that_lets_everybody_wait_is_stood_in_for_by_another_one(silent):
    with running(lambda _: answer({})) as server:
        engine = ElasticEngine(Access((silent, server.url)), budget_seconds=PATIENCE_SECONDS)

        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: engine.is_ready(Kind.PUBLIC), range(40)))

        assert found == [True] * 40


def test_a_node_that_takes_requests_and_is_silent_is_stood_in_for_by_another_one():
    mute = Reply(silent=True)
    with running(lambda _: mute) as silent, running(lambda _: answer({})) as server:
        engine = ElasticEngine(Access((silent.url, server.url)), budget_seconds=9.0)

        with ThreadPoolExecutor(5) as threads:  # as many failures as the breaker waits for
            found = list(threads.map(lambda _: engine.is_ready(Kind.PUBLIC), range(40)))

        assert found == [True] * 40
        assert silent.asked


def test_where_all_nodes_are_slow_the_first_one_is_waited_for():
    def slowly(_asked):
        time.sleep(5.0)  # less than two thirds of it
        return answer({})

    with running(slowly) as first, running(slowly) as second:
        engine = ElasticEngine(Access((first.url, second.url)), budget_seconds=9.0)

        assert engine.is_ready(Kind.PUBLIC)

        assert len(first.asked) + len(second.asked) == 1


@pytest.mark.parametrize("nodes", [1, 2])
def test_the_product_gives_silent_nodes_no_more_than_half_a_second_in_all(monkeypatch, nodes):
    """The contract's budget of an answer; how long it took is a matter of the machine."""
    given = []
    ask = Urllib3HttpNode.perform_request

    def noting(node, *arguments, **options):
        given.append(options["request_timeout"].total)
        return ask(node, *arguments, **options)

    monkeypatch.setattr(Urllib3HttpNode, "perform_request", noting)
    mute = Reply(silent=True)
    with running(lambda _: mute) as first, running(lambda _: mute) as second:

        def answered():
            """Whether all nodes were asked: not by who slept for what was left of the time."""
            given.clear()
            engine = ElasticEngine(Access((first.url, second.url)[:nodes]))
            with engine.one_answer():
                for _ in range(3):
                    with pytest.raises(DependencyUnavailable):
                        engine.is_ready(Kind.PUBLIC)
            assert 0 < sum(given) <= 0.5
            return len(given) >= nodes

        eventually(answered, what="all nodes are asked")


def test_a_connection_on_which_a_node_falls_silent_costs_no_answer_either():
    replies = [answer({})] * 8
    with running(lambda _: replies.pop() if replies else Reply(silent=True)) as dying:
        with running(lambda _: answer({})) as server:
            engine = ElasticEngine(Access((dying.url, server.url)), budget_seconds=9.0)
            while replies:
                assert engine.is_ready(Kind.PUBLIC)
            with ThreadPoolExecutor(5) as threads:
                found = list(threads.map(lambda _: engine.is_ready(Kind.PUBLIC), range(40)))

        assert found == [True] * 40


def test_a_writer_is_not_sent_to_another_node_by_one_that_has_his_request():
    mute = Reply(silent=True)
    with running(lambda _: mute) as first, running(lambda _: mute) as second:
        cluster = Link(Access((first.url, second.url)), 1.0, work_seconds=1.0)

        with pytest.raises(DependencyUnavailable):
            cluster.work(lambda client: client.index(index="articles", document={}))

        assert len(first.asked + second.asked) == 1
