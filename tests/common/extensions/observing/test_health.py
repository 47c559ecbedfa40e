"""Whether the process lives and can serve, and who may know the details."""

import threading

import pytest
from werkzeug.test import Client

from common.errors import DependencyUnavailable
from common.extensions.observing.health import Check, Readiness, health_app, store_checks
from tests.support.harness.waiting import eventually


def client_of(settings, *checks):
    return Client(health_app(settings, checks))


def works():
    return True


def fails():
    raise ConnectionError("10.0.0.7:3306 refused")


OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}
INSIDE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.mark.parametrize(
    ("checks", "status", "body"),
    [
        ([], 200, {"message": "OK", "status": "ok", "checks": {}}),
        (
            [Check("sql", works, needed=True), Check("cache", works)],
            200,
            {"message": "OK", "status": "ok", "checks": {"sql": "ok", "cache": "ok"}},
        ),
        (
            [Check("sql", works, needed=True), Check("cache", fails)],
            200,
            {"message": "OK", "status": "degraded", "checks": {"sql": "ok", "cache": "degraded"}},
        ),
        (
            [Check("sql", fails, needed=True), Check("cache", fails)],
            503,
            {
                "message": "Unavailable service.",
                "status": "down",
                "checks": {"sql": "down", "cache": "degraded"},
            },
        ),
        (
            [Check("ids", lambda: False, needed=True)],
            503,
            {"message": "Unavailable service.", "status": "down", "checks": {"ids": "down"}},
        ),
    ],
)
def test_readiness_says_how_each_dependency_is(settings, checks, status, body):
    answer = client_of(settings, *checks).get("/readyz", environ_base=INSIDE)

    assert (answer.status_code, answer.json) == (status, body)


def test_outsiders_learn_the_state_and_nothing_else(settings):
    client = client_of(settings, Check("sql", fails, needed=True))

    answer = client.get("/readyz", environ_base=OUTSIDE)

    assert answer.json == {"message": "Unavailable service.", "status": "down"}
    assert client.get("/metrics", environ_base=OUTSIDE).status_code == 404


@pytest.mark.settings(trusted_proxies=["127.0.0.1"])
def test_an_outsider_behind_our_own_proxy_is_an_outsider(settings):
    client = client_of(settings, Check("sql", works))

    answer = client.get("/readyz", environ_base=INSIDE, headers={"X-Forwarded-For": "203.0.113.9"})

    assert "checks" not in answer.json


def test_a_living_process_says_so_whatever_it_depends_on(settings):
    answer = client_of(settings, Check("sql", fails, needed=True)).get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"message": "OK"})


def test_metrics_are_in_the_format_of_prometheus(settings):
    answer = client_of(settings).get("/metrics", environ_base=INSIDE)

    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert "# TYPE toutiao_request_seconds histogram" in answer.text


def test_a_check_that_hangs_counts_as_down_and_is_not_started_again():
    release = threading.Event()
    started = []
    hangs = Check("sql", lambda: started.append(1) or release.wait(), needed=True)
    readiness = Readiness([hangs], check_seconds=0.01, keep_seconds=0.0)

    hanging = [readiness.states()]
    eventually(lambda: started, what="the check")
    hanging += [readiness.states() for _ in range(2)]
    release.set()

    assert hanging == [{"sql": "down"}] * 3
    assert len(started) == 1


def test_many_questions_are_answered_by_one_look(settings):
    looks = []
    client = client_of(settings, Check("sql", lambda: looks.append(1) is None))

    for _ in range(10):
        client.get("/readyz")

    assert len(looks) == 1


def test_the_stores_are_looked_at(runtime, valkey):
    readiness = Readiness(store_checks())
    healthy = readiness.states()
    valkey.stop()

    sick = Readiness(store_checks()).states()

    assert healthy == {"sql": "ok", "writes": "ok", "store": "ok", "cache": "ok"}
    assert sick == healthy | {"store": "degraded", "cache": "degraded"}


def test_what_is_known_of_why_is_told_to_operators_alone(settings):
    def fails_for_a_reason():
        raise DependencyUnavailable("sql", because="the file is gone")

    client = client_of(settings, Check("sql", fails_for_a_reason, needed=True))

    answers = [client.get("/readyz", environ_base=base).json for base in (INSIDE, OUTSIDE)]

    assert [answer.get("reasons") for answer in answers] == [{"sql": "the file is gone"}, None]
