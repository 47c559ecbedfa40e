"""Who sees and does what with an article at the editors' door: its status × whose it is.

Every operation that names an article has a row (contract/media-platform.md §1.11, §2.33); the
routes say which ones there are. Readers' lists have tables of their own (tests/toutiao).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest

from common.utils.constants import ArticleStatus, RelationKind
from mp.resources import DOMAINS
from tests.factories import CommentFactory, RelationFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.keeping import AUTOSAVES
from tests.support.scenarios.standing import stand
from tests.support.scenarios.writing import PATH, TITLE, sent

pytestmark = pytest.mark.settings(ratelimit_enabled=False)

S = ArticleStatus
ARTICLE = "/v1_0/articles/{article_id}"
READ = [200, 200, 200, 200, 404, 200]
WRITTEN = [201, 201, 201, 201, 400, 403]


class Row(NamedTuple):
    """What is answered for an own article, by status, and for every one of somebody else's."""

    own: list[int]
    foreign: int
    query: str = ""
    body: dict[str, Any] | None = None


def _typed() -> dict[str, Any]:
    return {"title": "早", "content": "<p>清</p>"}


#                                     draft waits live rejected deleted banned
TABLE: dict[tuple[str, str], Row] = {
    ("GET", ARTICLE): Row(READ, 404),
    ("PUT", ARTICLE): Row(WRITTEN, 400, query="draft=true"),
    ("DELETE", ARTICLE): Row([204, 204, 400, 204, 400, 400], 400),
    ("GET", f"{ARTICLE}/autosave"): Row(READ, 404),
    ("PUT", f"{ARTICLE}/autosave"): Row(WRITTEN, 400, body=_typed()),
    ("DELETE", f"{ARTICLE}/autosave"): Row([204] * 6, 204),
    ("GET", f"{ARTICLE}/revisions"): Row(READ, 404),
    ("GET", f"{ARTICLE}/revisions/{{version}}"): Row(READ, 404),
    ("GET", f"{ARTICLE}/revisions/{{version}}/diff"): Row(READ, 404),
    ("POST", f"{ARTICLE}/revisions/{{version}}/restore"): Row(WRITTEN, 400),
    ("POST", f"{ARTICLE}/previews"): Row(WRITTEN, 400),
    ("DELETE", f"{ARTICLE}/previews"): Row([204, 204, 204, 204, 404, 204], 404),
    ("GET", f"{ARTICLE}/reviews"): Row(READ, 404),
    ("POST", f"{ARTICLE}/appeals"): Row([400, 400, 400, 201, 400, 201], 400, body={"text": "请"}),
    ("GET", "/v1_0/statistics/articles/{article_id}"): Row([400, 400, 200, 400, 400, 400], 400),
    # Named in the query or the body.
    ("PUT", "/v1_0/comments/status"): Row(
        [400, 400, 201, 400, 400, 400], 400, body={"allow_comment": False}
    ),
}
SUBMITTING = {"submitted": "draft=false", "kept live": "draft=false&keep_live=1"}
NAMED_ELSEWHERE = {("PUT", "/v1_0/comments/status")}
# One page of each, and the statuses that are in it.
LISTS: dict[str, list[ArticleStatus]] = {
    "/articles": [S.DRAFT, S.PENDING, S.APPROVED, S.REJECTED],
    **{f"/articles?status={int(status)}": [status] for status in S},
    "/articles?status=4&status=5": [S.DELETED, S.BANNED],
    "/articles?response_type=comment": [S.APPROVED],
    "/articles?response_type=statistic": [S.APPROVED],
    "/articles?response_type=statistic&status=0": [],
    f"/search?q={TITLE}": [S.DRAFT, S.PENDING, S.APPROVED, S.REJECTED],
}
WITH_OWN = [(*key, row.query) for key, row in TABLE.items()] + [
    ("PUT", ARTICLE, query) for query in SUBMITTING.values()
]


@pytest.fixture
def other(sign_in):
    """Another editor."""
    return sign_in(UserFactory(verified=True))


def called(client, channel_id, verb, path, query, article_id):
    row = TABLE[verb, path]
    body = row.body
    if (verb, path) == ("PUT", ARTICLE):
        body = sent(channel_id, title="另一个标题")
    if (verb, path) in NAMED_ELSEWHERE:
        query = f"article_id={article_id}"
    path = "/mp" + path.format(article_id=article_id, version=1)
    return client.open(method=verb, path=path, query_string=query, json=body)


def test_every_operation_that_names_an_article_has_a_row():
    named = {
        (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url))
        for routes in DOMAINS.values()
        for url, resource in routes
        for verb in resource.methods - {"HEAD"}
        if "article_id>" in url
    }

    assert named == TABLE.keys() - NAMED_ELSEWHERE


@pytest.mark.parametrize(("verb", "path", "query"), WITH_OWN)
def test_an_author_reads_and_writes_what_its_status_allows(
    editor, admin, channel_id, verb, path, query
):
    own = {status: stand(editor, admin, channel_id, status) for status in S}

    answers = {
        status: called(editor, channel_id, verb, path, query, article_id)
        for status, article_id in own.items()
    }

    found = {status: answer.status_code for status, answer in answers.items()}
    assert found == dict(zip(S, TABLE[verb, path].own, strict=True))


