"""The relay: everything once, in order, whatever fails on the way (contract/jobs.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from common.errors import DependencyUnavailable
from common.extensions.db import db, transaction
from common.models import RevokedToken
from common.services.outbox import claims
from common.services.outbox import relay as relaying
from common.services.outbox.claims import CLAIM_TIME, MAX_ATTEMPTS
from common.services.outbox.effects import StoredEffect
from common.services.outbox.relay import LONGEST_PAUSE, Relay
from common.utils import clock
from tests.support.processes.relays import TOPIC, open_rows, projection, row, write

LONG = timedelta(minutes=6)  # longer than any back-off


class Recorder:
    """Takes effects; the numbers in ``bad`` fail, and everything does while ``is_away``."""

    def __init__(self) -> None:
        self.delivered: list[int] = []
        self.calls: list[list[int]] = []
        self.bad: set[int] = set()
        self.is_away = False

    def deliver(self, effects: Sequence[StoredEffect]) -> None:
        numbers = [effect.payload["n"] for effect in effects]
        self.calls.append(numbers)
        if self.is_away:
            raise DependencyUnavailable("elsewhere")
        if self.bad & set(numbers):
            raise ValueError("bad effect")
        self.delivered += numbers


@pytest.fixture
def recorder(runtime) -> Recorder:
    return Recorder()


@pytest.fixture
def recorded(recorder):
    return projection(recorder.deliver)


@pytest.fixture
def relay(recorded) -> Relay:
    return Relay({TOPIC: recorded})


def test_effects_are_delivered_together_in_the_order_of_their_events(relay, recorded, recorder):
    ids = write(recorded, ("a", 1), ("b", 2), ("a", 3))

    dealt_with = relay.run_once()

    assert (dealt_with, recorder.calls) == (3, [[1, 2, 3]])
    assert all(row(id_).done_at is not None for id_ in ids)
    assert relay.run_once() == 0


def test_a_row_that_the_inline_path_tries_is_left_to_it_for_a_second(runtime, recorder):
    inline = projection(recorder.deliver, inline=True)
    relay = Relay({TOPIC: inline})
    with time_machine.travel(clock.utc_now(), tick=False) as time:
        write(inline, ("a", 1))
        at_once = relay.run_once()
        time.shift(timedelta(seconds=1.1))
        later = relay.run_once()

    assert (at_once, later, recorder.delivered) == (0, 1, [1])


def test_a_bad_effect_fails_alone(relay, recorded, recorder):
    recorder.bad = {2}
    write(recorded, ("a", 1), ("b", 2), ("c", 3))

    relay.run_once()

    assert recorder.delivered == [1, 3]
    assert open_rows() == 1


def test_later_effects_of_a_failed_ones_key_wait_for_it(relay, recorded, recorder):
    recorder.bad = {1}
    write(recorded, ("a", 1), ("b", 2), ("a", 3))
    relay.run_once()
    relay.run_once()
    before = list(recorder.delivered)

    recorder.bad = set()
    with time_machine.travel(clock.utc_now() + LONG):
        relay.run_once()

    assert (before, recorder.delivered) == ([2], [2, 1, 3])


def test_a_failed_effect_waits_twice_as_long_each_time_but_never_over_five_minutes(
    relay, recorded, recorder
):
    recorder.bad = {1}
    (id_,) = write(recorded, ("a", 1))
    waits = []
    with time_machine.travel(clock.utc_now(), tick=False) as traveller:
        for _ in range(12):
            relay.run_once()
            waits.append(row(id_).available_at - clock.now_precise())
            traveller.shift(waits[-1] + timedelta(milliseconds=1))

    assert timedelta(seconds=0.7) < waits[0] <= timedelta(seconds=1)
    assert timedelta(seconds=2.9) < waits[2] <= timedelta(seconds=4)
    assert timedelta(minutes=3.7) < max(waits) <= timedelta(minutes=5)


def test_after_twenty_attempts_an_effect_is_parked_and_its_key_goes_on(relay, recorded, recorder):
    recorder.bad = {1}
    first, second = write(recorded, ("a", 1), ("a", 2))
    dead = relaying.DEAD.labels(TOPIC)._value.get()
    with time_machine.travel(clock.utc_now(), tick=False) as traveller:
        for _ in range(MAX_ATTEMPTS):
            assert recorder.delivered == []
            relay.run_once()
            traveller.shift(LONG)
        relay.run_once()

    parked = row(first)
    assert parked.dead_at is not None
    assert (parked.attempts, parked.last_error) == (MAX_ATTEMPTS, "ValueError: bad effect")
    assert recorder.delivered == [2]
    assert row(second).done_at is not None
    assert relaying.DEAD.labels(TOPIC)._value.get() == dead + 1


@pytest.mark.parametrize("payload", ["{broken", "[1]", "null", '"text"'])
def test_a_payload_nobody_can_read_fails_alone(relay, recorded, recorder, payload):
    broken, _ = write(recorded, ("a", 1), ("b", 2))
    with transaction() as session:
        session.execute(
            text("UPDATE outbox SET payload = :payload WHERE id = :id"),
            {"payload": payload, "id": broken},
        )

    relay.run_once()

    assert recorder.delivered == [2]
    assert open_rows() == 1


def test_an_outage_burns_no_attempts_and_one_row_asks_again(recorded, recorder):
    seconds = [0.0]
    relay = Relay({TOPIC: recorded}, now=lambda: seconds[0])
    recorder.is_away = True
    ids = write(recorded, *[(f"key {n}", n) for n in range(30)])
    with time_machine.travel(clock.utc_now(), tick=False):
        for _ in range(5):
            relay.run_once()
    during = (len(recorder.calls), max(row(id_).attempts for id_ in ids))

    recorder.is_away = False
    seconds[0] += LONGEST_PAUSE.total_seconds()
    for _ in range(3):
        relay.run_once()

    assert during == (1, 0)
    assert recorder.calls[1] == [0]
    assert recorder.delivered == list(range(30))
    assert open_rows() == 0


def test_a_topic_that_is_away_does_not_hold_up_the_others(runtime, recorder):
    away = Recorder()
    away.is_away = True
    here, there = projection(recorder.deliver), projection(away.deliver, topic="there")
    write(there, ("a", 1))
    write(here, ("a", 2))

    Relay({"there": there, TOPIC: here}).run_once()

    assert recorder.delivered == [2]


def test_rows_of_a_relay_that_died_are_delivered_by_another(relay, recorded, recorder):
    write(recorded, ("a", 1), ("b", 2))
    claimed = [each.id for rows in claims.claims(TOPIC, 500) for each in rows]
    meanwhile = relay.run_once()

    with time_machine.travel(clock.utc_now() + CLAIM_TIME):
        relay.run_once()

    assert (len(claimed), meanwhile, recorder.delivered) == (2, 0, [1, 2])


def test_what_a_dead_relay_holds_is_waited_for_by_its_key_only(relay, recorded, recorder):
    write(recorded, ("a", 1))
    assert len(next(claims.claims(TOPIC, 500))) == 1
    write(recorded, ("a", 2), ("b", 3))

    relay.run_once()

    assert recorder.delivered == [3]


def test_a_row_that_seems_to_kill_relays_is_tried_alone(relay, recorded, recorder):
    ids = write(recorded, ("a", 1), ("b", 2), ("c", 3))
    with transaction() as session:
        session.execute(
            text("UPDATE outbox SET attempts = 2 WHERE id IN (:a, :b)"),
            {"a": ids[0], "b": ids[1]},
        )

    relay.run_once()
    relay.run_once()

    assert recorder.calls == [[3], [1], [2]]


def test_a_row_whose_every_claim_ran_out_is_parked_unseen(relay, recorded, recorder):
    (id_,) = write(recorded, ("a", 1))
    with transaction() as session:
        session.execute(text("UPDATE outbox SET attempts = :n"), {"n": MAX_ATTEMPTS})

    relay.run_once()

    assert recorder.calls == []
    assert row(id_).dead_at is not None


def test_secrets_are_erased_when_done_and_when_given_up(runtime, recorder):
    erasing = projection(recorder.deliver, erases=True)
    recorder.bad = {2}
    done, dead = write(erasing, ("a", 1), ("b", 2))
    relay = Relay({TOPIC: erasing})
    with time_machine.travel(clock.utc_now(), tick=False) as traveller:
        for _ in range(MAX_ATTEMPTS):
            relay.run_once()
            traveller.shift(LONG)

    assert row(done).payload == {}
    assert (row(dead).dead_at is not None, row(dead).payload) == (True, {})


def test_sql_effects_and_their_marks_are_one_transaction(runtime):
    def deliver(effects: Sequence[StoredEffect]) -> None:
        for effect in effects:
            db.session.add(RevokedToken(jti=str(effect.id), expires_at=clock.now()))
            db.session.flush()
            if effect.payload["n"] == 2:
                raise ValueError("after writing")

    storing = projection(deliver, in_transaction=True)
    first, second = write(storing, ("a", 1), ("b", 2))

    Relay({TOPIC: storing}).run_once()

    assert [token.jti for token in db.session.query(RevokedToken)] == [str(first)]
    assert row(second).done_at is None
