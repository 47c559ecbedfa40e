"""What the outermost layer of a door does with every request, answered by the app or not."""

from __future__ import annotations

import io

import pytest

from common.extensions.observing import metrics
from common.extensions.web import Application, init_web
from common.utils.observing import access_log
from common.utils.observing.access_log import FinishedRequest

PAGE = {"Origin": "http://localhost:8080"}
ASKED = {**PAGE, "Access-Control-Request-Method": "PUT"}


@pytest.fixture
def client(demo_settings):
    app = Application("test")
    app.add_url_rule("/v1_0/things/<id:thing_id>", view_func=lambda thing_id: str(thing_id))
    init_web(app, demo_settings, door="user")
    return app.test_client()


@pytest.fixture
def lines():
    """Access lines as they are written."""
    taken: list[FinishedRequest] = []
    access_log.send_access_to(taken.append)
    yield taken
    access_log.send_access_to(None)


@pytest.mark.parametrize("path", ["/v1_0/things/7", "/v1_0/nowhere"])
def test_a_preflight_is_logged_and_counted_as_the_204_it_is(client, lines, path):
    answer = client.options(path, headers=ASKED)

    assert (answer.status_code, [line.status for line in lines]) == (204, ["204"])
    counted = b'door="user",method="OPTIONS",route="unmatched",status="204"'
    assert counted in metrics.exposition()


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1_0/nowhere"), ("GET", "/v1_0/things/7"), ("OPTIONS", "/v1_0/things/7")],
)
def test_a_body_that_nobody_wants_is_taken_or_the_answer_could_not_pass(client, method, path):
    body = io.BytesIO(b"x" * 200_000)

    client.open(path, method=method, input_stream=body, content_length=200_000, headers=PAGE)

    assert body.tell() == 200_000
