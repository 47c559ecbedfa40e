"""Which pages of other origins may call a door (contract/clients.md §4, security.md row 98)."""

import pytest

from common.extensions.web import Application, init_web

ORIGIN = "http://localhost:8080"
PAGE = {"Origin": ORIGIN}


def door_of(settings, door="user"):
    app = Application("test")
    app.add_url_rule("/v1_0/things/<id:thing_id>", view_func=lambda thing_id: {}, endpoint="thing")
    init_web(app, settings, door=door)
    return app


@pytest.fixture
def client(demo_settings):
    return door_of(demo_settings).test_client()


def test_a_preflight_is_answered_for_every_path_and_whatever_headers_it_asks(client):
    answer = client.options(
        "/v1_0/never/built",
        headers={
            **PAGE,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,x-custom, bad header",
        },
    )

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert allowed[:4] == ["Authorization", "Content-Type", "Trace", "X-Requested-With"]
    assert "x-custom" in allowed
    assert "bad header" not in allowed
    assert int(answer.headers["Access-Control-Max-Age"]) >= 600


LISTED = ["https://app.example.com"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example.com",
        "https://app.example.com.evil.test",
        "https://evil-app.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "null",
        "*",
        "https://APP.example.com",
    ],
)
@pytest.mark.parametrize("door", ["user", "mis"])
def test_outside_the_demo_only_listed_origins_are_let_in(settings, door, origin):
    client = door_of(settings.model_copy(update={"cors_origins": LISTED}), door).test_client()

    refused = client.get("/v1_0/things/7", headers={"Origin": origin})
    preflight = client.options("/v1_0/things/7", headers={"Origin": origin})
    admitted = client.get("/v1_0/things/7", headers={"Origin": LISTED[0]})

    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Access-Control-Allow-Origin" not in preflight.headers
    assert refused.headers["Vary"] == "Origin"
    assert admitted.headers["Access-Control-Allow-Origin"] == LISTED[0]


def test_the_admin_door_allows_credentials_to_listed_origins_and_never_to_all(settings):
    everybody = door_of(settings.model_copy(update={"cors_origins": ["*"]}), "mis").test_client()
    listed = door_of(settings.model_copy(update={"cors_origins": LISTED}), "mis").test_client()

    refused = everybody.get("/v1_0/things/7", headers=PAGE)
    admitted = listed.get("/v1_0/things/7", headers={"Origin": LISTED[0]})

    assert "Access-Control-Allow-Origin" not in refused.headers
    assert admitted.headers["Access-Control-Allow-Credentials"] == "true"


def test_the_other_doors_may_be_opened_to_all(settings):
    client = door_of(settings.model_copy(update={"cors_origins": ["*"]})).test_client()

    answer = client.get("/v1_0/things/7", headers=PAGE)

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
