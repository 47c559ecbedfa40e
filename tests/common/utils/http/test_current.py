"""What is current is what Flask shows, for those who ask Flask, too."""

from __future__ import annotations

import flask
import pytest

from common.extensions.web import Application
from common.utils.http import current
from tests.support.sources.proxies import behind


@pytest.fixture
def here():
    """Inside of a request."""
    with Application("door").test_request_context("/things?page=2", method="POST"):
        yield


def test_the_request_and_its_namespace_are_flasks(here):
    assert current.request() is behind(flask.request)
    assert current.environ() is flask.request.environ
    assert current.namespace() is behind(flask.g)
    assert current.context().app is behind(flask.current_app)


def test_who_is_asking_is_what_was_noted(here):
    current.namespace().user_id = 7
    current.namespace().subject = "7"

    assert (current.user_id(), current.reader_id(), current.subject()) == (7, 7, "7")


def test_a_visitor_has_no_id(here):
    current.namespace().user_id = None

    assert current.reader_id() is None


@pytest.mark.parametrize("ask", [current.user_id, current.reader_id, current.subject])
def test_nobody_is_asking_where_no_decorator_has_found_out(here, ask):
    with pytest.raises(AttributeError):
        ask()


@pytest.mark.parametrize("ask", [current.request, current.environ, current.user_id])
def test_nothing_is_current_outside_of_a_request(ask):
    with pytest.raises(LookupError):
        ask()
