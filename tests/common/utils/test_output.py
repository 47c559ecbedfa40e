"""The envelope of every answer, and the thin door around it."""

from datetime import datetime
from http import HTTPStatus

import pytest
from flask import Flask, Response
from orjson import Fragment
from pydantic import BaseModel, ConfigDict, Field

from common.errors import NotFound, TemporarilyUnavailable, TransactionConflict
from common.utils.output import Api, JsonResponse, Resource, add_routes


class Card(BaseModel):
    model_config = ConfigDict(frozen=True)

    author_id: int = Field(serialization_alias="aut_id")
    name: str


CARD = Card(author_id=7, name="林间小雨")
CARD_JSON = '{"aut_id":7,"name":"林间小雨"}'

ANSWERS = [
    ({"a": 1}, 200, '{"message":"OK","data":{"a":1}}\n'),
    (({"a": 1}, HTTPStatus.CREATED), 201, '{"message":"OK","data":{"a":1}}\n'),
    (CARD, 200, f'{{"message":"OK","data":{CARD_JSON}}}\n'),
    ({"results": [CARD]}, 200, f'{{"message":"OK","data":{{"results":[{CARD_JSON}]}}}}\n'),
    ({"new_obj": Fragment(b'{"b":[2]}')}, 200, '{"message":"OK","data":{"new_obj":{"b":[2]}}}\n'),
    ([1], 200, '{"message":"OK","data":[1]}\n'),
    (None, 200, '{"message":"OK"}\n'),
    ((None, HTTPStatus.CREATED), 201, '{"message":"OK"}\n'),
    (({"message": "已发送"}, 200), 200, '{"message":"已发送"}\n'),
    (
        {"pubdate": datetime.fromisoformat("2024-05-18T21:40:07.5")},
        200,
        '{"message":"OK","data":{"pubdate":"2024-05-18T21:40:07"}}\n',
    ),
]


def client_of(resource: type[Resource]):
    app = Flask(__name__)
    add_routes(app, Api(app), "news", [("/thing", resource), ("/v1_1/thing", resource)])
    return app.test_client()


def client_answering(answer):
    class ThingResource(Resource):
        def get(self):
            return answer

    return client_of(ThingResource)


@pytest.mark.parametrize(("answer", "status", "body"), ANSWERS)
def test_an_answer_is_wrapped_in_the_envelope(answer, status, body):
    response = client_answering(answer).get("/thing")

    assert response.status_code == status
    assert response.text == body
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(body.encode()))


@pytest.mark.parametrize("answer", [(None, 204), ({"a": 1}, HTTPStatus.NO_CONTENT)])
def test_no_content_is_really_empty(answer):
    response = client_answering(answer).get("/thing")

    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    assert "Content-Length" not in response.headers


def test_headers_of_a_method_are_sent():
    response = client_answering(({}, 200, {"Cache-Control": "no-store"})).get("/v1_1/thing")

    assert response.headers["Cache-Control"] == "no-store"


def test_a_ready_response_is_sent_as_it_is():
    response = client_answering(Response("x,y", mimetype="text/csv")).get("/thing")

    assert (response.text, response.mimetype) == ("x,y", "text/csv")


@pytest.mark.parametrize("accept", ["text/html", "image/png;q=0.1", "nonsense", "*/*;q=0"])
def test_any_accept_header_is_answered_with_json(accept):
    response = client_answering({}).get("/thing", headers={"Accept": accept})

    assert (response.status_code, response.mimetype) == (200, "application/json")


def test_head_is_get_without_the_body():
    response = client_answering({"a": 1}).head("/thing")

    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == "32"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_length_is_named_once_or_the_web_server_gives_up(method):
    response = client_answering({"a": 1}).open("/thing", method=method)

    assert response.headers.getlist("Content-Length") == ["32"]


def test_another_verb_is_refused_and_the_allowed_ones_named():
    response = client_answering({}).post("/thing")

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_class_may_answer_head_in_its_own_way():
    class ThingResource(Resource):
        def get(self):
            return {"sent": True}

        def head(self):
            return None, 405

    response = client_of(ThingResource).head("/thing")

    assert response.status_code == 405


def test_decorators_apply_to_the_verbs_they_are_declared_for():
    def refused(method):
        def guarded(**arguments):
            raise NotFound("hidden")

        return guarded

    class ThingResource(Resource):
        method_decorators = {"post": [refused]}  # noqa: RUF012 - as resources declare them

        def get(self):
            return {}

        def post(self):
            return {}

    client = client_of(ThingResource)
    client.application.register_error_handler(NotFound, lambda error: (error.message, 404))

    assert client.get("/thing").status_code == 200
    assert (client.post("/thing").status_code, client.post("/thing").text) == (404, "hidden")


def resource_failing(times: int):
    class ThingResource(Resource):
        calls = 0

        def post(self):
            ThingResource.calls += 1
            if ThingResource.calls <= times:
                raise TransactionConflict
            return {"calls": ThingResource.calls}

    return ThingResource


def test_a_transaction_the_database_gave_up_is_tried_again():
    response = client_of(resource_failing(times=2)).post("/thing")

    assert response.json == {"message": "OK", "data": {"calls": 3}}


def test_a_transaction_given_up_three_times_is_an_overload():
    client = client_of(resource_failing(times=3))
    client.application.register_error_handler(
        TemporarilyUnavailable, lambda error: (error.message, error.status)
    )

    assert client.post("/thing").status_code == 503


def client_answering_after(change):
    """A client of ``{"a": 1}`` whose answers ``change`` gets to see before they go out."""
    client = client_answering({"a": 1})
    client.application.after_request(lambda response: change(response) or response)
    return client


def test_headers_may_be_changed_after_a_method():
    def change(response):
        response.headers["X-Mark"] = "yes"
        response.headers["content-type"] = "application/problem+json"

    response = client_answering_after(change).get("/thing")

    assert response.headers.getlist("Content-Type") == ["application/problem+json"]
    assert response.headers["X-Mark"] == "yes"


def test_the_status_may_be_changed_after_a_method():
    def change(response):
        response.status_code = HTTPStatus.ACCEPTED

    response = client_answering_after(change).get("/thing")

    assert (response.status, client_answering({}).get("/thing").status) == (
        "202 ACCEPTED",
        "200 OK",
    )


@pytest.mark.parametrize("body", [b"{}", "{}"])
def test_the_body_may_be_changed_after_a_method(body):
    def change(response):
        assert response.get_json() == {"message": "OK", "data": {"a": 1}}
        response.data = body

    response = client_answering_after(change).get("/thing")

    assert (response.data, response.headers.getlist("Content-Length")) == (b"{}", ["2"])


def test_the_body_may_be_replaced_by_pieces_of_text():
    def change(response):
        response.response = ["[", "]"]
        del response.headers["Content-Length"]

    assert client_answering_after(change).get("/thing").text == "[]"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, None),
        (201, None),
        (599, None),
        (404, [("Allow", "GET"), ("Allow", "HEAD")]),
        (200, {"Content-Type": "text/plain", "Content-Length": "7"}),
    ],
)
def test_an_answer_is_what_flask_would_have_made_of_it(status, headers):
    expected = Response(b"{}", status, headers, content_type="application/json")

    found = JsonResponse(b"{}", status, headers)

    assert isinstance(found, Response)
    assert (found.status, found.status_code) == (expected.status, expected.status_code)
    assert [*found.headers] == [*expected.headers]
    assert (found.data, found.mimetype, found.content_length) == (
        expected.data,
        expected.mimetype,
        expected.content_length,
    )
