"""Who sees and does what with a comment at the editors' door: its status × writer × article.

Contract: media-platform.md §2.17 to §2.22, user-app.md §1.12 and §9.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from common.utils.constants import ArticleStatus, CommentStatus, RelationKind
from tests.factories import ArticleFactory, CommentFactory, RelationFactory, UserFactory
from tests.support.clients.api import ApiClient
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import withdraw

pytestmark = pytest.mark.settings(ratelimit_enabled=False)

MP = "/mp/v1_0"
LIVE = ArticleStatus.APPROVED


class Scene(NamedTuple):
    """Whose article, and in which status, a comment is on; how its writer stands."""

    is_mine: bool = True
    article: ArticleStatus = LIVE
    writer: str = "anybody"


class Said(NamedTuple):
    """A comment and its article."""

    comment_id: int
    article_id: int


Answers = dict[str, list[Any]]

# What is answered by the status of the comment: waiting, approved, refused, deleted.
OWN: Answers = {
    "listed": [False, True, False, False],
    "replies": [400, 200, 400, 400],
    "answer": [400, 201, 400, 400],
    "like": [400, 201, 400, 400],
    "unlike": [204] * 4,
    "pin": [404, 201, 404, 404],
    "delete": [204] * 4,
}
FOREIGN = OWN | {"pin": [403] * 4, "delete": [403] * 4}
QUIET: Answers = {"answer": [400] * 4, "like": [400] * 4}  # nobody writes about it any more
UNLISTED: Answers = {"listed": [False] * 4}
UNSEEN: Answers = {"listed": [400] * 4, "replies": [400] * 4}
REFUSED: Answers = {"answer": [400, 403, 400, 400]}
TABLE: dict[Scene, Answers] = {
    Scene(): OWN,
    Scene(article=ArticleStatus.DRAFT): OWN | QUIET,
    Scene(article=ArticleStatus.PENDING): OWN | QUIET,
    Scene(article=ArticleStatus.REJECTED): OWN | QUIET,
    Scene(article=ArticleStatus.DELETED): OWN | QUIET,
    Scene(article=ArticleStatus.BANNED): OWN | QUIET,
    # Whom he cannot read an author can still remove from his article.
    Scene(writer="frozen"): OWN | QUIET | UNLISTED,
    Scene(writer="blocked by me"): OWN | UNLISTED,
    Scene(writer="who blocked me"): OWN | REFUSED,
    Scene(writer="myself"): OWN,
    Scene(is_mine=False): FOREIGN,
    Scene(is_mine=False, article=ArticleStatus.PENDING): FOREIGN | QUIET | UNSEEN,
    Scene(is_mine=False, article=ArticleStatus.BANNED): FOREIGN | QUIET | UNSEEN,
    Scene(is_mine=False, writer="frozen"): FOREIGN | QUIET | UNLISTED | {"replies": [400] * 4},
    Scene(is_mine=False, writer="blocked by me"): FOREIGN | UNLISTED,
    Scene(is_mine=False, writer="who blocked me"): FOREIGN | REFUSED,
    Scene(is_mine=False, writer="myself"): FOREIGN,
}


@pytest.fixture(params=["cold", "warm"])
def said(request, editor):
    """``said(scene)``: a comment in each status, read before what hides it has happened, or not."""

    def build(scene: Scene) -> list[Said]:
        me = editor.user.user_id
        author_id = me if scene.is_mine else UserFactory(verified=True).user_id
        writer_id = me if scene.writer == "myself" else UserFactory().user_id
        article_id = ArticleFactory(published=True, user_id=author_id).article_id
        found = [
            Said(
                CommentFactory(article_id=article_id, user_id=writer_id, status=each).comment_id,
                article_id,
            )
            for each in CommentStatus
        ]
        if request.param == "warm":
            for each in found:
                _listed(editor, each)
                _replies(editor, each)
        _hide(scene, editor, article_id, writer_id)
        return found

    return build


def _hide(scene: Scene, editor: ApiClient, article_id: int, writer_id: int) -> None:
    if scene.writer == "blocked by me":
        answer = editor.post("/v1_0/user/blacklists", json={"target": writer_id})
        assert answer.status_code == 201
    if scene.writer == "who blocked me":
        RelationFactory(
            user_id=writer_id,
            target_user_id=editor.user.user_id,
            relation=RelationKind.BLACKLIST,
        )
    if scene.writer == "frozen":
        lock_out(writer_id)
    if scene.article != LIVE:
        withdraw(article_id, scene.article)


def _listed(client, it):
    answer = client.get(f"{MP}/comments?type=a&source={it.article_id}")
    if answer.status_code != 200:
        return answer.status_code
    return it.comment_id in [each["com_id"] for each in answer.json["data"]["results"]]


def _replies(client, it):
    return client.get(f"{MP}/comments?type=c&source={it.comment_id}").status_code


def _answer(client, it):
    body = {"target": it.comment_id, "art_id": it.article_id, "content": "明早见"}
    return client.post(f"{MP}/comments", json=body).status_code


def _like(client, it):
    return client.post(f"{MP}/comment/likings", json={"target": it.comment_id}).status_code


def _unlike(client, it):
    return client.delete(f"{MP}/comment/likings/{it.comment_id}").status_code


def _pin(client, it):
    path = f"{MP}/comments/{it.comment_id}/sticky"
    return client.put(path, json={"sticky": True}).status_code


def _delete(client, it):
    return client.delete(f"{MP}/comments/{it.comment_id}").status_code


CALLS = {
    "listed": _listed,
    "replies": _replies,
    "answer": _answer,
    "like": _like,
    "unlike": _unlike,
    "pin": _pin,
    "delete": _delete,
}


@pytest.mark.parametrize("scene", TABLE, ids=lambda scene: "-".join(map(str, scene)))
def test_what_is_answered_about_a_comment(editor, said, scene):
    comments = said(scene)

    answers = {
        name: [call(editor, each) for each in comments]
        for name, call in CALLS.items()  # what changes something comes last
    }

    assert answers == TABLE[scene]
