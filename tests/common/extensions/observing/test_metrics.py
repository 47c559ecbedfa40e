"""What a scrape shows is what requests cost, to the last one."""

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from common.extensions.observing import metrics
from common.utils.background import memories
from common.utils.observing.access_log import FinishedRequest
from tests.factories import ArticleFactory

LONGEST = metrics.LATENCY_BUCKETS_SECONDS[-1]
DURATIONS = [0.0, 0.001, 0.002, 0.0021, 0.005, 0.16, 0.1600001, LONGEST, LONGEST + 1, 99.0]


def count(*figures):
    metrics.count_request(FinishedRequest._make((*figures, "127.0.0.1", "r-1", 0.0)))


def samples(exposition, **labels):
    """Values by name and bucket of the series with these labels."""
    return {
        (sample.name, sample.labels.get("le")): sample.value
        for family in text_string_to_metric_families(exposition.decode())
        for sample in family.samples
        if labels.items() <= sample.labels.items() and not sample.name.endswith("_created")
    }


def test_durations_are_counted_as_the_library_counts_them():
    registry = CollectorRegistry()
    expected = Histogram(
        "toutiao_request_seconds",
        "As the library does it.",
        ("door",),
        buckets=metrics.LATENCY_BUCKETS_SECONDS,
        registry=registry,
    ).labels("durations")

    for seconds in DURATIONS:
        count("durations", "GET", "/", "200", seconds, 0, 0)
        expected.observe(seconds)

    found = samples(metrics.exposition(), door="durations")
    assert found == samples(generate_latest(registry), door="durations")


def test_round_trips_are_added_up():
    count("trips", "GET", "/", "200", 0.1, 2, 0)
    count("trips", "GET", "/", "200", 0.1, 1, 3)

    found = samples(metrics.exposition(), door="trips")
    assert found["toutiao_request_sql_total", None] == 3
    assert found["toutiao_request_stages_total", None] == 3


@pytest.mark.parametrize(
    ("method", "route", "labels"),
    [
        ("BREW", "/", {"method": "OTHER", "route": "/"}),
        ("GET", None, {"method": "GET", "route": "unmatched"}),
    ],
)
def test_what_callers_invent_makes_no_series_of_its_own(method, route, labels):
    count("inventions", method, route, "404", 0.1, 0, 0)

    found = samples(metrics.exposition(), door="inventions", **labels)
    assert found["toutiao_request_seconds_count", None] == 1


def test_memories_of_the_process_are_shown_by_name_and_fullness(reader):
    article = ArticleFactory(published=True)
    assert reader.get(f"/v1_0/articles/{article.article_id}").status_code == 200

    sizes = {
        line.partition('memory="')[2].partition('"')[0]: float(line.rpartition(" ")[2])
        for line in reader.get(
            "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}
        ).text.splitlines()
        if line.startswith("toutiao_memory_entries{")
    }

    assert sizes.keys() == memories.sizes().keys()
    assert sizes["verified_tokens"] >= 1
