"""scripts/manage events: who reacts to what, for people and for programs."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from common.services.outbox.dispatch import all_events
from scripts.managing.__main__ import app


@pytest.fixture
def say(monkeypatch, tmp_path):
    """What the command says, where there is no installation."""
    monkeypatch.chdir(tmp_path)

    def call(*options: str) -> str:
        answer = CliRunner().invoke(app, ["events", *options])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    return call


def test_a_program_learns_which_functions_an_event_calls_and_for_what(say):
    found = json.loads(say("--json"))

    assert list(found) == [event.__name__ for event in all_events()]
    assert found["AttitudeChanged"] == {
        "cache.invalidate": ["attitudes.drop_own_attitudes"],
        "counter.apply": ["attitudes.count_likes_and_dislikes"],
        "notify": ["attitudes.tell_author"],
    }


def test_who_asks_sees_all_nouns_that_react_to_an_event(say):
    found = json.loads(say("--json"))

    assert found["UserFrozen"]["cache.invalidate"] == [
        "accounts.drop_account",
        "articles.drop_shelf",
    ]


def test_people_see_a_table_with_each_event_once(say):
    lines = say().splitlines()

    assert lines[0].split() == ["event", "topic", "functions"]
    (row,) = (line for line in lines if line.startswith("AttitudeChanged"))
    assert row.split() == ["AttitudeChanged", "cache.invalidate", "attitudes.drop_own_attitudes"]
    assert {line.split()[0] for line in lines[1:] if line[0] != " "} == {
        event.__name__ for event in all_events()
    }
