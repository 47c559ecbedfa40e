"""Reports, comments, hidings, pictures and words as operators decide about them, on MariaDB.

The tests of the door itself, repeated: what they say is the same, what locks and compares is not.
"""

from __future__ import annotations

import pytest

from common.settings import Settings
from tests.mis.conftest import admin, article_id
from tests.mis.information.test_comment_undoing import (
    test_a_batch_is_taken_back_as_far_as_nobody_touched_it_since,
    test_an_approval_taken_back_takes_what_was_answered_since,
)
from tests.mis.information.test_comments import (
    test_a_comment_that_is_let_through_shows_with_the_answer,
    test_comments_are_found_by_what_is_known_of_them,
    test_of_two_who_decide_at_once_one_does,
    test_one_that_is_refused_goes_with_the_replies_below_it,
    test_readers_and_operators_who_delete_at_once_are_counted_once,
    test_what_cannot_be_decided_is_named_and_the_rest_is_done,
    test_who_decides_what_is_decided_is_told_by_whom_and_when,
)
from tests.mis.information.test_materials import (
    test_a_picture_is_gone_with_its_thumbnails_whatever_shows_it,
    test_a_profile_picture_is_replaced_by_the_default_one,
    test_a_refused_picture_does_not_come_back_until_it_is_deleted,
)
from tests.mis.information.test_reports import (
    test_a_storm_is_decided_in_as_many_statements_as_one_report,
    test_a_storm_of_reports_is_one_entry,
)
from tests.mis.recommending.test_sensitive_words import (
    test_a_word_is_listed_looked_for_edited_and_forgotten,
)
from tests.mis.user.test_hidings import (
    test_articles_and_comments_since_then_vanish_and_come_back_together,
    test_as_many_statements_hide_many_comments_as_few,
    test_what_is_reported_is_banned_with_the_decision_and_comes_back,
    user_id,
)

__all__ = [
    "admin",
    "article_id",
    "test_a_batch_is_taken_back_as_far_as_nobody_touched_it_since",
    "test_a_comment_that_is_let_through_shows_with_the_answer",
    "test_a_picture_is_gone_with_its_thumbnails_whatever_shows_it",
    "test_a_profile_picture_is_replaced_by_the_default_one",
    "test_a_refused_picture_does_not_come_back_until_it_is_deleted",
    "test_a_storm_is_decided_in_as_many_statements_as_one_report",
    "test_a_storm_of_reports_is_one_entry",
    "test_a_word_is_listed_looked_for_edited_and_forgotten",
    "test_an_approval_taken_back_takes_what_was_answered_since",
    "test_articles_and_comments_since_then_vanish_and_come_back_together",
    "test_as_many_statements_hide_many_comments_as_few",
    "test_comments_are_found_by_what_is_known_of_them",
    "test_of_two_who_decide_at_once_one_does",
    "test_one_that_is_refused_goes_with_the_replies_below_it",
    "test_readers_and_operators_who_delete_at_once_are_counted_once",
    "test_what_cannot_be_decided_is_named_and_the_rest_is_done",
    "test_what_is_reported_is_banned_with_the_decision_and_comes_back",
    "test_who_decides_what_is_decided_is_told_by_whom_and_when",
    "user_id",
]


@pytest.fixture
def runtime(on_mariadb: Settings) -> Settings:
    """What every test here is bound to."""
    return on_mariadb
