"""The readers' API describes all it can do."""

from __future__ import annotations

import pytest

from tests.support.documents.openapi import assert_valid, described


@pytest.fixture
def document(user_app):
    """The OpenAPI document of the door."""
    return described(user_app, "Readers", "/")


def test_the_description_is_valid(document):
    assert_valid(document)


def test_every_operation_says_what_it_does(document):
    operations = [each for verbs in document["paths"].values() for each in verbs.values()]

    assert [each["operationId"] for each in operations if not each["summary"]] == []


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("get", "/v1_0/users/{user_id}", {"200", "400", "401", "403", "404"}),
        ("post", "/v1_0/user/followings", {"201", "400", "401", "403", "429"}),
        ("delete", "/v1_0/user/blacklists/{user_id}", {"204", "401", "403", "404", "429"}),
        ("post", "/v1_0/article/likings", {"201", "400", "401", "403", "429"}),
        ("post", "/v1_0/article/reports", {"201", "400", "401", "403", "409", "429"}),
        ("post", "/v1_0/reading/durations", {"201", "400", "429"}),
        ("delete", "/v1_0/comments/{comment_id}", {"204", "401", "403", "404", "429"}),
        ("delete", "/v1_0/user/histories", {"204", "401", "403"}),
    ],
)
def test_every_answer_of_the_contract_is_named(document, method, path, statuses):
    described = document["paths"][path][method]["responses"]

    assert {*statuses, "default"} <= set(described)


def test_both_names_of_a_page_size_are_described(document):
    parameters = document["paths"]["/v1_0/user/followings"]["get"]["parameters"]

    assert {each["name"] for each in parameters} == {"page", "per_page", "perPage"}
