"""What is somebody else's, at every operation that names a thing (security.md rows 23 to 25, 31).

The table is made from the routes: a stranger's answer is that for a thing that is not there, and
nothing changes.
"""

from __future__ import annotations

import re

import pytest

from mp.resources import DOMAINS
from tests.factories import UserFactory
from tests.support.documents.editors_calls import call_of
from tests.support.harness.snapshots import snapshot

NOWHERE = 987654321
NAMED = [
    (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url))
    for routes in DOMAINS.values()
    for url, resource in routes
    for verb in sorted(resource.methods - {"HEAD"})
    if "<id:" in url
]
# Everybody may like what everybody can see.
PUBLIC = {("DELETE", "/v1_0/comment/likings/{comment_id}")}
# Whose it is, is told: comments are public (contract/media-platform.md §2.19, §2.20).
TOLD = {
    ("DELETE", "/v1_0/comments/{comment_id}"),
    ("PUT", "/v1_0/comments/{comment_id}/sticky"),
}


@pytest.fixture
def world(editors_world):
    """What somebody else has."""
    return editors_world


@pytest.fixture
def stranger(sign_in):
    """Another editor."""
    return sign_in(UserFactory(verified=True))


def nowhere(call):
    """The same call about what is not there."""
    path = re.sub(r"/\d{3,}|(?<=images)/\d+|(?<=autosaves)/\d+", f"/{NOWHERE}", call["path"])
    return {**call, "path": path}


@pytest.mark.parametrize(("verb", "path"), NAMED)
def test_a_stranger_gets_the_answer_for_what_is_not_there_and_changes_nothing(
    world, stranger, runtime, verb, path
):
    call = call_of(verb, path, world)
    stranger.get("/mp/v1_0/user/profile")
    before = snapshot(runtime)

    foreign, absent = stranger.open(**call), stranger.open(**nowhere(call))

    assert nowhere(call)["path"] != call["path"]
    assert foreign.status_code in (204, 400, 403, 404)
    if (verb, path) in TOLD:
        assert (foreign.status_code, absent.status_code) == (403, 404)
    else:
        assert (foreign.status_code, foreign.text) == (absent.status_code, absent.text)
    if (verb, path) not in PUBLIC:
        assert snapshot(runtime) == before


def test_articles_of_others_are_named_as_refused_in_a_batch(world, stranger, editor, runtime):
    before = snapshot(runtime)
    ids = [world["free_draft"], NOWHERE]

    answer = stranger.delete("/mp/v1_0/articles", json={"article_ids": ids})

    refused = answer.json["data"]["refused"]
    assert answer.json["data"]["count"] == 0
    assert [each["id"] for each in refused] == ids
    assert len({each["reason"] for each in refused}) == 1
    assert snapshot(runtime) == before


def test_no_list_shows_what_others_have(world, stranger):
    lists = [
        "/articles",
        "/articles?response_type=comment",
        "/articles?response_type=statistic",
        "/articles?status=0",
        "/search?q=%E8%80%81%E5%9F%8E",
        "/user/images",
        "/user/legalizes",
        "/user/notifications",
        "/autosaves",
        "/followers",
    ]

    for path in lists:
        data = stranger.get(f"/mp/v1_0{path}").json["data"]
        assert (path, data["total_count"], data["results"]) == (path, 0, [])
