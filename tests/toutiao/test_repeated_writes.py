"""Every write sent twice in parallel and once more later does its work once (faults.md 76)."""

from __future__ import annotations

import pytest

from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once

# The path of the write, where its figure is shown, and the name of the figure.
LIKE = ("/v1_0/article/likings", "/v1_0/articles/{article}", "like_count")
COLLECT = ("/v1_0/article/collections", "/v1_0/article/collections", "total_count")
FOLLOW = ("/v1_0/user/followings", "/v1_0/users/{author}", "fans_count")
BLOCK = ("/v1_0/user/blacklists", "/v1_0/user/blacklists", "total_count")
WRITES = {
    "like": ("article", *LIKE),
    "collect": ("article", *COLLECT),
    "follow": ("author", *FOLLOW),
    "block": ("author", *BLOCK),
    "like comment": ("comment", "/v1_0/comment/likings", "comments", "like_count"),
}


@pytest.fixture
def targets(runtime):
    """Ids of an article, its author and a comment on it."""
    article = ArticleFactory(published=True, user_id=UserFactory(verified=True).user_id)
    comment = CommentFactory(article_id=article.article_id)
    return {
        "article": article.article_id,
        "author": article.user_id,
        "comment": comment.comment_id,
    }


def figure(reader, targets, place, name):
    if place == "comments":
        listed = reader.get(f"/v1_0/comments?type=a&source={targets['article']}").json["data"]
        return listed["results"][0][name]
    return reader.get(place.format(**targets)).json["data"][name]


def sent_thrice(sign_in, reader, **call):
    """The same request twice in parallel and once more later: its answers."""
    doubles = [sign_in(reader.user) for _ in range(2)]
    parallel = at_once(*[lambda c=c: c.open(**call) for c in doubles])
    return [*parallel, reader.open(**call)]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_sent_thrice_is_done_once_and_answered_alike(sign_in, reader, targets, write):
    what, path, place, name = WRITES[write]
    target = targets[what]

    done = sent_thrice(sign_in, reader, path=path, method="POST", json={"target": target})
    relay_everything()
    after_doing = figure(reader, targets, place, name)
    undone = sent_thrice(sign_in, reader, path=f"{path}/{target}", method="DELETE")
    relay_everything()
    after_undoing = figure(reader, targets, place, name)

    assert [answer.status_code for answer in done] == [201] * 3
    assert {answer.data for answer in done} == {done[0].data}
    assert [(answer.status_code, answer.data) for answer in undone] == [(204, b"")] * 3
    assert (after_doing, after_undoing) == (1, 0)
