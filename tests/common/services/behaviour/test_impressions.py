"""Pages that readers were shown reach their sink, which never grows without bounds."""

from __future__ import annotations

import sys
import types

import orjson
import pytest
import time_machine

from common.services.behaviour import impressions, recording
from common.services.behaviour.events import EXPOSURE, Event
from common.settings import SettingsError
from tests.support.harness.waiting import eventually

KEY = impressions.KEY


@pytest.fixture
def recorded(runtime):
    """Recording is on."""
    recording.init(runtime)
    yield runtime
    recording.close()


def pages(redis):
    recording.flush()
    return [
        {name.decode(): value.decode() for name, value in fields.items()}
        for _, fields in redis.xrange(KEY)
    ]


def test_each_page_is_an_entry(recorded, redis):
    with time_machine.travel("2026-05-01T08:30:00+08:00", tick=False):
        recording.expose("7", 5, [17283, 14668])
        recording.expose("anon:ff", 0, [1])
        recording.expose("7", 5, [])

    assert pages(redis) == [
        {
            "at": "1777595400000",
            "subject": "7",
            "channel": "5",
            "algorithm": "fallback",
            "articles": "17283,14668",
        },
        {
            "at": "1777595400000",
            "subject": "anon:ff",
            "channel": "0",
            "algorithm": "fallback",
            "articles": "1",
        },
    ]


def test_nobody_has_to_ask_for_it(recorded, redis):
    recording.expose("7", 5, [17283])

    eventually(lambda: redis.xlen(KEY) == 1)


def page(*article_ids):
    return Event(0, EXPOSURE, "7", article_ids=article_ids, channel_id=5)


def test_only_the_newest_entries_are_kept(runtime, redis):
    sink = impressions.StoreSink(max_entries=250)
    for first in range(0, 1000, 100):
        sink.append([page(number) for number in range(first, first + 100)])

    assert [int(each["articles"]) for each in pages(redis)] == list(range(750, 1000))


def test_large_pages_are_kept_in_less_than_the_memory_they_may_take(runtime, redis):
    sink = impressions.StoreSink(max_bytes=300_000)
    for first in range(0, 1000, 100):
        sink.append([page(n, *range(10**14, 10**14 + 99)) for n in range(first, first + 100)])

    kept = pages(redis)

    assert redis.memory_usage(KEY, samples=0) <= 300_000
    assert 100 < len(kept) < 300
    assert kept[-1]["articles"].startswith("999,")


def test_pages_wait_while_store_is_away(recorded, valkey, redis):
    valkey.stop()
    recording.expose("7", 5, [17283])
    recording.flush()
    valkey.start()

    eventually(lambda: len(pages(redis)) == 1)


def test_no_more_pages_wait_than_there_is_room_for(runtime, valkey, redis):
    waiting = impressions.Pages(impressions.StoreSink(), capacity=3)
    valkey.stop()

    taken = [waiting.add(page(number)) for number in range(5)]
    waiting.send()
    valkey.start()

    assert taken == [True, True, True, False, False]
    eventually(lambda: waiting.send() or not waiting)
    assert [each["articles"] for each in pages(redis)] == ["0", "1", "2"]


def test_a_key_of_another_type_is_put_out_of_the_way(recorded, redis):
    redis.set(KEY, "foreign")
    recording.expose("7", 5, [17283])

    eventually(lambda: [page["articles"] for page in pages(redis)] == ["17283"])


@pytest.mark.settings(trace_sink="off")
def test_it_may_be_switched_off(recorded, redis):
    recording.expose("7", 5, [17283])
    recording.flush()

    assert not redis.exists(KEY)


@pytest.mark.parametrize("sink", ["", "kafka", "kafka://", "kafka://a/b/c", "file:///x", "Redis"])
def test_what_is_no_sink_is_refused_at_the_start(stores, sink):
    with pytest.raises(SettingsError, match="TOUTIAO_TRACE_SINK: "):
        stores.settings(trace_sink=sink)


def test_kafka_needs_its_driver():
    with pytest.raises(SettingsError, match="TOUTIAO_TRACE_SINK needs the package kafka-python"):
        impressions.sink_of("kafka://broker:9092")


class Producer:
    """As the driver's, as far as we use it."""

    sent: list[tuple[str, bytes]]

    def __init__(self, *, bootstrap_servers, **_options):
        self.servers = bootstrap_servers
        Producer.sent = []

    def send(self, topic, value):
        """Take a message."""
        self.sent.append((topic, value))
        return types.SimpleNamespace(get=lambda timeout: None)


@pytest.mark.parametrize(("path", "topic"), [("", "impressions"), ("/shown", "shown")])
def test_kafka_gets_a_message_for_each_page(runtime, monkeypatch, path, topic):
    driver = types.SimpleNamespace(
        KafkaProducer=Producer, errors=types.SimpleNamespace(KafkaError=OSError)
    )
    monkeypatch.setitem(sys.modules, "kafka", driver)
    changed = runtime.model_copy(update={"trace_sink": f"kafka://a:9092,b:9092{path}"})
    recording.init(changed)

    recording.expose("7", 5, [17283, 14668])
    recording.flush()
    recording.close()

    ((sent_to, message),) = Producer.sent
    assert sent_to == topic
    assert orjson.loads(message) | {"at": 0} == {
        "at": 0,
        "subject": "7",
        "channel": 5,
        "algorithm": "fallback",
        "articles": [17283, 14668],
    }
