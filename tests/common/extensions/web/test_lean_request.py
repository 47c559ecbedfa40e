"""A request is read when it is asked for something, and then says what Flask's would say."""

import pytest
from flask import Flask, request

from common.extensions.web import Application
from common.utils.converters import use_converters
from tests.support.sources.proxies import behind

ATTRIBUTES = [
    *("method", "scheme", "server", "root_path", "path", "query_string", "remote_addr"),
    *("url", "full_path", "host", "args", "cookies", "mimetype", "content_length", "is_json"),
    *("endpoint", "view_args", "user_agent", "accept_mimetypes", "headers", "shallow"),
]


@pytest.fixture
def app():
    app = Application("lean")
    app.add_url_rule("/things/<id:number>", "thing", lambda number: {"number": number})
    return app


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_request_says_what_flasks_would_say(app, name):
    plain = Flask("plain")
    use_converters(plain)
    plain.add_url_rule("/things/<id:number>", "thing", lambda number: {"number": number})
    sent = {
        "path": "/things/7?a=%E8%AF%8D&b=1",
        "headers": {"Accept": "text/html", "Cookie": "c=1", "User-Agent": "x"},
        "json": {},
    }

    with plain.test_request_context(**sent) as expected, app.test_request_context(**sent) as found:
        assert str(getattr(found.request, name)) == str(getattr(expected.request, name))


def test_what_somebody_set_on_a_request_stays(app):
    with app.test_request_context("/things/7"):
        request.remote_addr = "192.0.2.1"

        assert (request.scheme, request.remote_addr) == ("http", "192.0.2.1")


def test_a_request_has_no_attributes_that_flasks_has_not(app):
    with app.test_request_context("/things/7"):
        assert not hasattr(behind(request), "colour")
