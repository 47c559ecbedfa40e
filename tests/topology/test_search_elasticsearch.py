"""What every search engine does, done by real Elasticsearch servers (contract/search.md §3).

The tests of the embedded engine itself, repeated; and what only a cluster can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine

from common.errors import Conflict, DependencyUnavailable
from common.search import SearchEngine
from common.search.analysis import synonyms
from common.search.elastic import Access, ElasticEngine, writing
from common.search.interface import Kind
from common.utils import clock
from tests.search.conftest import document, emptied, find, put
from tests.search.test_finding import (
    test_a_blend_lifts_what_is_fresh_and_read_but_passes_no_much_better_hit,
    test_a_page_far_beyond_all_hits_has_their_total,
    test_an_explanation_says_what_each_term_contributes,
    test_equals_come_newest_first_page_by_page_with_the_exact_total,
    test_filters_hold_for_hits_and_totals,
    test_literal_hits_come_before_other_spellings_and_never_among_them,
    test_names_and_numbers_are_found_in_texts_and_nothing_else_with_them,
    test_odd_phrases_are_answered,
    test_one_wrong_word_of_two_is_corrected,
    test_own_articles_are_found_by_their_author_alone,
    test_pinyin_never_widens_results,
    test_scores_are_those_of_plain_bm25,
    test_texts_are_found_without_their_markup,
    test_time_orders_hits_of_all_spellings,
    test_titles_are_found_however_they_are_asked_for,
    test_what_is_stored_is_listed_by_id,
    test_what_nothing_has_is_corrected_and_what_something_has_is_not,
    test_who_asks_for_a_word_finds_what_has_its_synonym_behind,
)
from tests.search.test_rebuilding import (
    test_an_index_of_another_analyser_is_not_searched,
    test_an_index_that_is_not_finished_is_thrown_away,
    test_nobody_finds_nothing_while_an_index_is_made_again_and_again,
    test_only_one_makes_an_index_at_a_time,
    test_what_changes_meanwhile_is_brought_by_the_last_step,
)
from tests.search.test_relevance import (
    test_known_headlines_are_found_by_two_words_of_their_middle,
    test_misspelt_sentences_find_the_right_one,
    test_the_demo_is_searched_as_we_judge,
)
from tests.search.test_suggesting import (
    suggest,
    test_a_long_beginning_that_goes_on_otherwise_is_none,
    test_a_removed_title_is_suggested_no_more,
    test_own_articles_are_not_suggested,
    test_the_most_read_come_first_then_the_newest_and_no_more_than_asked_for,
    test_titles_are_completed_by_characters_pinyin_and_initials,
    test_what_begins_like_nothing_is_corrected_once,
)
from tests.search.test_versions import (
    test_a_removed_article_is_not_brought_back_by_who_comes_late,
    test_an_older_document_does_not_replace_a_newer_one,
    test_an_older_removal_does_not_remove_a_newer_document,
    test_removals_are_remembered_by_version,
    test_the_same_version_may_come_twice,
    test_the_two_indexes_know_nothing_of_each_other,
    test_what_is_removed_from_the_old_index_only_is_removed_from_the_new_one,
    test_what_is_removed_while_an_index_is_made_stays_removed,
    test_what_is_there_in_spite_of_its_removal_is_in_a_new_index,
    test_who_is_published_again_comes_back,
)
from tests.support.harness.waiting import eventually
from tests.support.servers.elasticsearch import ElasticServer

__all__ = [
    "find",
    "put",
    "suggest",
    "test_a_blend_lifts_what_is_fresh_and_read_but_passes_no_much_better_hit",
    "test_a_long_beginning_that_goes_on_otherwise_is_none",
    "test_a_page_far_beyond_all_hits_has_their_total",
    "test_a_removed_article_is_not_brought_back_by_who_comes_late",
    "test_a_removed_title_is_suggested_no_more",
    "test_an_explanation_says_what_each_term_contributes",
    "test_an_index_of_another_analyser_is_not_searched",
    "test_an_index_that_is_not_finished_is_thrown_away",
    "test_an_older_document_does_not_replace_a_newer_one",
    "test_an_older_removal_does_not_remove_a_newer_document",
    "test_equals_come_newest_first_page_by_page_with_the_exact_total",
    "test_filters_hold_for_hits_and_totals",
    "test_known_headlines_are_found_by_two_words_of_their_middle",
    "test_literal_hits_come_before_other_spellings_and_never_among_them",
    "test_misspelt_sentences_find_the_right_one",
    "test_names_and_numbers_are_found_in_texts_and_nothing_else_with_them",
    "test_nobody_finds_nothing_while_an_index_is_made_again_and_again",
    "test_odd_phrases_are_answered",
    "test_one_wrong_word_of_two_is_corrected",
    "test_only_one_makes_an_index_at_a_time",
    "test_own_articles_are_found_by_their_author_alone",
    "test_own_articles_are_not_suggested",
    "test_pinyin_never_widens_results",
    "test_removals_are_remembered_by_version",
    "test_scores_are_those_of_plain_bm25",
    "test_texts_are_found_without_their_markup",
    "test_the_demo_is_searched_as_we_judge",
    "test_the_most_read_come_first_then_the_newest_and_no_more_than_asked_for",
    "test_the_same_version_may_come_twice",
    "test_the_two_indexes_know_nothing_of_each_other",
    "test_time_orders_hits_of_all_spellings",
    "test_titles_are_completed_by_characters_pinyin_and_initials",
    "test_titles_are_found_however_they_are_asked_for",
    "test_what_begins_like_nothing_is_corrected_once",
    "test_what_changes_meanwhile_is_brought_by_the_last_step",
    "test_what_is_removed_from_the_old_index_only_is_removed_from_the_new_one",
    "test_what_is_removed_while_an_index_is_made_stays_removed",
    "test_what_is_stored_is_listed_by_id",
    "test_what_is_there_in_spite_of_its_removal_is_in_a_new_index",
    "test_what_nothing_has_is_corrected_and_what_something_has_is_not",
    "test_who_asks_for_a_word_finds_what_has_its_synonym_behind",
    "test_who_is_published_again_comes_back",
]


@pytest.fixture
def engine(patient_engine: Callable[[], ElasticEngine]) -> Iterator[SearchEngine]:
    """The engine on an empty server, with two empty indexes."""
    with emptied(patient_engine()) as made:
        yield made


@pytest.fixture
def indexes(elasticsearch: ElasticServer) -> Callable[[], list[str]]:
    """``indexes()``: the names of all that the server keeps of articles."""

    def names() -> list[str]:
        with elasticsearch.client() as client:
            return sorted(client.indices.get_alias(index="articles*"))

    return names


def test_what_is_written_while_an_index_is_made_is_in_both(engine, find):
    engine.index([document(1, "夜跑"), document(2, "夜跑")])

    with engine.rebuild(Kind.PUBLIC) as made:
        made.add([document(1, "夜跑", version=0), document(2, "夜跑", version=0)])
        made.apply([], {})
        engine.index([document(3, "夜跑", version=5)])
        engine.delete({1: 6})
        before = find("夜跑")
        made.switch(lambda: engine.index([document(4, "夜跑", version=7)]))

    assert before == [3, 2]
    assert find("夜跑") == [4, 3, 2]


@pytest.mark.parametrize("is_told", [False, True])
def test_who_writes_while_the_index_is_replaced_writes_into_the_new_one(
    engine, find, monkeypatch, is_told
):
    """He looked up the old one; before his document is there, the other is searched."""
    bulk = writing.bulk
    waiting: list[Callable[[], object]] = []

    def overtaken(*arguments, **options):
        while waiting:
            waiting.pop()()
        bulk(*arguments, **options)

    monkeypatch.setattr(writing, "bulk", overtaken)
    with engine.rebuild(Kind.PUBLIC) as made:
        if is_told:
            made.apply([], {})
        waiting.append(lambda: made.switch(lambda: None))
        engine.index([document(1, "夜跑", version=5)])

    assert waiting == []
    assert find("夜跑") == [1]


def test_what_was_removed_long_ago_is_forgotten_by_a_comparison(engine, find):
    engine.index([document(1, "夜跑", version=5)])
    engine.delete({1: 8})
    list(engine.stored(Kind.PUBLIC, after=0, upto=None))
    engine.index([document(1, "夜跑", version=0)])
    too_soon = find("夜跑")

    with time_machine.travel(clock.utc_now() + timedelta(hours=25), tick=True):
        kept = list(engine.stored(Kind.PUBLIC, after=0, upto=None))

    def mended():
        engine.index([document(1, "夜跑", version=0)])
        return find("夜跑") == [1]

    assert (too_soon, kept) == ([], [])
    eventually(mended, what="it is mended")  # the server forgets with its next refresh


def test_the_lease_of_who_died_while_he_made_an_index_is_taken_over(engine, find, indexes):
    engine.index([document(1, "夜跑")])
    dead = engine.rebuild(Kind.PUBLIC)
    unfinished = dead.__enter__()

    with (
        time_machine.travel(clock.utc_now() + timedelta(minutes=5), tick=True),
        engine.rebuild(Kind.PUBLIC) as made,
    ):
        made.add([document(2, "夜跑", version=0)])
        made.switch(lambda: None)
        with pytest.raises(Conflict):
            unfinished.switch(lambda: None)

    dead.__exit__(None, None, None)
    assert find("夜跑") == [2]
    assert unfinished.name not in indexes()


def test_who_lost_his_lease_removes_nothing_any_more(engine, find, indexes):
    engine.index([document(1, "夜跑")])
    late = engine.rebuild(Kind.PUBLIC)
    late.__enter__().switch(lambda: None)

    with time_machine.travel(clock.utc_now() + timedelta(minutes=5), tick=True):
        with engine.rebuild(Kind.PUBLIC) as made:
            made.add([document(2, "夜跑", version=0)])
            made.switch(lambda: None)
        with pytest.raises(Conflict):
            late.__exit__(None, None, None)

    assert find("夜跑") == [2]


def test_indexes_of_others_with_names_like_ours_are_left_alone(engine, elasticsearch, indexes):
    with elasticsearch.client() as client:
        client.indices.create(index="articles-of-others")

    with engine.rebuild(Kind.PUBLIC) as made:
        made.switch(lambda: None)

    assert "articles-of-others" in indexes()


def test_a_change_is_given_back_by_whoever_has_no_index(engine, find, tmp_path):
    engine.index([document(1, "夜跑", version=5)])
    own = tmp_path / "synonyms.txt"
    own.write_text("夜跑 晚跑\n")

    synonyms.load(own)
    try:
        with pytest.raises(DependencyUnavailable):
            engine.delete({1: 8})
    finally:
        synonyms.load()
    still = find("夜跑")
    engine.delete({1: 8})

    assert (still, find("夜跑")) == ([1], [])


def test_what_was_removed_under_one_analyser_stays_removed_in_the_index_of_another(
    engine, find, elasticsearch, tmp_path
):
    engine.index([document(id_, "夜跑", version=5) for id_ in (1, 2, 3)])
    engine.delete({1: 8})
    with elasticsearch.client() as client:  # what is searched where nothing was ever removed
        client.indices.create(index="articles-2.aaaaaa-1111111111111111111")
        client.indices.put_alias(index="articles-2.aaaaaa-*", name="articles-2.aaaaaa")
    own = tmp_path / "synonyms.txt"
    own.write_text("夜跑 晚跑\n")

    synonyms.load(own)
    try:
        with engine.rebuild(Kind.PUBLIC) as made:
            made.add([document(2, "夜跑", version=0), document(3, "夜跑", version=0)])
            made.apply([], {3: 9})
            made.switch(lambda: None)
        engine.index([document(1, "夜跑", version=5)])  # by a relay that slept
        found = find("夜跑")
    finally:
        synonyms.load()

    assert found == [2]


@pytest.mark.parametrize("wrong", ["password", "authority"])
def test_who_is_not_known_or_not_vouched_for_is_away(elasticsearch, wrong):
    url = elasticsearch.url.replace("//", "//un") if wrong == "password" else elasticsearch.url
    ca_file = elasticsearch.ca_file if wrong == "password" else None

    with pytest.raises(DependencyUnavailable):
        ElasticEngine(Access((url,), ca_file=ca_file)).is_ready(Kind.PUBLIC)
