"""A real Elasticsearch follows what happens to articles: the tests of the embedded engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from common import search
from common.search import Kind
from common.search.analysis import synonyms
from common.search.elastic import ElasticEngine
from common.search.elastic.rebuilding import ElasticRebuild
from common.services.search import rebuilding
from common.settings import Settings
from tests.search.test_following import (
    found,
    publish,
    ready,
    test_a_comparison_brings_back_what_was_removed_a_moment_ago,
    test_a_comparison_mends_what_is_missing_stale_or_too_much,
    test_a_correction_and_the_marked_terms_reach_readers,
    test_a_new_index_has_what_is_there_in_spite_of_its_removal,
    test_a_relay_that_was_stopped_does_not_bring_a_banned_article_back,
    test_an_index_is_made_by_itself_where_there_is_none,
    test_drafts_are_found_by_their_author_and_banned_ones_by_nobody,
    test_every_sort_is_answered,
    test_imported_articles_are_found_by_readers_and_by_their_author,
    test_what_happens_while_an_index_is_made_is_in_it,
    test_what_is_published_is_found_and_what_is_withdrawn_is_not,
    test_what_is_read_more_is_refreshed_and_no_drift,
    test_what_waits_in_the_outbox_is_no_drift,
    test_what_was_found_by_the_rest_of_a_phrase_is_marked,
)
from tests.search.test_putting_back import (
    heal,
    test_a_removal_that_never_was_does_not_stand_in_the_way,
    test_an_index_is_made_once_and_not_because_the_outbox_is_empty,
    test_what_happens_afterwards_is_followed,
)
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.feeding import withdraw

__all__ = [
    "heal",
    "ready",
    "test_a_comparison_brings_back_what_was_removed_a_moment_ago",
    "test_a_comparison_mends_what_is_missing_stale_or_too_much",
    "test_a_correction_and_the_marked_terms_reach_readers",
    "test_a_new_index_has_what_is_there_in_spite_of_its_removal",
    "test_a_relay_that_was_stopped_does_not_bring_a_banned_article_back",
    "test_a_removal_that_never_was_does_not_stand_in_the_way",
    "test_an_index_is_made_by_itself_where_there_is_none",
    "test_an_index_is_made_once_and_not_because_the_outbox_is_empty",
    "test_drafts_are_found_by_their_author_and_banned_ones_by_nobody",
    "test_every_sort_is_answered",
    "test_imported_articles_are_found_by_readers_and_by_their_author",
    "test_what_happens_afterwards_is_followed",
    "test_what_happens_while_an_index_is_made_is_in_it",
    "test_what_is_published_is_found_and_what_is_withdrawn_is_not",
    "test_what_is_read_more_is_refreshed_and_no_drift",
    "test_what_waits_in_the_outbox_is_no_drift",
    "test_what_was_found_by_the_rest_of_a_phrase_is_marked",
]

SLACK_SECONDS = 2.5  # a machine that is busy with other tests
SYNC_SECONDS = 2.0  # in which a withdrawn title leaves suggestions, by contract


@pytest.fixture
def settings(elasticsearch_settings: Settings) -> Settings:
    """Search on a real Elasticsearch."""
    return elasticsearch_settings


@pytest.fixture
def runtime(runtime: Settings, patient_engine: Callable[[], ElasticEngine]) -> Settings:
    """With an engine that waits for a busy machine."""
    search.use(patient_engine())
    return runtime


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + SLACK_SECONDS


def suggested(client, phrase):
    answer = client.get("/v1_0/suggestion", query_string={"q": phrase})
    assert answer.status_code == 200
    return answer.json["data"]["options"]


def test_a_withdrawn_title_is_suggested_no_more(ready, anonymous):
    gone = publish("夜跑地图")
    relay_everything()
    before = suggested(anonymous, "夜跑")

    with within(SYNC_SECONDS):
        withdraw(gone)
        relay_everything()
        after = suggested(anonymous, "夜跑")

    assert (before, after) == (["夜跑地图"], [])


def test_what_a_process_of_another_analyser_brings_at_the_last_moment_is_in_the_new_index(
    ready, tmp_path, monkeypatch
):
    """The new index is searched, and the old one not yet removed."""
    own = tmp_path / "synonyms.txt"
    own.write_text("夜跑 晚跑\n")
    discard = ElasticRebuild.discard_former
    published = []

    def meanwhile(made):
        synonyms.load()
        published.append(publish("夜跑"))
        relay_everything()
        assert found("夜跑") == published
        synonyms.load(own)
        discard(made)

    monkeypatch.setattr(ElasticRebuild, "discard_former", meanwhile)
    synonyms.load(own)
    try:
        rebuilding.rebuild(kinds=[Kind.PUBLIC])
        in_the_new_one = found("夜跑")
    finally:
        synonyms.load()

    assert in_the_new_one == published
