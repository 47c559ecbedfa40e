"""The cost meter: what is counted, for whom, and when."""

from __future__ import annotations

import threading

from common.utils.observing import metering


def test_a_measurement_counts_what_happens_inside_it_and_nothing_else():
    metering.count_sql()

    with metering.measure() as cost:
        metering.count_sql()
        metering.count_sql()
        metering.count_stage("cache")
    metering.count_sql()
    metering.count_stage("cache")

    assert (cost.sql, cost.stages) == (2, 1)


def test_stages_are_told_apart_by_edge():
    with metering.measure() as cost:
        metering.count_stage("cache")
        metering.count_stage("store")
        metering.count_stage("cache")

    assert cost.stages == 3
    assert cost.stages_by_edge == {"cache": 2, "store": 1}


def test_stages_that_run_side_by_side_count_as_one():
    with metering.measure() as cost:
        metering.count_stage("store")
        with metering.overlapping():
            metering.count_stage("cache")
        metering.count_stage("cache")

    assert cost.stages == 2
    assert cost.stages_by_edge == {"cache": 2, "store": 1}


def test_only_the_first_of_several_stages_fits_beside_another_one():
    with metering.measure() as cost:
        metering.count_stage("store")
        with metering.overlapping():
            metering.count_stage("cache")
            metering.count_stage("cache")
        with metering.overlapping():
            pass

    assert cost.stages == 2


def test_a_measurement_can_be_read_while_it_runs():
    with metering.measure() as cost:
        metering.count_sql()
        so_far = cost.sql
        metering.count_sql()

    assert so_far == 1
    assert cost.sql == 2


def test_measurements_nest():
    with metering.measure() as outer:
        metering.count_sql()
        with metering.measure() as inner:
            metering.count_sql()
            metering.count_stage("cache")
        metering.count_stage("store")

    assert (inner.sql, inner.stages) == (1, 1)
    assert (outer.sql, outer.stages) == (2, 2)


def test_the_figures_stay_after_work_that_failed():
    try:
        with metering.measure() as cost:
            metering.count_sql()
            raise ValueError("the work failed")
    except ValueError:
        metering.count_sql()

    assert cost.sql == 1


def test_other_threads_do_not_disturb_a_measurement():
    with metering.measure() as cost:
        other = threading.Thread(target=metering.count_sql)
        other.start()
        other.join()

    assert cost.sql == 0
