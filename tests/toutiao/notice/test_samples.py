"""Sample notifications, in demo mode only (user-app.md §13.2, security.md row 37)."""

from __future__ import annotations

import json

import pytest

from common.services.notices.samples import DEMO_READER_MOBILE
from tests.factories import ArticleFactory, UserFactory
from tests.support.harness.bus import be_patient
from tests.support.harness.waiting import eventually

PATHS = ["/imtest", "/app/imtest", "/api/app/imtest"]
DEMO = pytest.mark.settings(demo="on")


@pytest.fixture
def bus(runtime, redis):
    """What is told over the bus."""
    be_patient(runtime)
    with redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe("socketio")
        channel.get_message(timeout=5)
        yield channel


def told(bus):
    def heard():
        message = bus.get_message(timeout=0.1)
        emitted = json.loads(message["data"]) if message else {}
        return emitted if "data" in emitted else None  # but heartbeats of other tests' nodes

    emitted = eventually(heard, what="a message")
    (members,) = emitted["data"]
    return emitted["event"], emitted["room"], members


@DEMO
@pytest.mark.parametrize("path", PATHS)
def test_the_caller_is_told_that_somebody_follows_him(reader, bus, path):
    somebody = UserFactory(user_name="半夏")

    answer = reader.get(f"{path}/f")

    event, room, members = told(bus)
    assert (answer.status_code, answer.json) == (200, {"message": "已发送following notify事件"})
    assert (event, room) == ("following notify", f"u:{reader.user.user_id}")
    assert (members["user_id"], members["user_name"]) == (somebody.user_id, "半夏")
    assert members.keys() == {
        "user_id", "user_id_str", "user_name", "user_photo", "timestamp",
    }  # fmt: skip


@DEMO
@pytest.mark.parametrize(("letter", "event"), [("l", "liking notify"), ("c", "comment notify")])
def test_samples_about_articles_name_one(reader, bus, letter, event):
    ArticleFactory(published=True)
    own = ArticleFactory(published=True, user_id=reader.user.user_id, title="自己的")

    answer = reader.get(f"/imtest/{letter}")

    emitted, _, members = told(bus)
    assert answer.json == {"message": f"已发送{event}事件"}
    assert emitted == event
    assert (members["art_id"], members["art_title"]) == (own.article_id, "自己的")


@DEMO
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x.y.z"}])
def test_visitors_tell_the_reader_of_the_demo(anonymous, bus, header):
    demo = UserFactory(mobile=DEMO_READER_MOBILE)

    answer = anonymous.get("/imtest/l", headers=header)

    assert answer.status_code == 200
    assert told(bus)[1] == f"u:{demo.user_id}"


@DEMO
def test_without_the_demos_people_nobody_is_told(anonymous):
    assert anonymous.get("/imtest/f").status_code == 200


@DEMO
@pytest.mark.parametrize("event", ["x", "F", "ff", "following notify"])
def test_other_events_are_unknown(reader, event):
    answer = reader.get(f"/imtest/{event}")

    assert (answer.status_code, answer.json) == (404, {"message": "错误的事件"})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("event", ["f", "l", "c", "x"])
def test_outside_of_the_demo_there_is_nothing(reader, path, event):
    answer = reader.get(f"{path}/{event}")

    assert answer.status_code == 404
    assert answer.json["message"] != "错误的事件"
