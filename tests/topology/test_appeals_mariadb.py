"""What authors object to as operators answer it, on a real MariaDB.

The tests of the door itself, repeated; beside test_reviewing_mariadb.py, as their article is
another one.
"""

from __future__ import annotations

from tests.mis.conftest import admin
from tests.mis.review.conftest import channel_id, colleague
from tests.mis.review.test_appeals import (
    article_id,
    test_a_deletion_that_was_undone_is_no_other_decision,
    test_a_text_that_nobody_has_reviewed_does_not_appear_by_an_objection,
    test_an_objection_that_is_upheld_lifts_the_decision,
    test_it_is_answered_once,
    test_one_that_is_dismissed_leaves_the_article_alone,
    test_operators_read_what_authors_object_to,
    test_what_its_author_sent_again_is_decided_by_itself,
)
from tests.topology.test_reviewing_mariadb import runtime

__all__ = [
    "admin",
    "article_id",
    "channel_id",
    "colleague",
    "runtime",
    "test_a_deletion_that_was_undone_is_no_other_decision",
    "test_a_text_that_nobody_has_reviewed_does_not_appear_by_an_objection",
    "test_an_objection_that_is_upheld_lifts_the_decision",
    "test_it_is_answered_once",
    "test_one_that_is_dismissed_leaves_the_article_alone",
    "test_operators_read_what_authors_object_to",
    "test_what_its_author_sent_again_is_decided_by_itself",
]
