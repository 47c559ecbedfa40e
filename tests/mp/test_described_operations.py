"""Every operation of the editors' API does what its description says (as the readers' does)."""

from __future__ import annotations

import re

import pytest

from mp.resources import DOMAINS
from tests.factories import UserFactory
from tests.support.documents.described import (
    assert_as_described,
    assert_refuses_what_is_not_allowed,
)
from tests.support.documents.editors_calls import call_of
from tests.support.documents.openapi import assert_valid, described

OPERATIONS = [
    (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url))
    for routes in DOMAINS.values()
    for url, resource in routes
    for verb in sorted(resource.methods - {"HEAD"})
]


@pytest.fixture
def document(mp_app):
    """The OpenAPI document of the door."""
    return described(mp_app, "Editors", "/mp")


@pytest.fixture
def world(editors_world):
    """Enough of everything that no list is empty; values for the calls."""
    return editors_world


def test_the_description_is_valid_and_has_just_these_operations(document):
    described = {
        (verb.upper(), path) for path, verbs in document["paths"].items() for verb in verbs
    }

    assert_valid(document)
    assert described == set(OPERATIONS)


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_an_operation_answers_as_described(document, world, verb, path):
    assert_as_described(document, world["editor"], verb, path, call_of(verb, path, world))


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_an_operation_refuses_what_its_description_does_not_allow(
    document, world, sign_in, verb, path
):
    good = call_of(verb, path, world)

    # Somebody new for each call: within every limit.
    assert_refuses_what_is_not_allowed(
        document, lambda: sign_in(UserFactory(verified=True)), verb, path, good
    )


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_an_operation_names_its_refusals_and_who_may_call_it(document, verb, path):
    described = document["paths"][path][verb.lower()]
    needs_login = described["security"] not in ([], [{"refreshToken": []}])

    assert described["summary"]
    assert ({"401", "403"} <= set(described["responses"])) == needs_login
