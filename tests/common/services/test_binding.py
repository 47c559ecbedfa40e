"""One list says what each kind of process is told, and what it gives back."""

from __future__ import annotations

import pytest

from common.extensions.db import init_db
from common.extensions.redis import init_redis
from common.services import binding
from common.services.binding import Process
from common.services.outbox import marks
from common.services.reading import views


@pytest.mark.parametrize("process", list(Process))
def test_any_kind_of_process_can_be_bound_and_unbound_twice(runtime, process):
    for _ in range(2):
        binding.bind(runtime, process)
        binding.unbind()


def test_workers_need_no_database():
    told = [part for part in binding.PARTS if Process.WORKER in part.used_by]

    assert init_db not in [part.bind for part in told]
    assert init_redis in [part.bind for part in told]


def test_what_waits_is_delivered_before_connections_are_given_back():
    given_back = [part.unbind for part in reversed(binding.PARTS)]

    assert given_back.index(marks.flush) < given_back.index(binding._close_db)
    assert given_back.index(views.close) < given_back.index(binding._close_redis)