@pytest.mark.parametrize("relation", [None, RelationKind.FOLLOW, RelationKind.BLACKLIST])
def test_nobody_else_does_whatever_its_status_and_how_they_stand(
    editor, admin, other, runtime, channel_id, relation
):
    ids = [stand(other, admin, channel_id, status) for status in S]
    one, another = editor.user.user_id, other.user.user_id
    if relation is not None:
        RelationFactory(user_id=one, target_user_id=another, relation=relation)
        RelationFactory(user_id=another, target_user_id=one, relation=relation)
    before = snapshot(runtime)

    for verb, path, query in WITH_OWN:
        codes = [
            called(editor, channel_id, verb, path, query, article_id).status_code
            for article_id in ids
        ]
        assert (verb, path, codes) == (verb, path, [TABLE[verb, path].foreign] * len(S))

    refused = editor.delete(PATH, json={"article_ids": ids}).json["data"]["refused"]
    assert [each["id"] for each in refused] == ids
    assert snapshot(runtime) == before


@pytest.mark.parametrize("state", ["cold", "warm"])
def test_lists_show_own_articles_by_status_and_nobody_else_s(
    editor, admin, other, channel_id, state
):
    if state == "warm":
        stand(editor, admin, channel_id, S.DELETED)
        for path in LISTS:
            editor.get(f"/mp/v1_0{path}")
    kept = {status: stand(editor, admin, channel_id, status) for status in S}
    for status in S:
        stand(other, admin, channel_id, status)
    relay_everything()
    by_id = {article_id: status for status, article_id in kept.items()}

    for path, statuses in LISTS.items():
        data = editor.get(f"/mp/v1_0{path}").json["data"]
        listed = [by_id.get(each["id"]) for each in data["results"]]
        deleted_before = state == "warm" and S.DELETED in statuses
        assert (path, sorted(listed, key=str)) == (
            path,
            sorted([*statuses, *([None] * deleted_before)], key=str),
        )
        assert data["total_count"] == len(listed)


def test_a_batch_deletes_what_may_be_deleted_and_names_the_rest(editor, admin, channel_id):
    own = {status: stand(editor, admin, channel_id, status) for status in S}

    data = editor.delete(PATH, json={"article_ids": list(own.values())}).json["data"]

    kept = [own[status] for status in (S.APPROVED, S.DELETED, S.BANNED)]
    assert (data["count"], [each["id"] for each in data["refused"]]) == (3, kept)


def test_what_was_typed_of_nothing_yet_is_its_author_s_alone(editor, other):
    autosave_id = editor.post(AUTOSAVES, json=_typed()).json["data"]["id"]
    path = f"{AUTOSAVES}/{autosave_id}"

    codes = [
        other.get(path).status_code,
        other.put(path, json=_typed()).status_code,
        other.delete(path).status_code,
        editor.get(path).status_code,
    ]

    assert codes == [404, 404, 204, 200]
    assert other.get(AUTOSAVES).json["data"]["total_count"] == 0


def test_a_frozen_editor_does_nothing_with_his_own(editor, admin, runtime, channel_id):
    ids = [stand(editor, admin, channel_id, status) for status in S]
    lock_out(editor.user.user_id)
    relay_everything()
    before = snapshot(runtime)

    for verb, path, query in WITH_OWN:
        codes = {
            called(editor, channel_id, verb, path, query, article_id).status_code
            for article_id in ids
        }
        assert (verb, path, codes) == (verb, path, {403})
    assert {editor.get(f"/mp/v1_0{path}").status_code for path in LISTS} == {403}
    assert snapshot(runtime) == before


@pytest.mark.parametrize(
    ("verb", "path", "foreign"),
    [
        ("GET", "/v1_0/comments", [400, 400, 200, 400, 400, 400]),
        ("POST", "/v1_0/comments", [400, 400, 201, 400, 400, 400]),
        ("POST", "/v1_0/comment/likings", [400, 400, 201, 400, 400, 400]),
    ],
)
def test_a_discussion_is_open_to_others_while_its_article_is_live(
    editor, admin, other, channel_id, verb, path, foreign
):
    """Its author reads it in every status, and writes in it like anybody else."""
    mine = [*foreign] if verb == "POST" else [200] * 6
    for client, codes in ((other, foreign), (editor, mine)):
        found = []
        for status in S:
            article_id = stand(editor, admin, channel_id, status)
            comment_id = CommentFactory(article_id=article_id).comment_id
            body = {"target": comment_id, "art_id": article_id, "content": "明早见"}
            answer = client.open(
                method=verb,
                path=f"/mp{path}",
                query_string=f"type=a&source={article_id}" if verb == "GET" else "",
                json=body if verb == "POST" else None,
            )
            found.append(answer.status_code)
        assert found == codes
