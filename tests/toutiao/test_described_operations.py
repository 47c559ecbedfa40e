"""Every operation of the readers' API does what its description says.

The description's models are those that parse: each of their constraints is violated once, and the
answer names the parameter. Its schemas of answers fit real answers, without a member more.
"""

from __future__ import annotations

import re

import pytest

from tests.factories import UserFactory
from tests.support.documents.described import (
    assert_as_described,
    assert_refuses_what_is_not_allowed,
)
from tests.support.documents.openapi import described
from tests.support.documents.readers_calls import call_of
from toutiao.main import DOMAINS
from toutiao.resources import notice

pytestmark = pytest.mark.settings(demo="on")  # for the sample notifications

OPERATIONS = [
    (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url))
    for routes in (*DOMAINS.values(), notice.DEMO_ROUTES)
    for url, resource in routes
    for verb in sorted(resource.methods - {"HEAD"})
]
READING = [(verb, path) for verb, path in OPERATIONS if verb == "GET"]
WRITING = [(verb, path) for verb, path in OPERATIONS if verb != "GET"]


@pytest.fixture
def document(user_app):
    """The OpenAPI document of the door."""
    return described(user_app, "Readers", "/")


@pytest.fixture
def world(readers_world):
    """Enough of everything that no list is empty; values for the calls."""
    return readers_world


def test_the_description_has_just_these_operations(document):
    described = {
        (verb.upper(), path) for path, verbs in document["paths"].items() for verb in verbs
    }

    assert described == set(OPERATIONS)


def test_every_reading_operation_answers_as_described(document, world):
    for verb, path in READING:
        assert_as_described(document, world["reader"], verb, path, call_of(verb, path, world))


@pytest.mark.parametrize(("verb", "path"), WRITING)
def test_a_writing_operation_answers_as_described(document, world, verb, path):
    assert_as_described(document, world["reader"], verb, path, call_of(verb, path, world))


def test_every_operation_refuses_what_its_description_does_not_allow(document, world, sign_in):
    for verb, path in OPERATIONS:
        good = call_of(verb, path, world)
        # Somebody new for each call: within every limit.
        assert_refuses_what_is_not_allowed(
            document, lambda: sign_in(UserFactory()), verb, path, good
        )
