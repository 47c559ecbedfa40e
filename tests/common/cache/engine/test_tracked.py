"""Copies in the process: nothing is asked while they are current, and nothing old is answered."""

from __future__ import annotations

import pytest

from common.cache import counters
from common.cache.engine import read_models
from common.cache.engine.loading import invalidate_keys
from common.cache.engine.local import forget_all
from common.cache.engine.membership import SMALL
from common.cache.engine.stages import stage
from common.extensions.redis import cache, store
from tests.support.harness.cached import KINDS, TARGETS, Cached, change, elsewhere, people, person
from tests.support.harness.tracking import vouch_for_long
from tests.support.harness.waiting import eventually
from tests.support.processes import cached_processes

TRACKED = ["value", "hash", "set"]  # lists have other ways


@pytest.fixture
def cached(runtime, ledger):
    """All kinds of caches with tracked copies, and a server that vouches for them."""
    vouch_for_long(runtime)
    made = Cached(ledger, is_tracked=True)

    def is_listening():
        cache.command("PING")
        return cache.copies()

    eventually(is_listening)
    return made


@pytest.fixture(params=TRACKED)
def kind(request):
    """Every kind that has copies."""
    return KINDS[request.param]


def warmed(cached, kind, user_id):
    """Loaded from SQL, then read from CACHE: what was read is kept."""
    for _ in range(2):
        assert kind.ask(cached, user_id) == kind.before


def test_what_was_read_before_costs_nothing(cached, kind, cost):
    warmed(cached, kind, person(7))

    with cost() as spent:
        answer = kind.ask(cached, 7)

    assert answer == kind.before
    assert (spent.sql, spent.stages) == (0, 0)


def test_a_batch_asks_for_what_is_missing_only(cached, cost):
    people(1, 2, 3)
    cached.names.get_many([1, 2, 3])
    cached.names.get_many([1, 2])

    with stage() as ask:
        wanted = cached.names.want(ask, [1, 2, 3, 4])

    assert ask.cache.commands == [("MGET", "test:3:name", "test:4:name")]
    assert [name.name for name in wanted().values()] == ["user1", "user2", "user3"]
    with cost() as spent:
        cached.names.get_many([3, 1, 2])
    assert spent.stages == 0


def test_ids_without_a_value_and_long_texts_are_not_kept(cached, monkeypatch):
    people(1)
    monkeypatch.setattr(read_models, "LONGEST_REMEMBERED", 5)
    for _ in range(2):
        cached.names.get_many([1, 404])

    assert cache.copies().entries == {}


def test_a_change_by_this_process_is_seen_at_once(cached, kind):
    warmed(cached, kind, person(7))
    change(7)

    invalidate_keys([kind.key(7)])

    assert kind.ask(cached, 7) == kind.after


def test_a_change_through_another_connection_is_seen_as_soon_as_it_is_done(cached, kind, redis):
    warmed(cached, kind, person(7))
    change(7)

    redis.delete(kind.key(7))

    assert kind.ask(cached, 7) == kind.after


def test_what_a_thread_has_read_serves_the_others(cached, kind, cost):
    warmed(cached, kind, person(7))

    def asked():
        with cost() as spent:
            return kind.ask(cached, 7), spent.stages

    assert elsewhere(asked) == (kind.before, 0)


@pytest.mark.parametrize("name", ["hash", "set"])
def test_nothing_at_all_is_a_copy_too(cached, name, cost):
    kind = KINDS[name]
    for _ in range(2):
        kind.ask(cached, 404)

    with cost() as spent:
        answer = kind.ask(cached, 404)

    assert (answer, spent.stages) == ({}, 0)


@pytest.mark.parametrize("name", ["hash", "set"])
@pytest.mark.parametrize(("more", "stages"), [(0, 0), (1, 1)])
def test_large_collections_are_asked_each_time(cached, name, cost, redis, more, stages):
    kind, held = KINDS[name], [-1, *range(100, 100 + SMALL + more)]
    if name == "hash":
        redis.hset(kind.key(7), mapping=dict.fromkeys(held, 1))
    else:
        redis.sadd(kind.key(7), *held)
    model = cached.relations if name == "hash" else cached.targets
    model.get_many(7, [100, 5])

    with cost() as spent:
        found = model.get_many(7, [100, 5])

    assert (found, spent.stages) == ({100: 1}, stages)


def test_a_damaged_collection_is_not_kept(cached, redis):
    redis.hset(KINDS["hash"].key(person(7)), mapping={"-1": 1, "eleven": 1})

    answers = [cached.relations.get_many(7, TARGETS) for _ in range(3)]

    assert answers == [{}] * 3  # by member, what is there is right


def test_figures_that_were_read_before_cost_nothing(cached, redis, cost):
    redis.zadd("count:art:liking", {"1": 5, "2": 7})
    counters.article_likes.get_many([1, 2, 3])

    with cost() as spent:
        figures = counters.article_likes.get_many([3, 2])

    assert (figures, spent.stages) == ({3: 0, 2: 7}, 0)


def test_a_figure_that_others_change_is_read_again(cached, redis):
    redis.zadd("count:art:liking", {"1": 5, "2": 7})
    counters.article_likes.get_many([1, 2])

    redis.zincrby("count:art:liking", 1, "2")

    assert counters.article_likes.get_many([1, 2]) == {1: 5, 2: 8}


def test_one_figure_more_is_asked_for_with_the_others(cached, redis, cost):
    redis.zadd("count:art:liking", {"1": 5, "2": 7})
    counters.article_likes.get(1)

    with cost() as spent:
        figures = counters.article_likes.get_many([1, 2])

    assert (figures, spent.stages) == ({1: 5, 2: 7}, 1)


def test_forgetting_everything_includes_the_copies(cached, kind):
    warmed(cached, kind, person(7))

    forget_all()

    assert cache.copies().entries == {}
    assert store.copies().entries == {}


@pytest.fixture(scope="module")
def processes():
    """Four of them, started once."""
    pool = cached_processes.Processes()
    yield pool
    pool.close()


def test_processes_that_write_and_read_in_turn_never_see_what_was_before(
    processes, settings, cached, ledger
):
    people(7)

    told = processes.all_at_once(cached_processes.rename_and_ask, settings, ledger.path, 7, 100)

    assert [outdated for outdated, _ in told] == [[], [], [], []]
    assert sum(free for _, free in told) > 0
