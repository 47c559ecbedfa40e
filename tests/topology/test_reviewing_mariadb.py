"""Reviews and claims as operators decide about them, on a real MariaDB.

The tests of the door itself, repeated: what they say is the same, what locks and compares is not.
"""

from __future__ import annotations

import pytest

from common.settings import Settings
from tests.mis.conftest import admin
from tests.mis.review.conftest import channel_id, colleague
from tests.mis.review.test_batches import (
    test_claims_keep_two_reviewers_apart,
    test_ten_thousand_decisions_and_their_undoing_are_few_statements_and_little_memory,
    test_two_reviewers_who_race_decide_nothing_twice_and_leave_nothing,
)
from tests.mis.review.test_claims import (
    article_id,
    test_a_ban_waits_for_nobody,
    test_a_claim_goes_after_ten_minutes,
    test_a_claim_goes_with_its_release_and_is_given_up_by_its_holder_only,
    test_a_claim_goes_with_the_decision,
    test_a_claim_is_shown_and_hides_nothing,
    test_of_two_who_claim_at_once_one_has_it,
    test_only_what_waits_and_is_free_is_claimed,
    test_what_somebody_else_has_claimed_is_not_decided_about,
    test_what_was_edited_since_it_was_claimed_is_left_alone_until_it_is_claimed_again,
)
from tests.mis.review.test_decisions import (
    test_a_decision_is_written_down_with_what_changed,
    test_figures_of_authors_follow,
    test_many_that_appear_together_have_times_of_their_own_and_none_is_to_come,
    test_of_two_who_approve_at_once_one_does,
    test_one_in_a_wrong_state_refuses_all_and_the_first_of_them_is_named,
    test_readers_see_it_with_the_next_request_and_no_more_after_a_ban,
    test_what_is_to_appear_later_leaves_the_queue_and_waits_for_the_clock,
    test_what_its_author_edited_since_it_was_seen_is_left_alone_and_named,
)
from tests.mis.review.test_queue import (
    test_a_live_queue_asks_for_what_changed,
    test_filters_are_literal_and_in_any_case,
    test_pages_from_either_end_meet_and_each_costs_two_statements,
    test_what_waits_is_listed_the_oldest_first_edits_of_live_ones_among_it,
)
from tests.mis.review.test_statistics import (
    frozen,
    test_percentiles_shares_and_who_decided,
    test_they_cost_a_handful_of_statements_however_many_there_are,
)
from tests.mis.review.test_undoing import (
    test_a_batch_is_taken_back_once,
    test_an_article_is_what_it_was_before,
    test_history_and_log_tell_both,
    test_only_what_is_still_as_the_batch_left_it_returns,
    test_what_readers_do_meanwhile_is_in_the_figures_of_what_comes_back,
)

__all__ = [
    "admin",
    "article_id",
    "channel_id",
    "colleague",
    "frozen",
    "test_a_ban_waits_for_nobody",
    "test_a_batch_is_taken_back_once",
    "test_a_claim_goes_after_ten_minutes",
    "test_a_claim_goes_with_its_release_and_is_given_up_by_its_holder_only",
    "test_a_claim_goes_with_the_decision",
    "test_a_claim_is_shown_and_hides_nothing",
    "test_a_decision_is_written_down_with_what_changed",
    "test_a_live_queue_asks_for_what_changed",
    "test_an_article_is_what_it_was_before",
    "test_claims_keep_two_reviewers_apart",
    "test_figures_of_authors_follow",
    "test_filters_are_literal_and_in_any_case",
    "test_history_and_log_tell_both",
    "test_many_that_appear_together_have_times_of_their_own_and_none_is_to_come",
    "test_of_two_who_approve_at_once_one_does",
    "test_of_two_who_claim_at_once_one_has_it",
    "test_one_in_a_wrong_state_refuses_all_and_the_first_of_them_is_named",
    "test_only_what_is_still_as_the_batch_left_it_returns",
    "test_only_what_waits_and_is_free_is_claimed",
    "test_pages_from_either_end_meet_and_each_costs_two_statements",
    "test_percentiles_shares_and_who_decided",
    "test_readers_see_it_with_the_next_request_and_no_more_after_a_ban",
    "test_ten_thousand_decisions_and_their_undoing_are_few_statements_and_little_memory",
    "test_they_cost_a_handful_of_statements_however_many_there_are",
    "test_two_reviewers_who_race_decide_nothing_twice_and_leave_nothing",
    "test_what_is_to_appear_later_leaves_the_queue_and_waits_for_the_clock",
    "test_what_its_author_edited_since_it_was_seen_is_left_alone_and_named",
    "test_what_readers_do_meanwhile_is_in_the_figures_of_what_comes_back",
    "test_what_somebody_else_has_claimed_is_not_decided_about",
    "test_what_waits_is_listed_the_oldest_first_edits_of_live_ones_among_it",
    "test_what_was_edited_since_it_was_claimed_is_left_alone_until_it_is_claimed_again",
]


@pytest.fixture
def runtime(on_mariadb: Settings) -> Settings:
    """What every test here is bound to."""
    return on_mariadb
