"""Ids: where the bits are, and that no clock can make the generator repeat itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from common.utils.snowflake import (
    COMPACT,
    TWITTER,
    ClockMovedBack,
    Layout,
    LeaseExpired,
    Snowflake,
)

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
LAYOUTS = pytest.mark.parametrize("layout", [COMPACT, TWITTER], ids=["compact", "twitter"])


class FakeClock:
    """A clock that moves only when told, or while somebody sleeps."""

    def __init__(self, ms: int = NOON) -> None:
        self.ms = ms
        self.slept_ms = 0

    def __call__(self) -> int:
        return self.ms

    def sleep(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)
        self.slept_ms += round(seconds * 1000)


def generator(layout: Layout, clock: FakeClock, **options: int) -> Snowflake:
    options.setdefault("worker_id", 1)
    return Snowflake(layout, now_ms=clock, sleep=clock.sleep, **options)


def test_a_compact_id_is_seconds_worker_sequence():
    ids = generator(COMPACT, FakeClock(), worker_id=63).new_ids(3)

    seconds = (NOON - 1_767_225_600_000) // 1000
    assert ids == [seconds << 19 | 63 << 13 | sequence for sequence in range(3)]


def test_a_twitter_id_is_milliseconds_datacenter_worker_sequence():
    ids = generator(TWITTER, FakeClock(), worker_id=17, datacenter_id=31).new_ids(2)

    milliseconds = NOON - 1_288_834_974_657
    assert ids == [milliseconds << 22 | 31 << 17 | 17 << 12 | sequence for sequence in range(2)]


def test_a_compact_id_never_has_more_than_15_digits():
    last = COMPACT.compose((1 << 30) - 1, COMPACT.node(0, 63), COMPACT.sequences - 1)

    assert last == (1 << 49) - 1
    assert len(str(last)) == 15


def test_a_twitter_id_fits_a_signed_64_bit_column():
    last = TWITTER.compose((1 << 41) - 1, TWITTER.node(31, 31), TWITTER.sequences - 1)

    assert last == (1 << 63) - 1


@pytest.mark.parametrize(
    ("layout", "datacenter_id", "worker_id"),
    [(COMPACT, 0, 64), (COMPACT, 1, 0), (COMPACT, 0, -1), (TWITTER, 32, 0), (TWITTER, 0, 32)],
)
def test_a_worker_that_the_layout_cannot_hold_is_refused(
    layout: Layout, datacenter_id: int, worker_id: int
):
    with pytest.raises(ValueError, match="out of range"):
        Snowflake(layout, worker_id=worker_id, datacenter_id=datacenter_id)


@LAYOUTS
def test_an_id_tells_when_it_was_issued(layout: Layout):
    id_ = generator(layout, FakeClock()).new_id()

    assert layout.created_at(id_) == datetime(2026, 3, 1, 12, tzinfo=UTC)


@LAYOUTS
def test_ids_sort_by_time(layout: Layout):
    clock = FakeClock()
    ids = generator(layout, clock)

    earlier = ids.new_id()
    clock.ms += 1000
    later = ids.new_id()

    assert later > earlier


@LAYOUTS
def test_an_overflowing_unit_goes_on_in_the_next_one(layout: Layout):
    clock = FakeClock()

    ids = generator(layout, clock).new_ids(layout.sequences + 2)

    assert ids == sorted(set(ids))
    assert layout.created_at(ids[-1]).timestamp() * 1000 == pytest.approx(NOON + layout.unit_ms)
    assert clock.slept_ms == 0


@LAYOUTS
def test_after_an_overflow_the_real_next_unit_is_continued_not_restarted(layout: Layout):
    clock = FakeClock()
    ids = generator(layout, clock)

    burst = ids.new_ids(layout.sequences + 2)
    clock.ms += layout.unit_ms
    following = ids.new_ids(layout.sequences)

    assert following[0] == burst[-1] + 1
    assert len(set(burst + following)) == len(burst) + len(following)


def test_a_burst_may_run_ahead_five_seconds_and_then_waits_for_the_clock():
    clock = FakeClock()

    ids = generator(COMPACT, clock).new_ids(10 * COMPACT.sequences)

    assert len(set(ids)) == 10 * COMPACT.sequences
    assert ids == sorted(ids)
    assert 4_000 <= clock.slept_ms <= 4_050  # present second, five ahead: four were missing


def test_a_burst_on_a_clock_that_stands_still_ends_in_an_error():
    standing = Snowflake(COMPACT, worker_id=1, now_ms=FakeClock(), sleep=lambda _seconds: None)

    with pytest.raises(ClockMovedBack):
        standing.new_ids(10 * COMPACT.sequences)


@LAYOUTS
def test_a_small_step_back_is_bridged(layout: Layout):
    clock = FakeClock()
    ids = generator(layout, clock)
    before = ids.new_ids(3)

    clock.ms -= 5_000
    during = ids.new_ids(layout.sequences + 3)
    clock.ms += 6_000
    after = ids.new_ids(3)

    everything = before + during + after
    assert everything == sorted(set(everything))
    assert ids.ready


@LAYOUTS
def test_a_large_step_back_makes_the_generator_refuse_until_the_clock_has_caught_up(
    layout: Layout,
):
    clock = FakeClock()
    ids = generator(layout, clock)
    before = ids.new_id()

    clock.ms -= 5_001
    with pytest.raises(ClockMovedBack):
        ids.new_id()
    assert not ids.ready

    clock.ms += 1
    assert ids.ready
    assert ids.new_id() > before


@LAYOUTS
def test_many_small_steps_back_do_not_add_up_unnoticed(layout: Layout):
    clock = FakeClock()
    ids = generator(layout, clock)
    ids.new_id()

    clock.ms -= 4_000
    ids.new_id()
    clock.ms -= 4_000

    with pytest.raises(ClockMovedBack):
        ids.new_id()


def test_a_clock_that_was_never_set_issues_nothing():
    with pytest.raises(ClockMovedBack):
        generator(COMPACT, FakeClock(ms=0)).new_id()


def test_the_generator_stops_when_the_time_bits_are_used_up():
    end = COMPACT.start_of(1 << COMPACT.time_bits)

    with pytest.raises(OverflowError):
        generator(COMPACT, FakeClock(ms=end)).new_id()


@LAYOUTS
def test_a_successor_starts_after_all_ids_of_the_former_holder(layout: Layout):
    clock = FakeClock()
    former = generator(layout, clock)
    used = former.new_ids(2 * layout.sequences + 5)  # ahead of the clock

    successor = generator(layout, clock, start_after_ms=former.retire())
    fresh = successor.new_ids(5)

    assert min(fresh) > max(used)


@LAYOUTS
def test_no_id_lies_beyond_the_ceiling(layout: Layout):
    clock = FakeClock()
    ceiling = NOON + 2 * layout.unit_ms
    ids = generator(layout, clock, ceiling_ms=ceiling)

    with pytest.raises(LeaseExpired):
        ids.new_ids(4 * layout.sequences)

    assert layout.unit_of(ids.last_ms) <= layout.unit_of(ceiling)
    assert layout.unit_of(ids.last_ms + 1) > layout.unit_of(ceiling)


def test_a_clock_that_jumped_ahead_by_mistake_may_be_set_right_again():
    clock = FakeClock()
    ids = generator(COMPACT, clock, ceiling_ms=NOON + 60_000)
    before = ids.new_id()

    clock.ms += 3_600_000
    with pytest.raises(LeaseExpired):
        ids.new_id()
    assert not ids.ready
    clock.ms = NOON + 1_000

    assert ids.new_id() > before


def test_extending_the_ceiling_lets_the_generator_go_on():
    clock = FakeClock()
    ids = generator(COMPACT, clock, ceiling_ms=NOON + 60_000)

    clock.ms += 61_000
    ids.extend(NOON + 120_000)

    assert ids.ready
    assert COMPACT.created_at(ids.new_id()).timestamp() * 1000 == NOON + 61_000


def test_a_retired_generator_stays_retired():
    ids = generator(COMPACT, FakeClock())
    ids.new_id()

    last_ms = ids.retire()
    ids.extend(NOON + 3_600_000)

    assert last_ms == NOON + 999  # the whole second counts as used
    assert not ids.ready
    with pytest.raises(LeaseExpired):
        ids.new_id()


@LAYOUTS
def test_threads_share_one_generator_without_duplicates_and_each_sees_increasing_ids(
    layout: Layout,
):
    clock = FakeClock()
    ids = generator(layout, clock)
    streams: list[list[int]] = [[] for _ in range(8)]

    def draw(stream: list[int]) -> None:
        for _ in range(300):
            stream.append(ids.new_id())
            stream.extend(ids.new_ids(3))

    threads = [threading.Thread(target=draw, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(stream == sorted(stream) for stream in streams)
    assert len({id_ for stream in streams for id_ in stream}) == 8 * 300 * 4
