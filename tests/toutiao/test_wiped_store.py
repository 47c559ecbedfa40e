"""STORE is wiped while the product runs: nothing opens, and no figure falls (faults.md 29)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from common.cache.engine.local import first_level
from common.extensions import limiter as kept_limits
from common.schemas.jobs import Outcome
from common.services.counters import flushing
from common.services.jobs import runs
from common.utils import clock
from common.utils.background import memories
from tests.factories import CommentFactory
from tests.support.clients.logging_in import another, ask_for_code, code_for, log_in, new_mobile
from tests.support.scenarios.feeding import pin, publish

REFUSED, WRONG, FINE = 429, 400, 200


@pytest.fixture
def wipe(redis) -> Callable[[], None]:
    """Wipe the server as an operator would."""

    def wipe() -> None:
        redis.flushall()
        first_level.clear()

    return wipe


@pytest.fixture
def time_passes(redis) -> Callable[[int], None]:
    """So many seconds have passed since the loss."""

    def pass_(seconds: int) -> None:
        redis.zadd(kept_limits.KEPT, {kept_limits.SINCE: time.time() - seconds})

    return pass_


@pytest.fixture
def liked(reader, channel_id) -> Any:
    """An article that has been liked, collected and commented, all of it written down."""
    (article_id,) = publish(1, channel_id)
    for path in ("likings", "collections"):
        reader.post(f"/v1_0/article/{path}", json={"target": article_id})
    reader.post("/v1_0/comments", json={"target": article_id, "content": "写得真好"})
    flushing.flush()
    return article_id


def test_a_fresh_store_is_open(anonymous):
    mobile = new_mobile()

    assert log_in(anonymous, mobile, code_for(anonymous, mobile)).status_code == 201


def test_after_a_wipe_no_code_is_sent_to_anybody_for_a_minute(anonymous, wipe, time_passes):
    mobile = new_mobile()
    assert ask_for_code(anonymous, mobile).status_code == FINE
    wipe()

    answers = [ask_for_code(anonymous, each) for each in (mobile, new_mobile())]
    assert [answer.status_code for answer in answers] == [REFUSED] * 2
    assert {0 < int(answer.headers["Retry-After"]) <= 60 for answer in answers} == {True}
    time_passes(61)

    assert ask_for_code(anonymous, mobile).status_code == FINE


def test_after_a_wipe_nobody_tries_codes_for_five_minutes(anonymous, wipe, time_passes):
    mobile = new_mobile()
    code = code_for(anonymous, mobile)
    assert [log_in(anonymous, mobile, another(code)).status_code for _ in range(5)] == [WRONG] * 5
    assert log_in(anonymous, mobile, another(code)).status_code == REFUSED
    wipe()

    assert log_in(anonymous, mobile, another(code)).status_code == REFUSED
    time_passes(280)
    assert log_in(anonymous, mobile, another(code)).status_code == REFUSED
    time_passes(301)
    assert log_in(anonymous, mobile, another(code)).status_code == WRONG


def test_other_limits_are_not_closed_by_a_wipe(anonymous, reader, liked, wipe):
    ask_for_code(anonymous, new_mobile())
    wipe()

    assert reader.delete(f"/v1_0/article/likings/{liked}").status_code == 204


@pytest.mark.parametrize("job", ["counters.restore", "counters.flush"])
def test_a_process_that_has_just_begun_knows_of_the_wipe_from_the_jobs(anonymous, job, wipe):
    runs.note(job, scheduled_for=clock.now(), fence=1, outcome=Outcome())
    wipe()
    memories.forget_all()

    assert ask_for_code(anonymous, new_mobile()).status_code == REFUSED


def test_a_process_that_has_shown_figures_knows_of_the_wipe(anonymous, reader, liked, wipe):
    reader.get(f"/v1_0/articles/{liked}")
    wipe()

    assert ask_for_code(anonymous, new_mobile()).status_code == REFUSED


def test_the_job_that_restores_counters_notes_the_loss(anonymous, redis, liked, wipe):
    memories.forget_all()
    runs.note("counters.flush", scheduled_for=clock.now(), fence=1, outcome=Outcome())
    wipe()

    flushing.restore_if_lost()

    assert redis.zscore(kept_limits.KEPT, kept_limits.SINCE) > time.time() - 60
    assert ask_for_code(anonymous, new_mobile()).status_code == REFUSED


def shown(reader, article_id):
    """The figures that a reader sees of an article, its comments and its author."""
    author_id = reader.get(f"/v1_0/articles/{article_id}").json["data"]["aut_id"]
    (card,) = reader.get(f"/v1_0/users/{author_id}/articles").json["data"]["results"]
    comments = reader.get(f"/v1_0/comments?type=a&source={article_id}").json["data"]["results"]
    author = reader.get(f"/v1_0/users/{author_id}").json["data"]
    me = reader.get("/v1_0/user").json["data"]
    return (
        [card[name] for name in ("like_count", "comm_count", "collect_count")],
        [(each["like_count"], each["reply_count"]) for each in comments],
        [[who[name] for name in ("art_count", "like_count")] for who in (author, me)],
    )


def test_figures_do_not_fall_when_store_is_wiped_nor_when_it_is_restored(
    reader, liked, redis, wipe
):
    (first,) = reader.get(f"/v1_0/comments?type=a&source={liked}").json["data"]["results"]
    reader.post("/v1_0/comment/likings", json={"target": first["com_id"]})
    before = shown(reader, liked)
    assert before[0] == [1, 1, 1]
    assert before[1] == [(1, 0)]
    wipe()

    assert [shown(reader, liked) for _ in range(2)] == [before] * 2
    assert not redis.exists("count:art:liking")
    flushing.restore_if_lost()
    assert shown(reader, liked) == before
    assert redis.zscore("count:art:liking", liked) == 1


def test_what_is_counted_between_wipe_and_restore_lowers_nothing(reader, sign_in, liked, wipe):
    CommentFactory(article_id=liked)  # by hand: nothing has counted it
    reader.get(f"/v1_0/articles/{liked}")
    wipe()

    reader.post("/v1_0/comments", json={"target": liked, "content": "再写一条"})

    assert shown(reader, liked)[0][1] >= 1
    flushing.restore_if_lost()
    assert shown(reader, liked)[0] == [1, 3, 1]


def test_pins_are_back_with_the_figures(reader, channel_id, wipe):
    pinned, *_ = publish(3, channel_id)
    pin(channel_id, pinned)
    flushing.flush()
    wipe()

    flushing.restore_if_lost()
    first_level.clear()

    query = f"channel_id={channel_id}&timestamp={clock.now_ms()}&with_top=1"
    first, *_ = reader.get(f"/v1_1/articles?{query}").json["data"]["results"]
    assert (first["art_id"], first["is_top"]) == (pinned, 1)
