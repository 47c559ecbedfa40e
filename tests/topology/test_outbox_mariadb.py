"""Outbox, relay, counters and jobs repeated on MariaDB, where rows are locked one by one."""

from __future__ import annotations

import pytest

from common.settings import Settings
from tests.common.services.articles.test_scheduled import test_two_schedulers_publish_it_once
from tests.common.services.counters.test_rebuilding import (
    test_a_pending_effect_that_sql_knows_is_not_counted_twice,
    test_every_counter_is_what_sql_says,
    test_no_change_is_lost_or_doubled_while_writers_go_on,
)
from tests.common.services.jobs.test_leadership import (
    test_a_job_of_a_former_leader_writes_nothing_more,
    test_of_many_who_ask_at_once_one_leads,
)
from tests.common.services.jobs.test_runs import (
    test_of_many_who_start_a_run_at_once_one_does,
)
from tests.common.services.outbox.test_adding import (
    test_killing_processes_anywhere_loses_and_doubles_nothing,
    test_what_was_done_inline_is_marked_soon_and_never_done_again,
)
from tests.common.services.outbox.test_many_relays import (
    test_two_relay_processes_deliver_each_effect_once_and_each_key_in_order,
)
from tests.common.services.outbox.test_relay import (
    recorded,
    recorder,
    relay,
    test_after_twenty_attempts_an_effect_is_parked_and_its_key_goes_on,
    test_later_effects_of_a_failed_ones_key_wait_for_it,
    test_rows_of_a_relay_that_died_are_delivered_by_another,
    test_sql_effects_and_their_marks_are_one_transaction,
)

__all__ = [
    "recorded",
    "recorder",
    "relay",
    "test_a_job_of_a_former_leader_writes_nothing_more",
    "test_a_pending_effect_that_sql_knows_is_not_counted_twice",
    "test_after_twenty_attempts_an_effect_is_parked_and_its_key_goes_on",
    "test_every_counter_is_what_sql_says",
    "test_killing_processes_anywhere_loses_and_doubles_nothing",
    "test_later_effects_of_a_failed_ones_key_wait_for_it",
    "test_no_change_is_lost_or_doubled_while_writers_go_on",
    "test_of_many_who_ask_at_once_one_leads",
    "test_of_many_who_start_a_run_at_once_one_does",
    "test_rows_of_a_relay_that_died_are_delivered_by_another",
    "test_sql_effects_and_their_marks_are_one_transaction",
    "test_two_relay_processes_deliver_each_effect_once_and_each_key_in_order",
    "test_two_schedulers_publish_it_once",
    "test_what_was_done_inline_is_marked_soon_and_never_done_again",
]


@pytest.fixture
def runtime(on_mariadb: Settings) -> Settings:
    """What every test here is bound to."""
    return on_mariadb
