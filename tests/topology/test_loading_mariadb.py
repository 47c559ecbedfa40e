"""Demo and import repeated on MariaDB: other inserts, other locks, other comparisons of names."""

from __future__ import annotations

import pytest

from common.settings import Settings
from tests.common.services.importing.test_articles import (
    test_an_author_is_never_a_reader_who_has_the_same_name,
    test_an_item_twice_in_one_source_is_imported_once,
    test_publication_times_are_unique_however_crowded_the_moment_is,
    test_what_came_before_a_break_is_imported_and_the_next_run_goes_on,
)
from tests.common.services.importing.test_rivalry import (
    test_different_sources_of_one_moment_one_channel_and_one_author_share_them,
    test_the_same_source_twice_at_once_gives_each_article_once,
)
from tests.common.services.seeding.test_base import (
    test_an_account_exists_once,
    test_what_operators_changed_stays_and_what_is_missing_returns,
)
from tests.scripts.demo.test_loading_again import (
    load,
    test_a_load_that_was_interrupted_is_completed,
    test_a_second_load_changes_nothing,
    test_people_and_channels_that_were_there_first_keep_their_places,
    test_what_people_changed_stays_changed,
    texts,
)

__all__ = [
    "load",
    "test_a_load_that_was_interrupted_is_completed",
    "test_a_second_load_changes_nothing",
    "test_an_account_exists_once",
    "test_an_author_is_never_a_reader_who_has_the_same_name",
    "test_an_item_twice_in_one_source_is_imported_once",
    "test_different_sources_of_one_moment_one_channel_and_one_author_share_them",
    "test_people_and_channels_that_were_there_first_keep_their_places",
    "test_publication_times_are_unique_however_crowded_the_moment_is",
    "test_the_same_source_twice_at_once_gives_each_article_once",
    "test_what_came_before_a_break_is_imported_and_the_next_run_goes_on",
    "test_what_operators_changed_stays_and_what_is_missing_returns",
    "test_what_people_changed_stays_changed",
    "texts",
]


@pytest.fixture
def runtime(on_mariadb: Settings) -> Settings:
    """What every test here is bound to."""
    return on_mariadb


@pytest.fixture(autouse=True)
def _bound(runtime: Settings) -> None:
    """Tests that name no fixture use the database too."""
