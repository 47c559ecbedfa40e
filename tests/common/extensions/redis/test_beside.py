"""Two round trips side by side: STORE and CACHE asked at the same time (redis.md §5)."""

from __future__ import annotations

import pytest

from common.errors import DependencyUnavailable
from common.extensions.redis import Batch, cache, init_redis, store

DEAD = "redis://127.0.0.1:9/0"


@pytest.fixture(params=["one server", "two servers"])
def bind(request, runtime, stores):
    """``bind(store=…, cache=…)``: the edges on these servers; the second one is database 1."""
    second = stores.valkey.url + ("?db=1" if request.param == "two servers" else "")

    def with_(**servers):
        urls = {"store": stores.valkey.url, "cache": second} | servers
        settings = stores.settings(redis_store_url=urls["store"], redis_cache_url=urls["cache"])
        init_redis(settings)

    with_()
    return with_


def asked():
    """A batch for each edge, with one question each."""
    questions, reads = Batch(store), Batch(cache)
    questions.add("ECHO", "from store")
    reads.add("ECHO", "from cache")
    return questions, reads


def test_both_are_answered_and_cost_one_stage(bind, cost):
    questions, reads = asked()

    with cost() as spent:
        questions.run(beside=reads)

    assert (questions.reply(0), reads.reply(0)) == (b"from store", b"from cache")
    assert spent.stages == 1


def test_a_refused_command_harms_no_other(bind):
    questions, reads = asked()
    questions.add("NONSENSE")
    reads.add("NONSENSE")

    questions.run(beside=reads)

    assert (questions.reply(0), reads.reply(0)) == (b"from store", b"from cache")
    assert isinstance(questions.reply(1), Exception)
    assert isinstance(reads.reply(1), Exception)


@pytest.mark.parametrize("dead", ["store", "cache"])
def test_when_one_is_dead_the_other_one_answers(bind, dead):
    bind(**{dead: DEAD})
    questions, reads = asked()

    for _ in range(2):  # the second time the breaker is open
        questions.run(beside=reads)

    alive, silent = (questions, reads) if dead == "cache" else (reads, questions)
    assert alive.reply(0) == f"from {alive.edge.name}".encode()
    with pytest.raises(DependencyUnavailable) as refused:
        silent.reply(0)
    assert refused.value.dependency == dead


def test_when_both_are_dead_each_says_so_itself(bind):
    bind(store=DEAD, cache=DEAD)
    questions, reads = asked()

    questions.run(beside=reads)

    for batch in (questions, reads):
        with pytest.raises(DependencyUnavailable) as refused:
            batch.reply(0)
        assert refused.value.dependency == batch.edge.name


def test_nothing_to_ask_on_one_side_costs_nothing_there(bind, cost):
    questions, reads = asked()

    with cost() as spent:
        questions.run(beside=Batch(cache))
        Batch(store).run(beside=reads)
        Batch(store).run(beside=Batch(cache))

    assert (questions.reply(0), reads.reply(0)) == (b"from store", b"from cache")
    assert spent.stages == 2


def test_what_is_noted_beside_a_look_is_kept(bind):
    questions, reads = Batch(store), Batch(cache)
    questions.add("SET", "noted", "yes")
    reads.add("GET", "nothing")

    questions.run(read_only=False, beside=reads)

    assert store.command("GET", "noted") == b"yes"
    assert reads.reply(0) is None
