"""How long readers stayed (user-app.md §10.5)."""

from __future__ import annotations

import orjson
import pytest

from common.services.behaviour import recording
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory

DURATIONS = "/v1_0/reading/durations"


@pytest.fixture
def article(runtime):
    """A published article."""
    return ArticleFactory(published=True)


def token(article):
    members = {
        "action": "read",
        "userId": "",
        "articleId": str(article.article_id),
        "algorithmCombine": "C1",
    }
    return orjson.dumps(members).decode()


def stay(client, article, seconds, **headers):
    headers = {"Trace": token(article)} | headers
    body = {"duration": seconds, "art_id": str(article.article_id)}
    return client.post(DURATIONS, json=body, headers=headers)


def logged(runtime):
    recording.close()
    path = runtime.data_dir / "logs" / "userClick.log"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


@pytest.mark.parametrize(("sent", "kept"), [(0, "0"), (17, "17"), (10**6, "86400"), ("5", "5")])
def test_a_duration_is_logged_and_clamped_to_a_day(anonymous, article, runtime, sent, kept):
    answer = stay(anonymous, article, sent)

    (line,) = logged(runtime)
    assert (answer.status_code, answer.json) == (201, {"message": "OK"})
    assert (line["readTime"], line["channelId"]) == (kept, article.channel_id)


def test_a_signed_in_reader_is_known(reader, article, runtime):
    stay(reader, article, 5)

    (line,) = logged(runtime)
    assert str(reader.user.user_id) in str(line["param"])


@pytest.mark.parametrize("authorization", ["Bearer x", "Bearer undefined", "Bearer ", "?"])
def test_a_stale_token_is_ignored(anonymous, article, authorization):
    assert stay(anonymous, article, 5, Authorization=authorization).status_code == 201


def test_a_token_of_another_kind_is_dropped_silently(anonymous, article, runtime):
    answers = [stay(anonymous, article, 5, Trace=trace) for trace in ("x", "{}", "x" * 5000)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert logged(runtime) == []


MISSING = "Missing required parameter in the JSON body"


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"art_id": 404}, "duration", MISSING),
        ({"duration": 5}, "art_id", MISSING),
        (
            {"duration": -1, "art_id": 404},
            "duration",
            "Invalid duration: -1. duration must be a non-negative integer",
        ),
        ({"duration": "x", "art_id": 404}, "duration", "x is not a valid integer"),
        ({"duration": 5, "art_id": "x"}, "art_id", "Invalid target article id."),
        ({"duration": 5, "art_id": 404}, "art_id", "Invalid target article id."),
    ],
)
def test_a_bad_duration_is_refused(anonymous, body, name, reason):
    answer = anonymous.post(DURATIONS, json=body, headers={"Trace": "x"})

    assert (answer.status_code, answer.json["errors"]) == (400, {name: reason})


def test_the_token_is_required(anonymous, article):
    answer = anonymous.post(DURATIONS, json={"duration": 5, "art_id": article.article_id})

    assert answer.status_code == 400
    assert answer.json["errors"] == {"Trace": "Missing required parameter in the HTTP headers"}


def test_what_readers_cannot_see_they_cannot_have_read(anonymous):
    assert stay(anonymous, ArticleFactory(status=ArticleStatus.BANNED), 5).status_code == 400
