"""Who looks after the file of a database, and for how long."""

from __future__ import annotations

import threading

from common.extensions.db import engine
from tests.support.harness.runtime import bound
from tests.support.harness.waiting import eventually


def _watchers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "sql-files"]


def test_a_process_that_has_let_go_of_its_database_looks_after_it_no_more(stores):
    stores.reset()
    with bound(stores.settings()):
        straggler = engine()
        straggler.connect().close()
        assert len(_watchers()) == 1

    straggler.connect().close()  # a thread that had not heard of the end
    straggler.dispose()
    eventually(lambda: not _watchers(), what="the end of the watch")

    straggler.connect().close()
    assert _watchers() == []
    straggler.dispose()


def test_who_binds_another_database_looks_after_that_one_alone(stores):
    stores.reset()
    with bound(stores.settings()):
        former = engine()
        former.connect().close()
        with bound(stores.settings()):
            engine().connect().close()
            former.connect().close()

            eventually(lambda: len(_watchers()) == 1, what="one watch")
        former.dispose()
