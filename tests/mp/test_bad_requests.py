"""Requests that are wrong as such, at every operation: exact answers, nothing stored, never 5xx."""

from __future__ import annotations

import json
import re

import pytest

from common.utils.http.taking import models_of
from common.utils.parser import MALFORMED
from mp.resources import DOMAINS
from tests.support.documents.editors_calls import call_of
from tests.support.harness.snapshots import snapshot

OPERATIONS = [
    (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url), models_of(getattr(resource, verb.lower())))
    for routes in DOMAINS.values()
    for url, resource in routes
    for verb in sorted(resource.methods - {"HEAD"})
]
WITH_BODY = [(verb, path) for verb, path, taken in OPERATIONS if "body" in taken]
NAMED = [(verb, path) for verb, path, _ in OPERATIONS if "_id}" in path]
ORIGIN = "http://localhost:8080"
NOT_FOUND = (
    "The requested URL was not found on the server. If you entered the URL manually please "
    "check your spelling and try again."
)
MALFORMED_BODIES = [b"{", b"[", b"nul", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"{}{}", b"\xff",
                    b'{"a":' * 10_000, b"[]", b'"x"', b"7"]  # fmt: skip
NO_IDS = ["0", "-1", "1.5", "x", "9223372036854775808", "1e3", "+1", "%20", "1;2", "１２"]


@pytest.fixture
def world(editors_world):
    """An editor, and values for good calls."""
    return editors_world


@pytest.mark.parametrize(("verb", "path"), WITH_BODY)
def test_what_is_no_json_object_is_refused_in_the_same_words(world, runtime, verb, path):
    good = call_of(verb, path, world)
    good.pop("json")
    before = snapshot(runtime)

    for body in MALFORMED_BODIES:
        answer = world["editor"].open(**good, data=body)
        assert (body[:20], answer.status_code) == (body[:20], 400)
        assert (body[:20], answer.json) == (body[:20], {"message": MALFORMED})
    assert snapshot(runtime) == before


@pytest.mark.parametrize(("verb", "path"), WITH_BODY)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_is_read_whatever_its_type_says(world, verb, path, content_type):
    good = call_of(verb, path, world)
    body = json.dumps(good.pop("json"))

    answer = world["editor"].open(**good, data=body, content_type=content_type)

    assert answer.status_code in (200, 201)


@pytest.mark.parametrize(("verb", "path"), WITH_BODY)
def test_unknown_members_and_parameters_are_ignored(world, verb, path):
    good = call_of(verb, path, world)
    good["json"] = {**good["json"], "id": "7", "status": 2, "user_id": 1, "is_top": True}
    good["query_string"] += "&pahe=1&page_page=x"

    assert world["editor"].open(**good).status_code in (200, 201)


@pytest.mark.parametrize(("verb", "path"), NAMED)
def test_what_is_no_id_is_no_address(editor, verb, path):
    before, _, after = path.partition("{")
    after = re.sub(r"\{\w+\}", "1", after.partition("}")[2])
    for value in NO_IDS:
        answer = editor.open(f"/mp{before}{value}{after}", method=verb)

        assert (value, answer.status_code) == (value, 404)
        assert answer.json == {"message": NOT_FOUND}


@pytest.mark.settings(cors_origins=[ORIGIN])
@pytest.mark.parametrize(("verb", "path"), [(verb, path) for verb, path, _ in OPERATIONS])
def test_every_path_can_be_asked_about_by_browsers(anonymous, verb, path):
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": verb,
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    answer = anonymous.open(
        f"/mp{re.sub(r'{[^}]*}', '1', path)}", method="OPTIONS", headers=headers
    )

    assert answer.status_code in (200, 204)
    assert verb in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", sorted({path for _, path, _ in OPERATIONS}))
def test_other_verbs_are_refused_in_json(editor, path):
    concrete = re.sub(r"{mobile}", "13800001234", path)
    concrete = f"/mp{re.sub(r'{[^}]*}', '1', concrete)}"

    answer = editor.open(concrete, method="TRACE")

    assert answer.status_code == 405
    assert answer.json == {"message": "The method is not allowed for the requested URL."}
