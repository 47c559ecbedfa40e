"""The later generation of publishing clients: one base address for readers' and editors' calls.

contract/clients.md §1: ``/v1_0/mp/...`` beside the paths that both doors share, and an upload of
its own.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import ChannelFactory, UserFactory
from tests.support.clients.images import encoded, two_halves
from tests.support.clients.logging_in import bearing, code_for, log_in, payload_of
from tests.support.clients.uploading import as_files
from tests.support.documents.editors_calls import call_of
from tests.support.documents.editors_document import operations
from tests.support.documents.published import missing
from tests.support.scenarios.writing import sent

EDITORS = "/mp/v1_0"
ONE_BASE = "/v1_0/mp"
# What this generation asks below the base address (contract/clients.md §1).
CALLS = [
    each for each in operations() if each.entry.split(" ")[1].startswith(f"{EDITORS}/articles")
]


def _done(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json["data"] if answer.data else None


@pytest.mark.parametrize("operation", CALLS, ids=lambda each: f"{each.entry} {each.query}".strip())
def test_an_operation_answers_as_published_below_the_other_address(editors_world, operation):
    world = editors_world
    verb, path = operation.entry.split(" ")
    call = call_of(verb, path, world)
    call["path"] = call["path"].replace(EDITORS, ONE_BASE)
    if operation.query:
        call["query_string"] = operation.query.format(**world)

    answer = world["editor"].open(**call)

    assert answer.status_code == operation.status, answer.text
    assert operation.status == 204 or missing(answer.json, operation.members) == []


@pytest.mark.settings(guest_upload=True)
def test_a_day_of_such_a_client(anonymous):
    """Each answer has what its pages show (contract/clients.md §3)."""
    mobile, channel_id = UserFactory(verified=True).mobile, ChannelFactory().channel_id
    login = _done(log_in(anonymous, mobile, code_for(anonymous, mobile)), 201)
    assert payload_of(login["token"])["verified"] is True
    options = bearing(login["token"])
    profile = _done(anonymous.get("/v1_0/user/profile", **options))
    assert {"id", "name", "photo", "mobile"} <= profile.keys()
    channels = _done(anonymous.get("/v1_0/channels", **options))["channels"]
    assert [each["id"] for each in channels] == [channel_id]

    # Its upload widget sends no token, and the form what that answered.
    picture = encoded(two_halves(), "PNG")
    url = _done(anonymous.post("/v1_0/upload", **as_files(image=picture)), 201)["url"]
    assert anonymous.get(url).status_code == 200
    text = sent(channel_id, cover={"type": 1, "images": [url]}, content=f'<p><img src="{url}"></p>')
    article_id = _done(
        anonymous.post(f"{ONE_BASE}/articles?draft=false", json=text, **options), 201
    )["id"]

    listed = _done(anonymous.get(f"{ONE_BASE}/articles?page=1&per_page=10&status=", **options))
    assert (listed["total_count"], listed["page"], listed["per_page"]) == (1, 1, 10)
    assert listed["results"][0]["id"] == article_id
    assert listed["results"][0]["cover"]["images"] == [url]
    form = _done(anonymous.get(f"{ONE_BASE}/articles/{article_id}", **options))
    assert (form["title"], form["channel_id"]) == (text["title"], channel_id)
    saved = anonymous.put(
        f"{ONE_BASE}/articles/{article_id}?draft=true",
        json={**form, "title": "改过的标题"},
        **options,
    )
    _done(saved, 201)
    drafts = _done(anonymous.get(f"{ONE_BASE}/articles?status=0", **options))
    assert [each["title"] for each in drafts["results"]] == ["改过的标题"]
    assert anonymous.delete(f"{ONE_BASE}/articles/{article_id}", **options).status_code == 204
    assert _done(anonymous.get(f"{ONE_BASE}/articles", **options))["total_count"] == 0
