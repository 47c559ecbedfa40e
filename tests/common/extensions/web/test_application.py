"""The thin Flask behaves as Flask does, only cheaper."""

import pytest
from flask import Flask, g, jsonify, request, request_started, session
from flask.sessions import SecureCookieSessionInterface

from common.extensions.web import Application
from common.utils.converters import use_converters

ROUTES = [
    ("/", ["GET"]),
    ("/fixed", ["GET", "POST"]),
    ("/things", ["GET"]),
    ("/things/<id:number>", ["GET"]),
    ("/things/<id:number>", ["DELETE"]),
    ("/things/special", ["GET"]),
    ("/things/<id:number>/parts/<name>", ["GET"]),
    ("/either/<id:number>", ["GET"]),
    ("/either/<mobile:name>", ["GET"]),
    ("/words/<name>", ["GET"]),
    ("/deep/<path:name>", ["GET"]),
]
PATHS = [
    *("/", "/fixed", "/fixed/", "/things", "/things/7", "/things/7/", "/things/0", "/things/x"),
    *("/things/special", "/things/7/parts/a", "/things/7/parts/a/", "/things/7/parts"),
    *(
        "/either/7",
        "/either/13900001234",
        "/words/a",
        "/words/%E8%AF%8D",
        "/words/a%2Fb",
        "/words/",
    ),
    *("/deep/a/b", "/deep/", "/nowhere", "/things/99999999999999999999", "/things/7;x"),
]


def filled(app):
    for number, (rule, methods) in enumerate(ROUTES):
        endpoint = f"route{number}"
        app.add_url_rule(
            rule,
            endpoint=endpoint,
            methods=methods,
            view_func=lambda **values: jsonify([request.endpoint, values]),
        )
    return app


@pytest.fixture(scope="module")
def plain():
    app = Flask("plain", static_folder=None)
    use_converters(app)
    return filled(app).test_client()


@pytest.fixture(scope="module")
def thin():
    return filled(Application("thin")).test_client()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", PATHS)
def test_every_request_goes_where_flask_would_send_it(plain, thin, method, path):
    expected = plain.open(path, method=method)

    found = thin.open(path, method=method)

    assert (found.status_code, found.json if method == "GET" else None) == (
        expected.status_code,
        expected.json if method == "GET" else None,
    )
    assert allowed(found) == allowed(expected)


def allowed(answer):
    return set(answer.headers.get("Allow", "").split(", "))


def test_hooks_that_are_registered_run():
    app = filled(Application("thin"))
    seen = []
    app.before_request(lambda: setattr(g, "mark", "before"))
    app.after_request(lambda response: seen.append(g.mark) or response)
    app.teardown_request(lambda error: seen.append("teardown"))
    app.teardown_appcontext(lambda error: seen.append("context"))

    app.test_client().get("/fixed")

    assert seen == ["before", "teardown", "context"]


def test_a_hook_may_answer_instead_of_the_view():
    app = filled(Application("thin"))
    app.before_request(lambda: ("closed", 503))

    assert app.test_client().get("/fixed").status_code == 503


def test_listeners_to_signals_are_told():
    app = filled(Application("thin"))
    seen = []

    with request_started.connected_to(lambda sender: seen.append(sender.name), app):
        app.test_client().get("/fixed")

    assert seen == ["thin"]


def test_a_door_may_have_sessions_if_it_asks_for_them():
    app = Application("thin")
    app.session_interface = SecureCookieSessionInterface()
    app.secret_key = "secret"
    app.add_url_rule("/in", view_func=lambda: session.setdefault("seen", "yes"), endpoint="in")
    app.add_url_rule("/out", view_func=lambda: session.get("seen", "no"), endpoint="out")
    client = app.test_client()

    client.get("/in")

    assert client.get("/out").text == "yes"


def test_without_sessions_none_can_be_written():
    app = Application("thin")
    app.add_url_rule("/", view_func=lambda: session.setdefault("seen", "yes"), endpoint="in")

    assert app.test_client().get("/").status_code == 500
