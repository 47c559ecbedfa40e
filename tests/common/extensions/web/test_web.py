"""What every answer of a door has, whatever happens inside (contract/clients.md §3, §4)."""

import json

import pytest
from pydantic import BaseModel

from common.errors import (
    Conflict,
    DependencyUnavailable,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    TemporarilyUnavailable,
    TooLarge,
    TooManyRequests,
    TransactionConflict,
)
from common.extensions.db import db
from common.extensions.observing import metrics
from common.extensions.web import Application, init_web
from common.utils.http.client_address import client_address
from common.utils.observing import access_log
from common.utils.observing.access_log import FinishedRequest
from common.utils.output import Api, Resource, add_routes
from common.utils.parser import Id

ORIGIN = "http://localhost:8080"
PAGE = {"Origin": ORIGIN}


class Target(BaseModel):
    target: Id


RAISED = {
    "invalid": InvalidInput({"target": "Invalid target article id."}),
    "business": InvalidInput("Invalid code."),
    "anonymous": NotAuthenticated("User must be authorized."),
    "forbidden": NotAllowed("User denied."),
    "absent": NotFound("The article does not exist."),
    "conflict": Conflict("User has reported this article."),
    "large": TooLarge("Invalid image."),
    "often": TooManyRequests(retry_after=42),
    "down": DependencyUnavailable("primary"),
    "busy": TemporarilyUnavailable("store"),
    "deadlock": TransactionConflict(),
    "defect": RuntimeError("SELECT secret FROM /etc/passwd"),
}


class ErrorResource(Resource):
    def get(self, name):
        raise RAISED[name]


class ThingResource(Resource):
    def get(self, thing_id):
        return {"id": thing_id, "address": client_address()}

    def post(self, thing_id, body: Target):
        return {"target": body.target}, 201


class CacheableResource(Resource):
    def get(self):
        return {}, 200, {"Cache-Control": "public, max-age=60"}


ROUTES = [
    ("/v1_0/errors/<name>", ErrorResource),
    ("/v1_0/things/<id:thing_id>", ThingResource),
    ("/v1_0/cacheable", CacheableResource),
]


def door_of(settings, door="user"):
    app = Application("test")
    add_routes(app, Api(app), "test", ROUTES)
    init_web(app, settings, door=door)
    return app


@pytest.fixture
def client(demo_settings):
    return door_of(demo_settings).test_client()


@pytest.mark.parametrize(
    ("name", "status", "body", "retry_after"),
    [
        (
            "invalid",
            400,
            {
                "message": "target: Invalid target article id.",
                "errors": {"target": "Invalid target article id."},
            },
            None,
        ),
        ("business", 400, {"message": "Invalid code."}, None),
        ("anonymous", 401, {"message": "User must be authorized."}, None),
        ("forbidden", 403, {"message": "User denied."}, None),
        ("absent", 404, {"message": "The article does not exist."}, None),
        ("conflict", 409, {"message": "User has reported this article."}, None),
        ("large", 413, {"message": "Invalid image."}, None),
        ("often", 429, {"message": "Too many requests."}, "42"),
        ("down", 507, {"message": "Unavailable service."}, None),
        ("busy", 503, {"message": "Unavailable service."}, "3"),
        ("deadlock", 503, {"message": "Unavailable service."}, "1"),
        ("defect", 500, {"message": "Internal Server Error"}, None),
    ],
)
def test_a_failure_is_json_with_every_header_of_a_success(client, name, status, body, retry_after):
    answer = client.get(f"/v1_0/errors/{name}", headers=PAGE)

    assert (answer.status_code, answer.json) == (status, body)
    assert answer.data.endswith(b"\n")
    assert answer.headers.get("Retry-After") == retry_after
    assert_headers_of_a_door(answer)


def assert_headers_of_a_door(answer):
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]
    assert "Server" not in answer.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


NOT_FOUND = (
    "The requested URL was not found on the server. If you entered the URL manually please "
    "check your spelling and try again."
)


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1_0/things/0",
        "/v1_0/things/1/more",
        "//v1_0/things/1",
        "/v1_0//things/1",
        "/v1_0/things/1;x",
        "/V1_0/things/1",
        "/v1_0/../v1_0/things/1",
        "/v1_0/things/\xff",
    ],
)
def test_an_unknown_path_is_not_found(client, path):
    answer = client.get("/", headers=PAGE, environ_overrides={"PATH_INFO": path})

    assert (answer.status_code, answer.json) == (404, {"message": NOT_FOUND})
    assert_headers_of_a_door(answer)


def test_a_trailing_slash_is_tolerated(client):
    assert client.get("/v1_0/things/7/").json["data"]["id"] == 7
    assert client.get("/v1_0/cacheable/").status_code == 200


