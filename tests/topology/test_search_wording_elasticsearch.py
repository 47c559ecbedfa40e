"""Words and suggestions on a real Elasticsearch: the tests of the embedded engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from common.search import SearchEngine
from common.search.elastic import ElasticEngine
from tests.search.conftest import emptied, find, put
from tests.search.test_suggesting import (
    suggest,
    test_a_title_is_completed_however_many_begin_alike,
    test_a_title_that_ends_before_the_phrase_does_is_no_completion_of_it,
    test_a_title_with_more_signs_than_letters_is_completed_letter_by_letter,
    test_names_with_a_sign_that_no_dictionary_has_are_completed,
    test_signs_within_a_title_do_not_end_its_suggestion,
    test_the_sign_of_a_name_tells_it_from_others,
)
from tests.search.test_wording import (
    ask,
    test_a_blend_passes_no_hit_of_a_better_tier,
    test_a_word_is_corrected_to_words_alone,
    test_a_wrong_character_is_corrected_beside_one_that_stands_beside_everything,
    test_filters_do_not_bring_up_the_rest,
    test_if_nothing_has_what_tells_what_has_the_rest_is_found,
    test_of_what_sounds_the_same_words_come_first,
    test_one_wrong_character_among_known_ones_is_corrected,
    test_other_spellings_count_beside_what_is_there_as_it_was_typed,
    test_synonyms_are_found_in_other_spellings_too,
    test_the_rest_is_found_within_a_channel,
    test_what_a_text_has_word_for_word_is_not_corrected,
    test_what_an_author_asks_of_his_own_depends_on_nobody_else,
    test_what_is_found_by_a_correction_is_explained_by_it,
    test_what_is_older_than_1970_is_as_old_as_that,
    test_what_nobody_sees_parts_no_word,
    test_what_only_a_withdrawn_article_had_is_corrected,
    test_what_something_has_in_another_spelling_is_not_corrected,
    test_what_texts_are_not_asked_for_is_no_mistake,
    test_who_has_all_words_comes_before_who_has_one_of_them_twice,
    test_words_with_a_character_that_stands_beside_everything_are_asked_for,
)

__all__ = [
    "ask",
    "find",
    "put",
    "suggest",
    "test_a_blend_passes_no_hit_of_a_better_tier",
    "test_a_title_is_completed_however_many_begin_alike",
    "test_a_title_that_ends_before_the_phrase_does_is_no_completion_of_it",
    "test_a_title_with_more_signs_than_letters_is_completed_letter_by_letter",
    "test_a_word_is_corrected_to_words_alone",
    "test_a_wrong_character_is_corrected_beside_one_that_stands_beside_everything",
    "test_filters_do_not_bring_up_the_rest",
    "test_if_nothing_has_what_tells_what_has_the_rest_is_found",
    "test_names_with_a_sign_that_no_dictionary_has_are_completed",
    "test_of_what_sounds_the_same_words_come_first",
    "test_one_wrong_character_among_known_ones_is_corrected",
    "test_other_spellings_count_beside_what_is_there_as_it_was_typed",
    "test_signs_within_a_title_do_not_end_its_suggestion",
    "test_synonyms_are_found_in_other_spellings_too",
    "test_the_rest_is_found_within_a_channel",
    "test_the_sign_of_a_name_tells_it_from_others",
    "test_what_a_text_has_word_for_word_is_not_corrected",
    "test_what_an_author_asks_of_his_own_depends_on_nobody_else",
    "test_what_is_found_by_a_correction_is_explained_by_it",
    "test_what_is_older_than_1970_is_as_old_as_that",
    "test_what_nobody_sees_parts_no_word",
    "test_what_only_a_withdrawn_article_had_is_corrected",
    "test_what_something_has_in_another_spelling_is_not_corrected",
    "test_what_texts_are_not_asked_for_is_no_mistake",
    "test_who_has_all_words_comes_before_who_has_one_of_them_twice",
    "test_words_with_a_character_that_stands_beside_everything_are_asked_for",
]


@pytest.fixture
def engine(patient_engine: Callable[[], ElasticEngine]) -> Iterator[SearchEngine]:
    """The engine on an empty server, with two empty indexes."""
    with emptied(patient_engine()) as made:
        yield made
