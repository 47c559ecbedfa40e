"""The lean contexts are Flask's contexts: they nest, end, tell listeners and are found as ever."""

import threading

import pytest
from flask import (
    after_this_request,
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    copy_current_request_context,
    current_app,
    g,
    got_request_exception,
    has_app_context,
    has_request_context,
    request,
    request_finished,
    request_started,
    request_tearing_down,
    url_for,
)
from flask.ctx import AppContext, RequestContext
from flask.globals import app_ctx, request_ctx

from common.extensions.web import Application
from common.extensions.web.routes import ROUTE_KEY
from tests.support.sources.proxies import behind


def with_views(app):
    app.add_url_rule("/things/<id:number>", "thing", lambda number: {"number": number})
    app.add_url_rule("/broken", "broken", broken)
    app.add_url_rule("/posted", "posted", lambda: dict(request.form), methods=["POST"])
    return app


def broken():
    raise RuntimeError("a defect")


@pytest.fixture
def app():
    """An app that has served a request: from then on it knows that it has no hooks."""
    app = with_views(Application("lean"))
    app.test_client().get("/things/1")
    return app


def test_they_are_flasks_own_kinds(app):
    with app.test_request_context("/things/7"):
        assert isinstance(behind(request_ctx), RequestContext)
        assert isinstance(behind(app_ctx), AppContext)
        assert (current_app.name, request.endpoint, request.view_args) == (
            "lean",
            "thing",
            {"number": 7},
        )


@pytest.mark.parametrize("path", ["/things/7", "/broken", "/nowhere", "//things/7"])
def test_nothing_is_current_after_a_request_however_it_ended(app, path):
    app.test_client().get(path)

    assert not has_request_context()
    assert not has_app_context()


def test_an_exception_nobody_handles_leaves_nothing_behind(app):
    app.testing = True

    with pytest.raises(RuntimeError, match="a defect"):
        app.test_client().get("/broken")

    assert not has_request_context()
    assert not has_app_context()


def test_an_interruption_leaves_nothing_behind(app):
    def interrupted():
        raise KeyboardInterrupt

    app.view_functions["broken"] = interrupted

    with pytest.raises(KeyboardInterrupt):
        app.test_client().get("/broken")

    assert not has_request_context()
    assert not has_app_context()


def test_an_app_context_of_the_same_app_is_shared_with_the_request(app):
    with app.app_context():
        g.mark = "outer"
        with app.test_request_context("/things/7"):
            seen = g.mark
        assert (seen, g.mark, has_request_context()) == ("outer", "outer", False)


def test_contexts_of_different_apps_nest(app):
    other = with_views(Application("other"))
    with app.test_request_context("/things/7"):
        g.mark = "outer"
        with other.test_request_context("/things/8"):
            inner = current_app.name, request.view_args["number"], g.get("mark")
        outer = current_app.name, request.view_args["number"], g.mark

    assert (inner, outer) == (("other", 8, None), ("lean", 7, "outer"))


def test_a_request_within_a_request_does_not_disturb_it(app):
    with app.test_request_context("/things/7"):
        answer = app.test_client().get("/things/8")

        assert (answer.json, request.view_args) == ({"number": 8}, {"number": 7})


def test_one_context_may_be_entered_again(app):
    context = app.test_request_context("/things/7")
    with context:
        with context:
            inner = request.environ["werkzeug.request"] is behind(request)
        still = request.environ["werkzeug.request"] is behind(request)

    assert (inner, still, has_request_context()) == (True, True, False)


def test_leaving_the_wrong_context_is_an_error_as_in_flask(app):
    outer, inner = app.test_request_context("/things/7"), app.test_request_context("/things/8")
    outer.push()
    inner.push()

    with pytest.raises(AssertionError, match="wrong request context"):
        outer.pop()

    inner._cv_tokens.clear()
    assert not has_request_context()


def test_another_thread_may_work_in_a_copy_of_the_context(app):
    seen = []
    with app.test_request_context("/things/7"):

        @copy_current_request_context
        def work():
            seen.append((request.view_args["number"], current_app.name))

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    assert seen == [(7, "lean")]


def test_a_test_client_keeps_the_context_when_asked(app):
    with app.test_client() as client:
        client.get("/things/7", query_string={"a": "b"})

        assert (request.view_args, request.args["a"]) == ({"number": 7}, "b")

    assert not has_request_context()


def test_teardown_functions_are_told_the_error():
    app = with_views(Application("lean"))
    seen = []
    app.teardown_request(lambda error: seen.append(("request", str(error))))
    app.teardown_appcontext(lambda error: seen.append(("app", str(error))))
    client = app.test_client()

    client.get("/things/7")
    client.get("/broken")

    assert seen == [
        ("request", "None"),
        ("app", "None"),
        ("request", "a defect"),
        ("app", "a defect"),
    ]


def test_teardown_functions_run_before_the_first_request_as_well():
    app = with_views(Application("lean"))
    seen = []
    app.teardown_appcontext(lambda error: seen.append("app"))

    with app.app_context():
        pass

    assert seen == ["app"]


def test_hooks_cannot_be_added_to_an_app_that_serves(app):
    with pytest.raises(AssertionError, match="setup method"):
        app.before_request(lambda: None)


SIGNALS = [
    appcontext_pushed,
    request_started,
    request_finished,
    request_tearing_down,
    appcontext_tearing_down,
    appcontext_popped,
]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_each_signal_is_sent_once_to_whoever_listens(app, signal):
    seen = []

    with signal.connected_to(lambda sender, **_details: seen.append(sender.name), app):
        app.test_client().get("/things/7")

    assert seen == ["lean"]


def test_listeners_hear_of_exceptions(app):
    seen = []

    with got_request_exception.connected_to(
        lambda sender, exception: seen.append(str(exception)), app
    ):
        app.test_client().get("/broken")

    assert seen == ["a defect"]


def test_a_view_may_change_its_answer_afterwards():
    app = Application("lean")

    def view():
        @after_this_request
        def mark(response):
            response.headers["X-Mark"] = "yes"
            return response

        return {}

    app.add_url_rule("/", "view", view)

    assert app.test_client().get("/").headers["X-Mark"] == "yes"


def test_urls_can_be_built_within_a_request_only(app):
    with app.test_request_context("/things/7"):
        assert url_for("thing", number=8) == "/things/8"

    with app.app_context(), pytest.raises(RuntimeError):
        url_for("thing", number=8)


def test_files_of_a_form_are_closed_at_the_end():
    app = Application("lean")
    files = []
    app.add_url_rule(
        "/files", "files", lambda: files.append(request.files["file"]) or {}, methods=["POST"]
    )
    client = app.test_client()
    client.get("/")

    with open(__file__, "rb") as file:
        client.post("/files", data={"file": file})

    assert files[0].stream.closed


def test_the_route_of_a_request_is_noted_for_the_access_line(app):
    with app.test_request_context("/things/7") as context:
        assert context.request.environ[ROUTE_KEY] == "/things/<id:number>"
