"""An older file of SQL is put back, and the search index knows of more (docs/operations.md)."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text

from common.extensions.db import transaction
from common.models import OutboxEvent
from common.services.search import comparing, rebuilding
from tests.search.test_following import come_back_in_silence, found, publish, ready
from tests.support.harness.outbox import relay_due
from tests.support.scenarios.feeding import withdraw

__all__ = ["ready"]


@pytest.fixture(params=[rebuilding.prepare, rebuilding.rebuild], ids=["by itself", "by hand"])
def heal(request):
    """What makes the index anew."""
    return request.param


def purge():
    """What was delivered long ago goes."""
    with transaction() as session:
        session.execute(delete(OutboxEvent))


def put_back():
    """Ids are given once more, from the first one on."""
    purge()
    with transaction() as session:
        session.execute(text("DELETE FROM sqlite_sequence WHERE name = 'outbox'"))


def test_what_happens_afterwards_is_followed(ready, heal):
    first, second, third = (publish("夜跑") for _ in range(3))
    relay_due()
    put_back()
    withdraw(first)
    relay_due()

    healed = heal()
    at_once = found("夜跑")
    withdraw(second)
    fresh = publish("夜跑")
    relay_due()

    assert healed.rows_changed == 4  # two articles in either index
    assert sorted(at_once) == [second, third]
    assert sorted(found("夜跑")) == [third, fresh]
    assert comparing.compare().rows_changed == 0


def test_a_removal_that_never_was_does_not_stand_in_the_way(ready, heal):
    article_id = publish("夜跑")
    withdraw(article_id)
    relay_due()
    put_back()
    come_back_in_silence(article_id)

    heal()
    at_once = found("夜跑")
    withdraw(article_id)
    relay_due()

    assert at_once == [article_id]
    assert found("夜跑") == []


def test_an_index_is_made_once_and_not_because_the_outbox_is_empty(ready):
    publish("夜跑")
    relay_due()
    purge()
    quiet = rebuilding.prepare()
    put_back()

    first, second = rebuilding.prepare(), rebuilding.prepare()

    assert [each.rows_changed for each in (quiet, first, second)] == [0, 2, 0]
