"""Taking away or changing what is somebody else's, and what is not there at all.

Whoever tries learns nothing by the difference, for there is none (security.md rows 23, 25, 29).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from common.utils.constants import AttitudeKind, CommentStatus, RelationKind
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    CollectionFactory,
    CommentFactory,
    CommentLikingFactory,
    NotificationFactory,
    RelationFactory,
    UserChannelFactory,
    UserFactory,
)
from tests.support.harness.snapshots import snapshot

NOWHERE = 987654321
# Made for the caller by his first edit, and what tells his caches of it.
OWN = frozenset({"user_channel", "outbox"})


class Try(NamedTuple):
    """An attempt: what of somebody else's it is about, the body with its id, and the answer."""

    thing: str
    status: int
    body: str = ""


# Every operation of readers that takes away or replaces.
TRIES = {
    "DELETE /v1_0/user/followings/*": Try("followed", 204),
    "DELETE /v1_0/user/blacklists/*": Try("blocked", 204),
    "DELETE /v1_0/user/channels/*": Try("channel", 204),
    "DELETE /v1_0/user/channels": Try("channel", 204, '{"channels": [%d]}'),
    "DELETE /v1_0/article/collections/*": Try("article", 204),
    "DELETE /v1_0/article/likings/*": Try("article", 204),
    "DELETE /v1_0/article/dislikes/*": Try("article", 204),
    "DELETE /v1_0/comment/likings/*": Try("comment", 204),
    "DELETE /v1_0/comments/*": Try("comment", 404),
    "DELETE /v1_0/comments/* ": Try("waiting", 404),
    "DELETE /v1_0/comments/*  ": Try("reply", 404),
    "DELETE /v1_0/user/histories": Try("article", 204),
    "DELETE /v1_0/search/histories": Try("article", 204),
    "PUT /v1_0/user/channels/*": Try("channel", 400, '{"seq": 1}'),
    "PUT /v1_0/user/channels": Try("channel", 400, '{"channels": [{"id": %d}]}'),
    "PUT /v1_0/user/notifications": Try("notification", 201, '{"ids": [%d]}'),
}
NOT_ABOUT_THINGS = {"PUT /v1_0/authorizations"}  # but about the token that is sent


@pytest.fixture
def things(runtime) -> dict[str, int]:
    """What somebody else has; ids by name."""
    other = UserFactory().user_id
    article = ArticleFactory(published=True).article_id
    channel = ChannelFactory(is_visible=False).channel_id
    comment = CommentFactory(article_id=article, user_id=other)
    followed = RelationFactory(user_id=other).target_user_id
    blocked = RelationFactory(user_id=other, relation=RelationKind.BLACKLIST).target_user_id
    UserChannelFactory(user_id=other, channel_id=channel)
    CollectionFactory(user_id=other, article_id=article)
    AttitudeFactory(user_id=other, article_id=article, attitude=AttitudeKind.LIKE)
    CommentLikingFactory(user_id=other, comment_id=comment.comment_id)
    waiting = CommentFactory(article_id=article, user_id=other, status=CommentStatus.PENDING)
    return {
        "followed": followed,
        "blocked": blocked,
        "channel": channel,
        "article": article,
        "comment": comment.comment_id,
        "waiting": waiting.comment_id,
        "reply": CommentFactory(to=comment, user_id=other).comment_id,
        "notification": NotificationFactory(user_id=other).id,
    }


def send(client: Any, operation: str, id_: int) -> tuple[int, str]:
    """Status and text of the answer, the id taken out."""
    verb, path = operation.split()
    body = TRIES[operation].body
    answer = client.open(
        path.replace("*", str(id_)), method=verb, data=body % id_ if "%" in body else body
    )
    return answer.status_code, answer.text.replace(str(id_), "*")


@pytest.mark.parametrize("operation", TRIES)
def test_what_is_not_mine_and_what_is_not_there_answer_alike(reader, runtime, things, operation):
    attempt = TRIES[operation]
    reader.get("/v1_0/user/channels")
    before = snapshot(runtime, without=OWN)

    foreign = send(reader, operation, things[attempt.thing])
    absent = send(reader, operation, NOWHERE)

    assert foreign == absent
    assert foreign[0] == attempt.status
    assert snapshot(runtime, without=OWN) == before


def test_a_channel_of_somebody_else_stays_in_his_list(reader, sign_in):
    channel = ChannelFactory().channel_id
    other = sign_in(UserFactory())
    other.put("/v1_0/user/channels", json={"channels": [{"id": channel}]})
    before = other.get("/v1_0/user/channels").json

    for operation in ("DELETE /v1_0/user/channels/*", "DELETE /v1_0/user/channels"):
        assert send(reader, operation, channel)[0] == 204

    assert other.get("/v1_0/user/channels").json == before


def test_every_operation_that_takes_away_or_replaces_is_tried(user_app):
    operations = {
        f"{verb} {rule.rule.split('<')[0]}{'*' if rule.arguments else ''}"
        for rule in user_app.url_map.iter_rules()
        for verb in rule.methods & {"DELETE", "PUT"}
    }
    operations = {each.replace("/v1_1/user", "/v1_0/user") for each in operations}

    assert operations == {each.strip() for each in TRIES} | NOT_ABOUT_THINGS
