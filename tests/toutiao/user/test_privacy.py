"""Private data appear in nobody else's answers (security.md rows 29 and 40)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from common.extensions.db import transaction
from common.models import UserProfile
from common.utils.crypto import sealing
from tests.factories import ArticleFactory, CommentFactory, RelationFactory, UserFactory
from tests.support.harness.outbox import relay_everything

NUMBER = "11010519491231002X"
NAME = "欧阳本名"
FORBIDDEN = {"mobile", "real_name", "id_number", "password", "token_version", "email", "account"}
FORBIDDEN_PARTS = ("id_card", "is_deleted", "hash", "secret")


@pytest.fixture
def somebody(runtime):
    """An author with papers, an article, a comment, and a follower."""
    user = UserFactory(verified=True, profile={"real_name": NAME})
    with transaction() as session:
        profile = session.get_one(UserProfile, user.user_id)
        profile.id_number = sealing.seal(NUMBER)
        profile.id_card_front = "private/id-card/aa/front.jpg"
    return user


@pytest.fixture
def paths(somebody, reader):
    """Everything that could show somebody to somebody else."""
    article = ArticleFactory(published=True, user_id=somebody.user_id, title="夜跑地图")
    CommentFactory(article_id=article.article_id, user_id=somebody.user_id)
    RelationFactory(user_id=reader.user.user_id, target_user_id=somebody.user_id)
    RelationFactory(user_id=somebody.user_id, target_user_id=reader.user.user_id)
    reader.post("/v1_0/article/collections", json={"target": article.article_id})
    relay_everything()
    user_id, article_id = somebody.user_id, article.article_id
    return [
        f"/v1_0/users/{user_id}",
        f"/v1_0/users/{user_id}/articles",
        f"/v1_0/users/{user_id}/followings",
        f"/v1_0/articles/{article_id}",
        f"/v1_0/comments?type=a&source={article_id}",
        "/v1_0/search?q=夜跑&highlight=1",
        "/v1_0/user/followings",
        "/v1_0/user/followers",
        "/v1_0/user/notifications",
        "/v1_0/article/collections",
        "/v1_0/user/histories",
        "/v1_0/articles?channel_id=0",
    ]


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object inside."""
    if isinstance(value, dict):
        yield from value.items()
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from members(each)


# Of these everybody has his own, so visitors have none.
OWN = (
    "/v1_0/user/followings",
    "/v1_0/user/followers",
    "/v1_0/user/notifications",
    "/v1_0/article/collections",
    "/v1_0/user/histories",
)


@pytest.mark.parametrize(("asking", "of_own"), [("reader", 200), ("anonymous", 401)])
def test_nothing_private_is_in_what_others_are_told(request, paths, somebody, asking, of_own):
    client = request.getfixturevalue(asking)
    mobile, key = somebody.mobile, "private/id-card"

    for path in paths:
        answer = client.get(path)

        names = {name for name, _ in members(answer.json)}
        assert answer.status_code == (of_own if path.startswith(OWN) else 200), path
        assert names.isdisjoint(FORBIDDEN), path
        assert not any(part in name for part in FORBIDDEN_PARTS for name in names), path
        for secret in (mobile, NUMBER, NAME, key):
            assert secret not in answer.text, path


@pytest.mark.parametrize("path", ["/v1_0/user/profile", "/v1_0/user/figure", "/v1_0/user"])
def test_own_data_are_those_of_the_token_whatever_is_asked_for(reader, somebody, path):
    own = reader.get(path)
    smuggled = reader.get(
        path,
        query_string={"user_id": somebody.user_id, "id": somebody.user_id},
        json={"user_id": somebody.user_id, "target": somebody.user_id},
    )

    assert smuggled.status_code == 200
    assert smuggled.data == own.data


def test_papers_are_not_even_in_the_own_profile(sign_in, somebody):
    answer = sign_in(somebody).get("/v1_0/user/profile")

    assert answer.json["data"]["mobile"] == somebody.mobile
    assert NUMBER not in answer.text
    assert NAME not in answer.text


def test_the_mobile_is_in_no_cache_as_it_is(reader, redis):
    for path in ("/v1_0/user/profile", "/v1_0/user"):
        reader.get(path)

    held = {key: redis.dump(key) for key in redis.scan_iter()}
    assert f"user:{reader.user.user_id}:profilex".encode() in held
    assert not any(reader.user.mobile.encode() in value for value in held.values())


def test_a_cached_mobile_that_cannot_be_opened_any_more_is_read_anew(reader, redis):
    reader.get("/v1_0/user/profile")
    key = f"user:{reader.user.user_id}:profilex"
    redis.set(key, '{"mobile":"gAAAA-sealed-with-another-key","gender":1,"birthday":""}')

    answer = reader.get("/v1_0/user/profile")

    assert answer.json["data"]["mobile"] == reader.user.mobile
    assert answer.json["data"]["gender"] == 0
