"""Which answer proves which notification."""

from __future__ import annotations

from im.engine.receipts import MOST, Receipts


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


def test_of_frames_the_one_that_repeats_what_the_last_ping_said_is_its_answer():
    receipts = Receipts()
    receipts.write([1])
    first = receipts.ping()
    for unasked in (b"", b"x", first + b" ", b"0"):
        assert receipts.echo(unasked) == []
    assert receipts.echo(first) == [1]

    receipts.write([2])
    second = receipts.ping()
    receipts.write([3])

    assert receipts.echo(first) == []
    assert receipts.echo(second) == [2]
    assert receipts.echo(second) == []


def test_a_ping_of_the_client_proves_what_was_written_before_the_answer_to_his_last_one():
    receipts = Receipts()
    receipts.write([1])
    assert receipts.client_pinged() == []
    receipts.write([2])

    assert receipts.client_pinged() == [1]
    assert receipts.client_pinged() == [2]
    assert receipts.client_pinged() == []


def test_what_one_way_has_proven_the_other_does_not_prove_again():
    receipts = Receipts()
    receipts.write([1, 2])
    mark = receipts.ping()
    receipts.client_pinged()
    receipts.write([3])
    assert receipts.echo(mark) == [1, 2]
    assert receipts.client_pinged() == []

    assert receipts.are_due
    mark = receipts.ping()
    receipts.write([4])
    assert receipts.client_pinged() == [3]
    assert receipts.echo(mark) == []
    assert receipts.client_pinged() == [4]


def test_who_confirms_nothing_is_remembered_no_more_than_a_user_keeps():
    receipts = Receipts()
    receipts.write([1])
    receipts.ping()
    for number in range(2, MOST + 3):
        receipts.write([number])

    assert receipts.pong() == []  # what it was about is forgotten
    assert receipts.are_due
    receipts.ping()
    assert receipts.pong() == list(range(3, MOST + 3))


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
