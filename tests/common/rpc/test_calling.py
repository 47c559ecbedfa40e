"""Calls to real gRPC servers: sound ones, dead ones, silent ones, and those of another contract."""

from __future__ import annotations

import os
import time
from typing import Any

import grpc
import pytest

from common.errors import DependencyUnavailable
from common.rpc.calling import MAX_MESSAGE_BYTES, Method, Remote
from common.rpc.recommend.recommend_pb2 import Track, User
from common.utils.observing import request_id
from tests.support.harness.waiting import eventually
from tests.support.servers.grpc_servers import black_hole, serving
from tests.support.servers.servers import free_ports

PATH = "/UserRecommend/user_recommend"
TRACK = Track(exposure="e", time_stamp=9).SerializeToString()
SECONDS = 5.0  # for what is expected to answer


@pytest.fixture
def remote():
    made = Remote("recommend")
    yield made
    made.close()


@pytest.fixture
def method(remote):
    return Method(remote, PATH, Track)


def answering(answer, calls=None):
    """A handler that answers so; notes what it is asked."""

    def handle(request, context):
        if calls is not None:
            calls.append((request, dict(context.invocation_metadata())))
        return answer

    return {PATH: handle}


def failing(code, calls, answers=()):
    """Fails with ``code`` as often as there are no ``answers`` left."""
    waiting = list(answers)

    def handle(request, context):
        calls.append(request)
        if len(calls) <= len(waiting) or not waiting:
            context.abort(code, "not now")
        return TRACK

    return {PATH: handle}


def refusal(method, *, seconds=SECONDS):
    """Why it was not answered."""
    with pytest.raises(DependencyUnavailable) as refused:
        method(User(user_id="7"), seconds=seconds)
    return refused.value.because


def test_a_call_is_answered_and_carries_the_id_of_the_request(remote, method):
    calls: list[Any] = []
    with serving(answering(TRACK, calls)) as address:
        remote.bind(address)
        request_id.begin("story-1")
        track = method(User(user_id="7", channel_id=3), seconds=SECONDS)

    ((request, metadata),) = calls
    assert (track.exposure, track.time_stamp) == ("e", 9)
    assert User.FromString(request) == User(user_id="7", channel_id=3)
    assert metadata["x-request-id"] == "story-1"


def test_nothing_is_connected_before_the_first_call_and_one_channel_is_kept(remote, method):
    with serving(answering(TRACK)) as address:
        remote.bind(address)
        assert remote._channel is None
        method(User(), seconds=SECONDS)
        first = remote.channel()
        method(User(), seconds=SECONDS)

        assert remote.channel() is first


def test_a_forked_child_does_not_use_its_parents_channel(remote):
    remote.bind("127.0.0.1:1")
    ours = remote.channel()
    child = os.fork()
    if child == 0:
        os._exit(0 if remote._channel is None else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert remote.channel() is ours


def test_a_server_that_never_answers_costs_the_deadline(remote, method):
    with black_hole() as address:
        remote.bind(address)
        took = []
        for _ in range(3):  # the least of them says what it is without the machine
            started = time.monotonic()
            assert refusal(method, seconds=0.2) == "deadline_exceeded"
            took.append(time.monotonic() - started)

    assert min(took) < 2


def test_nobody_there_is_a_refusal_at_once(remote, method):
    remote.bind(f"127.0.0.1:{free_ports(1)[0]}")

    assert refusal(method) == "unavailable"


def test_unavailable_is_tried_once_more(remote, method):
    calls: list[Any] = []
    with serving(failing(grpc.StatusCode.UNAVAILABLE, calls, answers=[TRACK])) as address:
        remote.bind(address)
        track = method(User(), seconds=SECONDS)

    assert (track.exposure, len(calls)) == ("e", 2)


@pytest.mark.parametrize(
    ("code", "tries"),
    [
        (grpc.StatusCode.UNAVAILABLE, 2),
        (grpc.StatusCode.INTERNAL, 1),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, 1),
        (grpc.StatusCode.UNIMPLEMENTED, 1),
    ],
)
def test_other_failures_are_not_and_no_failure_twice(remote, method, code, tries):
    calls: list[Any] = []
    with serving(failing(code, calls)) as address:
        remote.bind(address)
        because = refusal(method)

    assert (because, len(calls)) == (code.name.lower(), tries)


def test_a_service_that_keeps_failing_is_left_alone(remote, method):
    calls: list[Any] = []
    with serving(failing(grpc.StatusCode.INTERNAL, calls)) as address:
        remote.bind(address)
        reasons = [refusal(method) for _ in range(8)]

    assert len(calls) == 5
    assert reasons[5:] == ["it failed a moment ago"] * 3


def test_another_address_begins_without_a_grudge(remote, method):
    with serving(failing(grpc.StatusCode.INTERNAL, [])) as bad, serving(answering(TRACK)) as good:
        remote.bind(bad)
        for _ in range(6):
            refusal(method)
        remote.bind(good)

        assert method(User(), seconds=SECONDS).exposure == "e"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        # ArticleResponse {exposure=1, time_stamp=2, recommends=3} of two forks
        (b"\x0a\x01e\x10\x09\x1a\x02\x08\x05", "field 2 (Track.recommends) is sent as varint"),
        # RecoResponse {articles=1, pre_time_stamp=2} of a third
        (b"\x0a\x02\x08\x05\x10\x09", "field 2 (Track.recommends) is sent as varint"),
        # a member of a member: param1.params as a number
        (b"\x12\x04\x08\x05\x10\x07", "field 2 (param1.params) is sent as varint"),
        (b"\x1a\x01e", "field 3 (Track.time_stamp) is sent as length-delimited"),
        (b"\x0a\x7fe", "Track cannot be read: is it another message?"),
        (b"\x0a\x02\xff\xfe", "Track cannot be read: is it another message?"),
    ],
)
def test_answers_of_another_contract_are_refused_and_named(remote, method, answer, problem):
    with serving(answering(answer)) as address:
        remote.bind(address)

        assert refusal(method) == problem


def test_a_mismatch_is_one_clear_line_of_the_log(remote, method, capsys):
    with serving(answering(b"\x10\x09")) as address:
        remote.bind(address)
        for _ in range(3):
            refusal(method)

    lines = [line for line in capsys.readouterr().out.splitlines() if "rpc_wire_mismatch" in line]
    assert len(lines) == 1
    assert "Track.recommends" in lines[0]
    assert address in lines[0]


def test_fields_that_came_later_are_none_of_our_business(remote, method):
    later = TRACK + b"\xa0\x3f\x01" + b"\xaa\x3f\x01x"  # 1012, a number; 1013, a text
    with serving(answering(later)) as address:
        remote.bind(address)

        assert method(User(), seconds=SECONDS).exposure == "e"


def test_more_than_a_mebibyte_is_not_taken(remote, method):
    huge = Track(exposure="x" * MAX_MESSAGE_BYTES).SerializeToString()
    with serving(answering(huge)) as address:
        remote.bind(address)

        assert refusal(method) == "resource_exhausted"


def test_a_server_that_was_away_is_used_again(remote, method):
    port = free_ports(1)[0]
    remote.bind(f"127.0.0.1:{port}")
    refusal(method)

    def ask() -> Track | None:
        try:
            return method(User(), seconds=1.0)
        except DependencyUnavailable:
            return None

    with serving(answering(TRACK), port=port):
        track = eventually(ask, what="an answer of the server that is back", seconds=20)

    assert track.exposure == "e"
