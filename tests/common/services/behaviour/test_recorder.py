"""Behaviour is written in the background; what cannot be is kept for a while, then counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prometheus_client import REGISTRY
from sqlalchemy import text

from common.extensions.db import db, engine
from common.services.behaviour import recorder as behaviour_recorder
from common.services.behaviour import recording as behaviour
from common.utils.constants import BehaviourKind
from tests.support.harness.waiting import eventually
from tests.support.scenarios.recorded import events, lines


def dropped(sink: str) -> float:
    return REGISTRY.get_sample_value("toutiao_behaviour_dropped_total", {"sink": sink}) or 0.0


def test_everything_is_written_without_being_asked_to(recording):
    behaviour.expose("7", 5, [17283])

    eventually(recording.exists)


def test_a_file_that_cannot_be_written_keeps_lines_and_loses_no_event(recording):
    recording.parent.mkdir()
    recording.mkdir()
    behaviour.expose("7", 5, [17283])

    assert len(events()) == 1
    recording.rmdir()
    assert len(lines(recording)) == 1


def test_lines_beyond_the_buffer_are_dropped_and_counted(recording, monkeypatch):
    monkeypatch.setattr(behaviour_recorder, "MAX_LINE_BYTES", 400)
    recording.parent.mkdir()
    recording.mkdir()
    before = dropped("trace")
    for _ in range(5):
        behaviour.expose("7", 5, [17283])
    behaviour.flush()

    recording.rmdir()

    assert (len(lines(recording)), dropped("trace") - before) == (2, 3)


def test_events_wait_while_sql_is_away(recording):
    path = Path(engine().url.database)
    db.session.remove()
    engine().dispose()
    path.rename(path.with_suffix(".gone"))
    path.mkdir()
    behaviour.expose("7", 5, [17283])
    behaviour.flush()

    path.rmdir()
    path.with_suffix(".gone").rename(path)

    assert len(events()) == 1


def test_events_that_sql_refuses_are_dropped_and_counted(recording):
    db.session.execute(text("ALTER TABLE behaviour_event RENAME TO elsewhere"))
    db.session.commit()
    before = dropped("sql")
    behaviour.expose("7", 5, [17283, 14668])
    behaviour.flush()
    db.session.execute(text("ALTER TABLE elsewhere RENAME TO behaviour_event"))
    db.session.commit()

    assert (events(), dropped("sql") - before) == ([], 2)


def test_too_many_events_at_once_are_dropped_and_counted(recording):
    recorder = behaviour._recorder
    before = dropped("inbox")
    with recorder._working:  # the thread cannot take any away
        for _ in range(2 * behaviour_recorder.MAX_EVENTS + 10):
            behaviour.record(BehaviourKind.LOGIN, subject="7", ip=None)

    assert dropped("inbox") > before


_FORK = """
import os, sys
from common.extensions import db
from common.services.behaviour import recording as behaviour
from common.utils.crypto import sealing
from tests.support.processes.id_streams import settings
configured = settings(sys.argv[1]).model_copy(update={"trace_sink": "off"})
sealing.init("any")
db.init_db(configured)
behaviour.init(configured)
with behaviour._recorder._working:  # no fork is safe while a thread is in the middle of SQL
    behaviour.expose("7", 5, [1])
    child = os.fork()
if child:
    os.wait()
else:
    db.init_db(configured)
    behaviour.expose("7", 5, [2])
behaviour.flush()
"""


def test_a_forked_child_writes_its_own_events_only(recording):
    data_dir = recording.parent.parent
    subprocess.run([sys.executable, "-c", _FORK, str(data_dir)], check=True, timeout=60)

    assert sorted(line["param"]["articleId"] for line in lines(recording)) == ["[1]", "[2]"]
    assert sorted(event.article_id for event in events()) == [1, 2]
