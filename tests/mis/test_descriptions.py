"""The operators' API describes all it can do."""

from __future__ import annotations

import re

import pytest

from tests.support.documents.openapi import assert_valid, described


@pytest.fixture
def document(mis_app):
    """The OpenAPI document of the door."""
    return described(mis_app, "Operators", "/mis")


def test_the_description_is_valid_and_every_operation_says_what_it_does(document):
    assert_valid(document)
    operations = [each for verbs in document["paths"].values() for each in verbs.values()]
    assert [each["operationId"] for each in operations if not each["summary"]] == []


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/v1_0/authorizations", {"201", "400", "403", "429", "503"}),
        ("put", "/v1_0/password", {"201", "400", "401", "403", "429"}),
        ("post", "/v1_0/groups", {"200", "400", "401", "403", "429"}),
        ("delete", "/v1_0/permissions/{permission_id}", {"204", "400", "401", "403", "404"}),
        ("get", "/v1_0/operationlogs/export", {"200", "400", "401", "403"}),
    ],
)
def test_every_answer_of_the_contract_is_named(document, method, path, statuses):
    assert {*statuses, "default"} <= set(document["paths"][path][method]["responses"])


def test_a_table_is_described_as_one(document):
    answer = document["paths"]["/v1_0/operationlogs/export"]["get"]["responses"]["200"]

    assert list(answer["content"]) == ["text/csv"]


def test_who_may_is_part_of_the_description(document):
    assert document["paths"]["/v1_0/groups"]["get"]["security"] == [{"token": []}]
    assert document["paths"]["/v1_0/authorizations"]["post"]["security"] == []
    assert document["paths"]["/v1_0/authorizations"]["put"]["security"] == [{"refreshToken": []}]


def test_what_an_unknown_id_is_answered_is_named(document, admin):
    unnamed = []
    for path, verbs in document["paths"].items():
        for verb in verbs.keys() & {"get", "delete"}:
            if "_id}" in path:
                url = re.sub(r"{\w+}", "999999999", f"/mis{path}")
                answer = admin.open(url, method=verb)
                if str(answer.status_code) not in verbs[verb]["responses"]:
                    unnamed.append((verb, path, answer.status_code))

    assert unnamed == []
