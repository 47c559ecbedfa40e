"""One article through all doors: written, reviewed, read, withdrawn (admin.md §3.2)."""

from __future__ import annotations

import pytest

from common.models import User
from common.services.outbox.relay import Relay
from common.utils import clock
from tests.factories import UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.harness.waiting import eventually
from tests.support.scenarios.operators import told
from tests.support.scenarios.reviewing import decided, ids_of, listed, page_of
from tests.support.scenarios.writing import form_of, saved, written

TITLE = "老城墙下的早点铺"


@pytest.fixture
def follower(sign_in: SignIn, author: ApiClient) -> ApiClient:
    """A reader who follows the author."""
    reader: User = UserFactory()
    client = sign_in(reader)
    answer = client.post("/v1_0/user/followings", json={"target": author.user.user_id})
    assert answer.status_code == 201
    return client


def relay() -> None:
    """Deliver what is due, search and notices above all; the clock goes on as it does."""
    while Relay().run_once():
        pass


def feed(client: ApiClient, channel_id: int) -> list[int]:
    query = {"channel_id": channel_id, "with_top": 0, "timestamp": clock.now_ms()}
    answer = client.get("/v1_1/articles", query_string=query)
    assert answer.status_code == 200, answer.json
    return [each["art_id"] for each in answer.json["data"]["results"]]


def found(client: ApiClient) -> list[int]:
    answer = client.get("/v1_0/search", query_string={"q": "早点铺"})
    assert answer.status_code == 200, answer.json
    return [each["art_id"] for each in answer.json["data"]["results"]]


def notices(author: ApiClient) -> list[tuple[int, str | None]]:
    relay()
    cards = author.get("/v1_0/user/notifications").json["data"]["results"]
    return [(each["status"], each["reason"]) for each in cards if each["kind"] == "review"]


def test_an_article_on_its_way_through_the_three_doors(
    admin, author, follower, anonymous, channel_id
):
    # Written and submitted: reviewers find it, readers do not.
    article_id = written(author, channel_id, title=TITLE)
    page = f"/v1_0/articles/{article_id}"
    assert ids_of(listed(admin, status_list="1", title="早点")) == [article_id]
    assert anonymous.get(page).status_code == 404
    assert (feed(anonymous, channel_id), found(anonymous)) == ([], [])

    # Rejected: its author learns why, and sends it once more.
    decided(admin, article_id, status=3, reject_reason="标题太长")
    assert notices(author) == [(3, "标题太长")]
    assert form_of(author, article_id)["reject_reason"] == "标题太长"
    saved(author, article_id, channel_id, title=f"{TITLE}（改）")

    # Approved: it is in the feed, on its page, in the author's list and in the search.
    assert page_of(admin, article_id)["title"] == f"{TITLE}（改）"
    decided(admin, article_id, versions={str(article_id): page_of(admin, article_id)["version"]})
    assert anonymous.get(page).json["data"]["title"] == f"{TITLE}（改）"
    eventually(lambda: feed(anonymous, channel_id) == [article_id])
    assert article_id in feed(follower, channel_id)
    assert notices(author)[0] == (2, None)
    assert found(anonymous) == [article_id]
    shelf = f"/v1_0/users/{author.user.user_id}/articles"
    assert [each["art_id"] for each in anonymous.get(shelf).json["data"]["results"]] == [article_id]
    follower.post("/v1_0/article/collections", json={"target": article_id})

    # Banned: it is nowhere any more, the shelves of others among it.
    decided(admin, article_id, status=5, reject_reason="涉嫌侵权")
    assert anonymous.get(page).status_code == 404
    assert feed(follower, channel_id) == []
    eventually(lambda: feed(anonymous, channel_id) == [])  # visitors share a page for a moment
    assert notices(author)[0] == (5, "涉嫌侵权")
    assert found(anonymous) == []
    assert follower.get("/v1_0/article/collections").json["data"]["total_count"] == 0

    # Unbanned: it is back, and so is all that people did to it.
    decided(admin, article_id, status=6)
    assert anonymous.get(page).status_code == 200
    eventually(lambda: feed(anonymous, channel_id) == [article_id])
    relay()
    assert found(anonymous) == [article_id]
    assert follower.get("/v1_0/article/collections").json["data"]["total_count"] == 1
    assert [each.split(":")[0] for each in told()] == ["驳回", "审核", "封禁", "解封"]
