"""Which answer proves which notification."""

from __future__ import annotations

from im.engine.receipts import Receipts


def test_an_answer_proves_what_was_written_before_its_ping():
    receipts = Receipts()
    receipts.write([1, 2])
    receipts.ping()
    receipts.write([3])

    assert receipts.pong() == [1, 2]
    assert receipts.are_due
    receipts.ping()
    assert receipts.pong() == [3]
    assert not receipts.are_due


def test_the_answer_to_an_earlier_ping_proves_nothing():
    receipts = Receipts()
    receipts.ping()  # as one is sent every 25 seconds
    receipts.write([1])
    receipts.ping()

    assert receipts.pong() == []
    assert receipts.pong() == [1]


def test_an_answer_that_nobody_asked_for_proves_nothing():
    receipts = Receipts()
    for _ in range(3):
        assert receipts.pong() == []
    receipts.write([1])
    assert receipts.pong() == []
    receipts.ping()

    assert receipts.pong() == [1]


def test_one_question_is_open_at_a_time():
    receipts = Receipts()
    receipts.write([1])
    receipts.ping()
    receipts.write([2])

    assert not receipts.are_due


def test_who_polls_again_has_got_everything_whatever_he_was_asked():
    receipts = Receipts()
    receipts.write([1])
    receipts.ping()
    receipts.write([2])

    assert receipts.all() == [1, 2]
    assert receipts.pong() == receipts.all() == []