def test_another_method_is_refused_with_the_allowed_ones(client):
    answer = client.delete("/v1_0/things/7", headers=PAGE)

    assert answer.status_code == 405
    assert answer.json == {"message": "The method is not allowed for the requested URL."}
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert_headers_of_a_door(answer)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_a_method_cannot_be_smuggled_in(client, header):
    answer = client.get("/v1_0/things/7?_method=POST", headers={header: "POST"})

    assert answer.json["data"]["id"] == 7


def test_a_body_beyond_the_limit_is_too_large(client):
    answer = client.post("/v1_0/things/7", data=b"{" + b" " * 2 * 1024 * 1024, headers=PAGE)

    assert answer.status_code == 413
    assert_headers_of_a_door(answer)


def test_what_is_cacheable_says_so_itself(client):
    assert client.get("/v1_0/cacheable").headers["Cache-Control"] == "public, max-age=60"


def test_head_has_the_headers_and_no_body(client):
    answer = client.head("/v1_0/things/7", headers=PAGE)

    assert (answer.status_code, answer.data) == (200, b"")
    assert_headers_of_a_door(answer)


@pytest.mark.parametrize(("door", "status"), [("user", 409), ("mp", 409), ("mis", 403)])
def test_a_door_may_have_codes_of_its_own(demo_settings, door, status):
    client = door_of(demo_settings, door).test_client()

    assert client.get("/v1_0/errors/conflict").status_code == status


def test_a_defect_is_logged_and_tells_the_caller_nothing(client, capsys):
    client.get("/v1_0/errors/defect")

    logged = capsys.readouterr().out
    assert "unexpected_error" in logged
    assert "SELECT secret" in logged


def test_a_defect_below_flask_is_answered_too(demo_settings, monkeypatch):
    app = door_of(demo_settings)
    monkeypatch.setattr(app, "request_context", None)

    answer = app.test_client().get("/v1_0/things/7", headers=PAGE)

    assert (answer.status_code, answer.json) == (500, {"message": "Internal Server Error"})
    assert_headers_of_a_door(answer)


def test_options_without_an_origin_names_the_methods(client):
    answer = client.options("/v1_0/things/7")

    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_a_request_id_is_taken_over_and_returned(client):
    answer = client.get("/v1_0/things/7", headers={"X-Request-Id": "Trace_1.a-b"})

    assert answer.headers["X-Request-Id"] == "Trace_1.a-b"


@pytest.mark.parametrize("offered", ["", "a b", "x" * 65, "ü", "a\tb", None])
def test_a_request_id_in_another_form_is_replaced(client, offered):
    headers = {} if offered is None else {"X-Request-Id": offered}

    answers = [client.get("/v1_0/things/7", headers=headers) for _ in range(2)]

    first, second = (answer.headers["X-Request-Id"] for answer in answers)
    assert offered not in (first, second)
    assert first != second


def test_a_request_is_logged_with_its_route_and_cost_but_not_its_path(client, monkeypatch):
    lines: list[FinishedRequest] = []
    access_log.send_access_to(lines.append)

    client.get("/v1_0/things/13812340001?token=secret")
    client.get("/nowhere?token=secret")
    access_log.send_access_to(None)

    logged = [access_log.fields(line) for line in lines]
    assert [(line["route"], line["status"]) for line in logged] == [
        ("/v1_0/things/<id:thing_id>", 200),
        (None, 404),
    ]
    assert "secret" not in json.dumps(logged)
    assert "13812340001" not in json.dumps(logged)


def test_requests_are_counted_by_route_and_status(client):
    client.get("/v1_0/things/7")
    client.get("/nowhere")
    client.open("/nowhere", method="BREW")

    text = metrics.exposition().decode()
    series = 'toutiao_request_seconds_count{door="user",method="%s",route="%s",status="%s"}'
    assert series % ("GET", "/v1_0/things/<id:thing_id>", "200") in text
    assert series % ("GET", "unmatched", "404") in text
    assert series % ("OTHER", "unmatched", "404") in text


@pytest.mark.settings(trusted_proxies=["127.0.0.1"])
def test_the_client_address_is_told_by_trusted_proxies_only(settings):
    client = door_of(settings).test_client()

    answer = client.get("/v1_0/things/7", headers={"X-Forwarded-For": "1.1.1.1, 198.51.100.1"})

    assert answer.json["data"]["address"] == "198.51.100.1"


def test_the_database_session_of_a_request_is_given_back(runtime):
    app = door_of(runtime)
    app.before_request(lambda: db.session() and None)

    app.test_client().get("/v1_0/things/7")

    assert not db.session.registry.has()
