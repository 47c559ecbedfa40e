"""Who sees what, everywhere: every list and page of the door against every reason to hide."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.models import User
from common.schemas.events.channels import PinsChanged
from common.services import outbox
from common.services.reading import views
from common.utils import clock
from common.utils.constants import ArticleStatus, AttitudeKind
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    ChannelTopFactory,
    CollectionFactory,
    CommentFactory,
    UserFactory,
)
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import withdraw

HIDDEN = [status for status in ArticleStatus if status != ArticleStatus.APPROVED]
DISCOVERING = {"feed", "recommended", "page of the feed", "pins", "similar"}
OPENED = {"detail", "alias", "published", "histories", "collections"}
EVERYWHERE = DISCOVERING | OPENED
# How long a list is with the article, and without it.
WITH = {
    "published": 1,
    "histories": 2,
    "collections": 2,
}
WITHOUT = {name: length - 1 for name, length in WITH.items()}


class Scene:
    """An article in every list of a reader, beside one that always stays."""

    def __init__(self, reader, author_id, sign_in):
        self.reader = reader
        self.author_id = author_id
        self.warming = sign_in(UserFactory())
        self.channel_id, self.pins_id = (ChannelFactory().channel_id for _ in range(2))
        self.article_id = self._article(author_id)
        self.other_id = self._article(UserFactory(verified=True).user_id)
        for article_id in (self.article_id, self.other_id):
            CollectionFactory(user_id=reader.user.user_id, article_id=article_id)
            views.viewed(
                article_id,
                author_id,
                self.channel_id,
                user_id=reader.user.user_id,
                visitor=None,
            )
        # Pinned to another channel: what a reader was served once is not new to him.
        ArticleFactory(published=True, channel_id=self.pins_id)
        ChannelTopFactory(channel_id=self.pins_id, article_id=self.article_id)
        with transaction():
            outbox.add(PinsChanged(channel_id=self.pins_id))
        self.comment_id = CommentFactory(
            article_id=self.article_id, user_id=reader.user.user_id
        ).comment_id

    def _article(self, author_id):
        return ArticleFactory(
            published=True, user_id=author_id, channel_id=self.channel_id
        ).article_id

    def warm(self):
        """Fill every cache with what was visible before; served pages are remembered apart."""
        self.seen(self.warming)
        self.totals()
        self.comments()

    def hide(self, status):
        withdraw(self.article_id, status)

    def disable_author(self):
        lock_out(self.author_id)

    def paths(self):
        """Where an article may appear: path, and the member of the answer that lists it."""
        feed = f"timestamp={clock.now_ms()}&per_page=100"
        channel = f"channel_id={self.channel_id}"
        return {
            "feed": f"/v1_1/articles?{channel}&{feed}",
            "recommended": f"/v1_1/articles?channel_id=0&{feed}",
            "page of the feed": f"/v1_0/articles?{channel}&page=1",
            "pins": f"/v1_1/articles?channel_id={self.pins_id}&{feed}&with_top=1",
            "published": f"/v1_0/users/{self.author_id}/articles",
            "collections": "/v1_0/article/collections",
            "histories": "/v1_0/user/histories",
        }

    def seen(self, client=None):
        """The places that show the article."""
        client = client or self.reader
        found = set()
        for place, path in self.paths().items():
            answer = client.get(path)
            results = answer.json.get("data", {}).get("results", [])
            if self.article_id in [each["art_id"] for each in results]:
                found.add(place)
        for place, path in (("detail", "articles"), ("alias", "article")):
            answer = client.get(f"/v1_0/{path}/{self.article_id}")
            assert answer.status_code in (200, 404)
            if answer.status_code == 200:
                found.add(place)
        other = client.get(f"/v1_0/articles/{self.other_id}").json["data"]
        if self.article_id in [each["art_id"] for each in other["recomments"]]:
            found.add("similar")
        return found

    def totals(self):
        """How long the lists say they are; None for a list that is refused."""
        paths = self.paths()
        answers = {name: self.reader.get(paths[name]).json for name in WITH}
        return {
            name: answer["data"]["total_count"] if "data" in answer else None
            for name, answer in answers.items()
        }

    def comments(self):
        listed = self.reader.get(f"/v1_0/comments?type=a&source={self.article_id}").json["data"]
        return [each["com_id"] for each in listed["results"]]

    def refusals(self):
        """What writing about the article is answered with."""
        body = {"target": self.article_id, "type": 1, "content": "评论"}
        return {
            path: self.reader.post(f"/v1_0/{path}", json=body).status_code
            for path in (
                "article/likings",
                "article/dislikes",
                "article/collections",
                "article/reports",
                "comments",
            )
        }


@pytest.fixture(params=["cold", "warm"])
def scene_of(request, reader, sign_in):
    """``scene_of(author_id)``: before anybody has read, or after every cache is full."""

    def build(author_id):
        scene = Scene(reader, author_id, sign_in)
        if request.param == "warm":
            scene.warm()
        return scene

    return build


@pytest.fixture
def scene(scene_of):
    """The article is somebody else's."""
    return scene_of(UserFactory(verified=True).user_id)


def test_what_is_approved_is_seen_everywhere(scene):
    assert scene.seen() == EVERYWHERE
    assert scene.totals() == WITH
    assert scene.comments() == [scene.comment_id]


@pytest.mark.parametrize("status", HIDDEN)
def test_what_is_not_approved_is_seen_nowhere(scene, status):
    scene.hide(status)
    at_once = scene.seen()
    relay_everything()

    assert (at_once, scene.seen()) == (set(), set())
    assert scene.totals() == WITHOUT
    assert scene.comments() == []
    assert set(scene.refusals().values()) == {400}


@pytest.mark.parametrize("status", HIDDEN)
def test_its_author_does_not_see_it_either(scene_of, reader, status):
    scene = scene_of(reader.user.user_id)
    before = scene.seen()
    mine = reader.get("/v1_0/user/articles").json["data"]["total_count"]

    scene.hide(status)
    relay_everything()

    assert (before >= OPENED, mine) == (True, 1)
    assert scene.seen() == set()
    assert reader.get("/v1_0/user/articles").json["data"]["total_count"] == 0


def test_what_a_disabled_author_wrote_is_seen_nowhere(scene):
    scene.disable_author()
    at_once = scene.seen()
    relay_everything()

    assert (at_once, scene.seen()) == (set(), set())
    assert scene.totals() == {**WITHOUT, "published": None}
    assert scene.comments() == []
    assert set(scene.refusals().values()) == {400}


def test_a_blocked_author_is_not_offered_but_can_be_looked_up(scene):
    scene.reader.post("/v1_0/user/blacklists", json={"target": scene.author_id})

    assert scene.seen() == OPENED
    assert scene.totals() == WITH


def test_what_somebody_dislikes_is_not_in_his_feed(scene):
    scene.reader.post("/v1_0/article/dislikes", json={"target": scene.article_id})

    assert scene.seen() == OPENED | {"similar"}


def test_being_blocked_hides_nothing_to_read(scene, sign_in):
    author = sign_in(User(user_id=scene.author_id, token_version=0, is_verified=True))
    author.post("/v1_0/user/blacklists", json={"target": scene.reader.user.user_id})

    assert scene.seen() == EVERYWHERE


def test_what_others_dislike_stays(scene):
    AttitudeFactory(article_id=scene.article_id, attitude=AttitudeKind.DISLIKE)

    assert scene.seen() == EVERYWHERE
