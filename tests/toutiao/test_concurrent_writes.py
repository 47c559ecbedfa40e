"""Fifty clients at once on the same few targets: every figure stays what SQL says."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.cache import counters
from common.extensions.db import db
from common.models import (
    Article,
    Attitude,
    Comment,
    CommentLiking,
    Relation,
)
from common.utils.constants import ArticleStatus, AttitudeKind, CommentStatus, RelationKind
from tests.factories import CommentFactory
from tests.support.scenarios.feeding import bring_back, withdraw
from tests.support.scenarios.storms import (
    CALLS,
    CLIENTS,
    assert_figures,
    assert_no_duplicates,
    by,
    data,
    made,
    storm,
    toggles,
)

pytestmark = pytest.mark.settings(ratelimit_enabled=False, db_pool_size=CLIENTS)


def test_likes_and_dislikes(crowd, articles, redis):
    targets = [article.article_id for article in articles]
    paths = ["/v1_0/article/likings", "/v1_0/article/dislikes"]

    statuses = storm(crowd, lambda _, chance: toggles(chance, paths, paths, targets))

    liked = by(Attitude.article_id, Attitude.attitude == AttitudeKind.LIKE)
    received = by(
        Article.user_id,
        Article.status == ArticleStatus.APPROVED,
        Attitude.article_id == Article.article_id,
        Attitude.attitude == AttitudeKind.LIKE,
    )
    assert set(statuses) == {("POST", 201), ("DELETE", 204)}
    assert sum(statuses.values()) == CLIENTS * CALLS
    assert_no_duplicates(Attitude.user_id, Attitude.article_id)
    assert_figures(redis, counters.article_likes, liked)
    assert_figures(
        redis,
        counters.article_dislikes,
        by(Attitude.article_id, Attitude.attitude == AttitudeKind.DISLIKE),
    )
    assert_figures(redis, counters.user_likes, received)
    mine = dict(
        db.session.execute(
            select(Attitude.article_id, Attitude.attitude).where(
                Attitude.user_id == crowd[0].user.user_id
            )
        ).all()
    )
    for article_id in targets:
        page = data(crowd[0], f"/v1_0/articles/{article_id}")
        attitude = mine.get(article_id)
        assert page["like_count"] == liked.get(article_id, 0)
        assert page["attitude"] == (-1 if attitude is None else attitude)
    for author_id in {article.user_id for article in articles}:
        assert data(crowd[0], f"/v1_0/users/{author_id}")["like_count"] == received.get(
            author_id, 0
        )


def test_likes_while_the_article_is_banned_and_approved_again(crowd, articles, redis):
    """Whoever changes a status counts the likes it takes along: each is on one side of it."""
    article = articles[0]
    article_id, author_id = article.article_id, article.user_id
    path = "/v1_0/article/likings"

    def moderate():
        for _ in range(3):
            withdraw(article_id)
            bring_back(article_id)

    statuses = storm(
        crowd, lambda _, chance: toggles(chance, [path], [path], [article_id]), moderate
    )

    liked = by(Attitude.article_id, Attitude.attitude == AttitudeKind.LIKE)
    assert statuses["DELETE", 204] == made(statuses, "DELETE")  # whatever its state
    banned_at_the_time = statuses["POST", 400]
    assert statuses["POST", 201] + banned_at_the_time == made(statuses, "POST")
    assert sum(statuses.values()) == CLIENTS * CALLS
    assert_figures(redis, counters.article_likes, liked)
    assert data(crowd[0], f"/v1_0/articles/{article_id}")["like_count"] == liked.get(article_id, 0)
    card = data(crowd[0], f"/v1_0/users/{author_id}")
    assert card["like_count"] == liked.get(article_id, 0)


def test_following_and_blocking_the_same_few(crowd, redis):
    targets = [client.user.user_id for client in crowd[:4]]
    paths = ["/v1_0/user/followings", "/v1_0/user/followings", "/v1_0/user/blacklists"]

    statuses = storm(crowd, lambda _, chance: toggles(chance, paths, paths, targets))

    assert_relations_are_consistent(crowd, redis, statuses)


def test_two_who_follow_and_block_each_other_at_once(crowd, redis):
    """Both directions of a pair are touched by both sides: whoever waits must not wait for ever."""
    pairs = crowd[:8]
    everybody = [client.user.user_id for client in pairs]
    paths = ["/v1_0/user/followings", "/v1_0/user/blacklists"]

    statuses = storm(pairs * 4, lambda _, chance: toggles(chance, paths, paths, everybody))

    assert_relations_are_consistent(pairs, redis, statuses)


def assert_relations_are_consistent(crowd, redis, statuses):
    follows = Relation.relation == RelationKind.FOLLOW
    followings, fans = by(Relation.user_id, follows), by(Relation.target_user_id, follows)
    assert statuses["SELF", 400] == made(statuses, "SELF") > 0
    assert statuses["DELETE", 204] == made(statuses, "DELETE") > 0
    blocked_at_the_time = statuses["POST", 403]
    assert statuses["POST", 201] + blocked_at_the_time == made(statuses, "POST") > 0
    assert_no_duplicates(Relation.user_id, Relation.target_user_id)
    assert_figures(redis, counters.user_followings, followings)
    assert_figures(redis, counters.user_followers, fans)
    rows = select(Relation.user_id, Relation.target_user_id, Relation.relation)
    pairs = {(row.user_id, row.target_user_id): row.relation for row in db.session.execute(rows)}
    blocked = [pair for pair, kind in pairs.items() if kind == RelationKind.BLACKLIST]
    assert [pair for pair in blocked if pairs.get(pair[::-1]) == RelationKind.FOLLOW] == []
    for client in crowd[:6]:
        user_id = client.user.user_id
        card = data(client, "/v1_0/user")
        assert card["follow_count"] == followings.get(user_id, 0)
        assert card["fans_count"] == fans.get(user_id, 0)
        mine = data(client, "/v1_0/user/followings?per_page=100")
        theirs = data(client, "/v1_0/user/followers?per_page=100")
        assert mine["total_count"] == len(mine["results"]) == card["follow_count"]
        assert theirs["total_count"] == len(theirs["results"]) == card["fans_count"]
        for item in [*mine["results"], *theirs["results"]]:
            both = {pairs.get((user_id, item["id"])), pairs.get((item["id"], user_id))}
            assert item["mutual_follow"] == (both == {RelationKind.FOLLOW})


def test_liking_comments(crowd, articles, redis):
    comments = [CommentFactory(article_id=articles[0].article_id).comment_id for _ in range(3)]
    path = "/v1_0/comment/likings"

    statuses = storm(crowd, lambda _, chance: toggles(chance, [path], [path], comments))

    liked = by(CommentLiking.comment_id, CommentLiking.is_deleted.is_(False))
    assert set(statuses) == {("POST", 201), ("DELETE", 204)}
    assert sum(statuses.values()) == CLIENTS * CALLS
    assert_no_duplicates(CommentLiking.user_id, CommentLiking.comment_id)
    assert_figures(redis, counters.comment_likes, liked)
    listed = data(crowd[0], f"/v1_0/comments?type=a&source={articles[0].article_id}")
    assert {item["com_id"]: item["like_count"] for item in listed["results"]} == {
        comment_id: liked.get(comment_id, 0) for comment_id in comments
    }


def test_commenting_answering_and_deleting(crowd, articles, redis):
    article_id = articles[0].article_id
    heads = [
        crowd[n].post("/v1_0/comments", json={"target": article_id, "content": f"第{n}条"})
        for n in range(4)
    ]
    heads = [answer.json["data"]["com_id"] for answer in heads]

    def calls(client, chance):
        number = crowd.index(client)
        for n in range(4):
            body = {"content": f"{number}说{n}", "art_id": article_id}
            yield "POST", "/v1_0/comments", {"target": chance.choice(heads), **body}
            if number < len(heads) and n == 1:
                yield "DELETE", f"/v1_0/comments/{heads[number]}", None

    statuses = storm(crowd, calls)

    approved = Comment.status == CommentStatus.APPROVED
    assert statuses["DELETE", 204] == made(statuses, "DELETE") == len(heads)
    head_was_gone = statuses["POST", 400]
    assert statuses["POST", 201] + head_was_gone == made(statuses, "POST") == 4 * CLIENTS
    assert_figures(redis, counters.article_comments, by(Comment.article_id, approved))
    assert_figures(
        redis, counters.comment_replies, by(Comment.root_id, approved, Comment.root_id.is_not(None))
    )
    total = by(Comment.article_id, approved).get(article_id, 0)
    assert data(crowd[0], f"/v1_0/articles/{article_id}")["comm_count"] == total
    orphans = select(func.count()).where(approved, Comment.root_id.in_(heads[:4]))
    assert db.session.scalar(orphans) == 0  # what answers a deleted comment went with it
