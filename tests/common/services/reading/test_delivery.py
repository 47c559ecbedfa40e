"""Reads reach STORE once each, whatever dies or goes away on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from prometheus_client import REGISTRY

from common.cache.engine import built
from common.extensions.redis import init_redis
from common.services.reading import views
from common.services.reading.bounds import Bounds
from common.services.reading.delivery import Batch, Delivery
from common.settings import Settings
from common.utils.background import memories
from common.utils.constants import ReadSource
from scripts.valkey import ValkeyServer
from tests.support.harness.threads import at_once
from tests.support.harness.waiting import eventually

ARTICLE, AUTHOR, CHANNEL, READER = 318204775501, 300127764410, 5, 7


@pytest.fixture
def counting(runtime: Settings) -> Iterator[Settings]:
    """Reads are counted."""
    views.init(runtime)
    yield runtime
    views.close()


@pytest.fixture
def outage(counting: Settings, valkey: ValkeyServer) -> Callable[[], None]:
    """STORE is away; call the result to bring it back."""
    valkey.stop()

    def end() -> None:
        valkey.start()
        init_redis(counting)  # closes the breaker at once

    return end


def view(article_id: int = ARTICLE) -> None:
    views.viewed(article_id, AUTHOR, CHANNEL, user_id=READER, visitor=None)


def reads(redis, article_id: int = ARTICLE) -> int:
    views.flush()
    return int(redis.zscore("count:art:reading", article_id) or 0)


def journals(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / "journal").glob("reading-*.jsonl"))


def another_process(settings: Settings) -> Delivery:
    """Counts like the one of this process, but remembers nothing of it."""
    return Delivery(settings.data_dir.resolve() / "journal")


def deliver(delivery: Delivery, article_id: int) -> None:
    delivery.add(
        article_id,
        AUTHOR,
        CHANNEL,
        user_id=READER,
        subject=str(READER),
        ip=None,
        source=ReadSource.OTHER,
    )
    delivery.flush()


def test_reads_of_an_outage_are_counted_once_when_it_is_over(outage, counting, redis):
    view(1)
    views.flush()
    view(2)
    views.flush()
    assert len(journals(counting)) == 1

    outage()

    assert (reads(redis, 1), reads(redis, 2)) == (1, 1)
    assert redis.zscore("count:user:arts:reading", AUTHOR) == 2
    assert views.history(READER, 0, 10) == [2, 1]
    assert journals(counting) == []


def test_reads_of_an_outage_are_delivered_without_another_read(outage, counting, redis):
    view()
    views.flush()

    outage()

    eventually(lambda: redis.zscore("count:art:reading", ARTICLE) == 1)


def test_minutes_of_an_outage_count_as_the_minutes_they_were(outage, counting, redis):
    with time_machine.travel("2026-05-01T08:30:00+08:00", tick=False) as time:
        for _ in range(3):
            view()
            views.flush()
            time.shift(timedelta(seconds=60))

        outage()

        assert reads(redis) == 3


def test_a_process_that_forgot_its_reads_counts_none_twice(counting, redis):
    view()
    first = reads(redis)

    memories.forget_all()

    assert memories.sizes()["read_windows"] == 0
    view()
    assert (first, reads(redis)) == (1, 1)


def test_a_batch_whose_reply_was_lost_is_not_counted_again(counting, redis):
    delivery = views._delivery
    with delivery._working:
        view()
        batch = Batch("w" * 32, 1, delivery._take_all())
        replies = [delivery._apply(batch), delivery._apply(batch)]

    assert replies == [True, True]
    assert reads(redis) == 1


def test_a_counter_of_the_wrong_type_is_begun_anew_and_due_to_be_rebuilt(counting, redis):
    redis.zadd(built.MARKED, {built.MARK: 1})
    redis.set("count:user:arts:reading", "broken")
    view()

    assert reads(redis) == 1
    assert redis.type("count:user:arts:reading") == b"zset"
    assert redis.zscore(built.MARKED, built.MARK) is None


def test_what_a_closed_process_could_not_deliver_the_next_start_delivers(outage, counting, redis):
    view()
    views.close()
    assert len(journals(counting)) == 1

    outage()
    views.init(counting)

    eventually(lambda: redis.zscore("count:art:reading", ARTICLE) == 1)
    eventually(lambda: journals(counting) == [])


def test_the_journal_of_a_living_process_is_left_to_it(outage, counting, redis):
    view()
    views.flush()

    with views._delivery._working:
        outage()
        other = another_process(counting)
        deliver(other, article_id=2)
        seen = [redis.zscore("count:art:reading", each) for each in (ARTICLE, 2)]
        other.close()

    assert seen == [None, 1]
    assert reads(redis) == 1


def test_a_torn_line_costs_its_own_batch_only(outage, counting, redis):
    view()
    views.close()
    (journal,) = journals(counting)
    journal.write_bytes(b'["w", 1, [[1,\n' + journal.read_bytes() + b'["w", 2')

    outage()
    views.init(counting)

    assert reads(redis) == 1


def test_a_full_journal_drops_reads_and_counts_them(outage, counting, redis):
    views.init(counting, Bounds(journal_bytes=150))
    before = REGISTRY.get_sample_value("toutiao_reads_dropped_total")
    for article_id in (1, 2, 3):
        view(article_id)
        views.flush()

    outage()

    counted = [reads(redis, article_id) for article_id in (1, 2, 3)]
    assert counted == [1, 0, 0]
    assert REGISTRY.get_sample_value("toutiao_reads_dropped_total") - before == 2


def test_without_a_journal_reading_goes_on(outage, counting, redis):
    (counting.data_dir / "journal").write_text("in the way")
    view()
    views.flush()

    outage()
    view(2)

    assert reads(redis, 2) == 1


def test_too_many_views_at_once_are_dropped_and_counted(counting, redis):
    views.init(counting, Bounds(most_views=3))
    before = REGISTRY.get_sample_value("toutiao_reads_dropped_total")
    with views._delivery._working:  # the thread cannot take any away
        for article_id in (1, 2, 3, 4, 5):
            view(article_id)

    counted = [reads(redis, article_id) for article_id in (1, 2, 3, 4, 5)]
    assert counted == [1, 1, 1, 0, 0]
    assert REGISTRY.get_sample_value("toutiao_reads_dropped_total") - before == 2


def test_a_reader_waits_for_his_own_views_only(counting):
    delivery = views._delivery
    view()
    with delivery._working:
        view(2)
        assert delivery._holds(READER)
        assert not delivery._holds(READER + 1)
        delivery._take_all()
        assert delivery._holds(READER)

    views.flush()

    assert not delivery._holds(READER)


_READS = """
import sys, time
from common.extensions import redis
from common.services.reading import views
from common.utils.crypto import sealing
from tests.support.processes.id_streams import settings
configured = settings(sys.argv[1], redis_store_url=sys.argv[2])
sealing.init("any")
redis.init_redis(configured)
views.init(configured)
for article in (1, 2, 3):
    views.viewed(article, 9, 5, user_id=7, visitor=None)
    time.sleep(0.1)
print("read", flush=True)
time.sleep(60)
"""


def _killed_after_reading(settings: Settings, url: str) -> None:
    command = [sys.executable, "-c", _READS, str(settings.data_dir), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert any(line == b"read\n" for line in process.stdout)
        eventually(lambda: not _is_lost(settings, 3))
        os.kill(process.pid, signal.SIGKILL)


def _is_lost(settings: Settings, article_id: int) -> bool:
    lines = [line for path in journals(settings) for line in path.read_text().splitlines()]
    return not any(str(article_id) in str(json.loads(line)[2][-1][0]) for line in lines)


def test_reads_of_a_killed_process_are_counted_once_by_the_next_start(
    outage, counting, valkey, redis
):
    views.close()
    _killed_after_reading(counting, valkey.url)

    outage()
    at_once(*(lambda: deliver(another_process(counting), article_id=4) for _ in range(2)))

    assert [redis.zscore("count:art:reading", each) for each in (1, 2, 3)] == [1, 1, 1]
    assert redis.zscore("count:user:arts:reading", 9) == 3
    assert journals(counting) == []
