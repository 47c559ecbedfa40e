"""The gateway: which door a path belongs to, and what it answers itself (design.md §3)."""

from urllib.parse import unquote

import pytest
from werkzeug.test import Client

from common.extensions.web import Application
from common.utils.observing import access_log
from common.utils.observing.access_log import FinishedRequest
from common.utils.storage import LocalStorage
from scripts.gateway import Gateway, create_gateway
from tests.support.documents.openapi import assert_valid

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def door(name):
    app = Application(name)
    app.add_url_rule(
        "/<path:rest>", endpoint="any", view_func=lambda rest: f"{name} /{rest}", methods=["GET"]
    )
    return app


def inside(environ, start_response):
    start_response("404 NOT FOUND", [])
    return [f"inside {environ['PATH_INFO']}".encode()]


@pytest.fixture
def doors():
    return Client(Gateway({name: door(name) for name in ("user", "mp", "mis")}, inside))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v1_0/articles", "user /v1_0/articles"),
        ("/v1_1/articles", "user /v1_1/articles"),
        ("/app/v1_0/user", "user /v1_0/user"),
        ("/app/v1_1/articles", "user /v1_1/articles"),
        ("/imtest/f", "user /imtest/f"),
        ("/app/imtest/f", "user /imtest/f"),
        ("/mp/v1_0/articles", "mp /v1_0/articles"),
        ("/v1_0/mp/articles", "mp /v1_0/articles"),
        ("/mis/v1_0/users", "mis /v1_0/users"),
        ("/mis/mis/v1_0/permissions/7", "mis /v1_0/permissions/7"),
        ("/mis/permissions/7", "mis /v1_0/permissions/7"),
        ("/mis/users/7/disabled", "mis /v1_0/users/7/disabled"),
        ("/api/app/v1_0/user", "user /v1_0/user"),
        ("/api/mp/v1_0/user", "mp /v1_0/user"),
        ("/api/v1_0/mp/user", "mp /v1_0/user"),
        ("/v1_0/mp/upload", "user /v1_0/upload"),
        ("/mp/v1_0/upload", "user /v1_0/upload"),
        ("/v1_0/mpx", "user /v1_0/mpx"),
        ("/v1_0/mp", "user /v1_0/mp"),
    ],
)
def test_a_path_leads_to_its_door(doors, path, answer):
    assert doors.get(path).text == answer


@pytest.mark.parametrize(
    "path",
    [
        "//mis/v1_0/users",
        "/mis/../mis/v1_0/users",
        "/%2e%2e/mis/v1_0/users",
        "/mis//v1_0/users",
        "/mis;x/v1_0/users",
        "/MIS/v1_0/users",
        "/Mis/V1_0/users",
        "/mis./v1_0/users",
        "/mis%00/v1_0/users",
        "/mis%20/v1_0/users",
        "/mis/mis/v1_0/users",
        "/mp/v1_1/articles",
        "/app/mp/v1_0/articles",
        "/app/mis/v1_0/users",
        "/v1_0",
        "/v1_2/articles",
        "/apiv1_0/articles",
        "/api/api/v1_0/articles",
        "/app",
        "",
    ],
)
def test_any_other_spelling_leads_to_no_door(doors, path):
    answer = doors.get("/", environ_overrides={"PATH_INFO": unquote(path)})

    assert answer.text.startswith("inside ")


@pytest.fixture
def client(demo_settings):
    return Client(create_gateway(demo_settings))


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [("/", "news.article"), ("/app/", "news.article"), ("/app", "news.article")],
)
def test_a_route_map_is_flat_and_has_no_envelope(client, path, endpoint):
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.json[endpoint] == "/v1_0/articles/<id:article_id>"
    assert all(isinstance(value, str) for value in answer.json.values())


@pytest.mark.parametrize("path", ["/mp/", "/mp", "/mis/", "/mis"])
def test_every_door_has_a_route_map(client, path):
    answer = client.get(path)

    assert (answer.status_code, type(answer.json)) == (200, dict)


@pytest.mark.parametrize("path", ["/", "/app/", "/mp/", "/mis/"])
def test_outside_the_demo_there_are_no_route_maps(settings, path):
    assert Client(create_gateway(settings)).get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/nowhere", "/media/../toutiao.db", "/media/", "/docs/../docs", "/openapi/app.json"]
)
def test_everything_else_is_not_found_with_all_headers(client, path):
    answer = client.get(path, headers={"Origin": "http://localhost:8080"})

    assert answer.status_code == 404
    assert answer.json["message"].startswith("The requested URL was not found")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8080"
    assert answer.headers["X-Request-Id"]


def test_the_doors_answer_in_json_before_any_store_was_reached(client):
    answer = client.get("/app/v1_0/nowhere")

    assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_a_picture_is_served_as_what_it_is_and_may_be_kept(client, settings):
    storage = LocalStorage(settings.data_dir, secret="x")
    storage.put("avatar/ab/cd.png", PNG, "image/png")

    answer = client.get("/media/avatar/ab/cd.png")
    again = client.get("/media/avatar/ab/cd.png", headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (again.status_code, again.data) == (304, b"")


def test_a_private_picture_needs_a_signed_address(client, settings):
    secret = settings.secret_key.get_secret_value()
    storage = LocalStorage(settings.data_dir, secret=secret)
    storage.put("private/card/ab/cd.png", PNG, "image/png", private=True)
    address = storage.signed_url("private/card/ab/cd.png", 60, base_url="")

    signed = client.get(address)

    assert (signed.status_code, signed.data) == (200, PNG)
    assert signed.headers["Cache-Control"] == "private, no-store"
    assert client.get("/media/private/card/ab/cd.png").status_code == 404


def test_pictures_can_only_be_read(client):
    answer = client.put("/media/avatar/ab/cd.png", data=PNG)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_health_is_answered(client):
    assert client.get("/healthz").json == {"message": "OK"}


def test_what_the_gateway_answers_itself_is_logged_by_what_it_is(client):
    lines: list[FinishedRequest] = []
    access_log.send_access_to(lines.append)

    for path in ("/healthz", "/media/private/secret.png?signature=1", "/nowhere/13812340001"):
        client.get(path)
    access_log.send_access_to(None)

    assert [line.route for line in lines] == ["/healthz", "/media/", None]


@pytest.mark.parametrize("door", ["user", "mp", "mis"])
def test_every_door_is_described(client, door):
    answer = client.get(f"/openapi/{door}.json")

    assert answer.status_code == 200
    assert_valid(answer.json)


@pytest.mark.parametrize(
    "path", ["/docs", "/docs/", "/docs/chat", "/docs/chat.js", "/docs/docs.js", "/docs/docs.css"]
)
def test_the_description_can_be_browsed_without_any_other_server(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in answer.headers["Content-Security-Policy"]
    assert "https://" not in answer.text


def test_in_production_the_description_is_for_our_own_addresses_only(settings):
    client = Client(create_gateway(settings.model_copy(update={"mode": "production"})))

    for path in ("/docs", "/openapi/user.json"):
        assert client.get(path, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
        assert client.get(path, environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 200


def test_asking_for_the_methods_of_a_picture_brings_no_picture(client, settings):
    storage = LocalStorage(settings.data_dir, secret="x")
    storage.put("avatar/ab/cd.png", PNG, "image/png")

    answer = client.options("/media/avatar/ab/cd.png")

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
