"""Which cached values an event makes wrong, and that they are gone after it."""

from __future__ import annotations

import pytest

from common.cache import news
from common.errors import DependencyUnavailable
from common.extensions.db import transaction
from common.models import Article
from common.schemas import events
from common.schemas.events import CommentPlace
from common.services import outbox
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections.caches import deliver, effects_of
from common.utils import clock
from common.utils.constants import ArticleStatus, AttitudeKind, RelationKind
from tests import factories

READER, AUTHOR, ARTICLE = 1, 2, 101
REPLY = CommentPlace(12, parent_id=11, root_id=10)


def keys(event: object) -> set[str]:
    return {key for effect in effects_of(event) for key in effect.payload["keys"]}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (events.UserRegistered(1), {"user:1:profile", "user:1:status", "user:1:ver"}),
        (
            events.UserStatusChanged(1),
            {"user:1:profile", "user:1:status", "user:1:ver", "user:1:art"},
        ),
        (events.ProfileChanged(1), {"user:1:profile", "user:1:profilex"}),
        (events.ChannelsChanged(1), {"user:1:ch"}),
        (
            events.AttitudeChanged(1, ARTICLE, AUTHOR, None, AttitudeKind.LIKE),
            {"user:1:art:attitude"},
        ),
        (
            events.CollectionChanged(1, ARTICLE, is_collected=True),
            {"user:1:art:collected", "user:1:art:collection"},
        ),
        (
            events.RelationChanged(1, 2, RelationKind.NONE, RelationKind.FOLLOW),
            {
                "user:1:relationship",
                "user:1:following",
                "user:2:fans",
                "user:1:mutual",
                "user:2:mutual",
            },
        ),
        (
            events.RelationChanged(1, 2, RelationKind.FOLLOW, RelationKind.BLACKLIST),
            {"user:1:relationship", "user:1:following", "user:2:fans", "user:1:blacklist"},
        ),
        (events.CommentLikingChanged(1, 10, is_liked=True), {"user:1:comm:liking"}),
        (
            events.CommentAdded(10, READER, ARTICLE, AUTHOR),
            {"comm:10", "comm:10:reply", "art:101:comm"},
        ),
        (
            events.CommentAdded(12, READER, ARTICLE, AUTHOR, parent_id=11, root_id=10),
            {"comm:12", "comm:12:reply", "comm:11:reply", "comm:10:reply"},
        ),
        (
            events.CommentDeleted(ARTICLE, (REPLY,)),
            {"comm:12", "comm:12:reply", "comm:11:reply", "comm:10:reply"},
        ),
        (
            events.CommentPinned(ARTICLE, CommentPlace(10)),
            {"comm:10", "comm:10:reply", "art:101:comm"},
        ),
        (
            events.ArticlePublished(101, AUTHOR, 7),
            {"art:101:info", "art:101:detail", "user:2:art"},
        ),
        (
            events.ArticleWithdrawn(101, AUTHOR, 7),
            {"art:101:info", "art:101:detail", "user:2:art"},
        ),
        (events.ArticlesImported(((2, 5), (3, 1))), {"user:2:art", "user:3:art"}),
        (events.ArticleEdited(101, AUTHOR, 7), {"art:101:info", "art:101:detail"}),
        (events.ChannelTableChanged(), {"ch:all", "ch:user:default"}),
        (events.AnnouncementChanged(7), {"announcement", "announcement:7"}),
        (events.AnnouncementPublished(7, "公告"), {"announcement", "announcement:7"}),
    ],
)
def test_an_event_drops_what_it_made_wrong(event, expected):
    assert expected <= keys(event)


def test_a_comment_that_waits_for_review_makes_nothing_wrong():
    assert keys(events.CommentAdded(10, READER, ARTICLE, AUTHOR, is_visible=False)) == set()


def test_a_banned_article_is_gone_with_the_commit(runtime):
    article = factories.ArticleFactory(published=True)
    before = news.article_info.get(article.article_id)

    with transaction() as session:
        session.get(Article, article.article_id).status = ArticleStatus.BANNED
        outbox.add(events.ArticleWithdrawn(article.article_id, article.user_id, 7))

    assert before is not None
    assert news.article_info.get(article.article_id) is None


def test_a_cache_that_is_away_is_repaired_later(runtime, valkey):
    valkey.stop()
    effect = StoredEffect(1, {"keys": ["art:1:info"]}, clock.now_precise(), 2**50)

    with pytest.raises(DependencyUnavailable):
        deliver([effect])


@pytest.mark.parametrize("payload", [{}, {"keys": "art:1:info"}, {"keys": [1]}])
def test_a_malformed_effect_is_refused(runtime, payload):
    with pytest.raises(MalformedPayload):
        deliver([StoredEffect(1, payload, clock.now_precise(), 2**50)])
