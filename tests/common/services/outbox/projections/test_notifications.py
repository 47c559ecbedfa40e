"""Who is told what, how often, and what reaches the bus (contract/realtime.md §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from common.extensions.db import db
from common.extensions.messaging.push import init_push
from common.models import OutboxEvent
from common.schemas.events.attitudes import AttitudeChanged
from common.schemas.events.comments import CommentAdded
from common.schemas.events.relations import RelationChanged
from common.services.outbox.relay import Relay
from common.utils import clock
from common.utils.constants import (
    ArticleStatus,
    AttitudeKind,
    NotificationKind,
    RelationKind,
)
from tests import factories
from tests.support.harness.outbox import relay_due
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import withdraw
from tests.support.scenarios.telling import happened, notifications


@pytest.fixture
def actor(runtime):
    return factories.UserFactory(user_name="半夏", profile_photo="u/11aa.png")


@pytest.fixture
def article(runtime):
    return factories.ArticleFactory(published=True)


def liked(actor, article, *, before: AttitudeKind | None = None) -> AttitudeChanged:
    return AttitudeChanged(
        user_id=actor.user_id,
        article_id=article.article_id,
        author_id=article.user_id,
        before=before,
        after=AttitudeKind.LIKE,
    )


def followed(actor, user_id: int) -> RelationChanged:
    return RelationChanged(
        user_id=actor.user_id,
        target_user_id=user_id,
        before=RelationKind.NONE,
        after=RelationKind.FOLLOW,
    )


def commented(actor, article, comment_id: int, **parent: Any) -> CommentAdded:
    return CommentAdded(
        comment_id=comment_id,
        user_id=actor.user_id,
        article_id=article.article_id,
        author_id=article.user_id,
        **parent,
    )


def test_the_author_of_a_liked_article_is_told_by_whom(actor, article, bus):
    happened(liked(actor, article))

    (kept,) = notifications()
    (message,) = bus()
    (told,) = message["data"]
    assert (kept.user_id, kept.actor_id, kept.kind) == (
        article.user_id,
        actor.user_id,
        NotificationKind.LIKE,
    )
    assert (message["event"], message["room"]) == ("liking notify", f"u:{article.user_id}")
    assert told == {
        "id": kept.id,
        "user_id": actor.user_id,
        "user_id_str": str(actor.user_id),
        "user_name": "半夏",
        "user_photo": "/media/u/11aa.png",
        "art_id": article.article_id,
        "art_id_str": str(article.article_id),
        "art_title": article.title,
        "timestamp": clock.to_ms(kept.created_at) // 1000,
    }


def test_a_new_follower_is_announced(actor, bus):
    target = factories.UserFactory()

    happened(followed(actor, target.user_id))

    (message,) = bus()
    assert (message["event"], message["room"]) == ("following notify", f"u:{target.user_id}")
    assert "art_id" not in message["data"][0]


def test_a_comment_is_told_to_the_author_and_a_reply_to_whom_it_answers(actor, article, bus):
    other = factories.UserFactory()

    happened(
        commented(actor, article, 10),
        commented(actor, article, 11, parent_id=10, root_id=10, parent_author_id=other.user_id),
    )

    comment, reply = bus()
    assert (comment["event"], comment["room"]) == ("comment notify", f"u:{article.user_id}")
    assert (reply["event"], reply["room"]) == ("reply notify", f"u:{other.user_id}")
    assert (reply["data"][0]["com_id"], "com_id" in comment["data"][0]) == (11, False)


def test_nobody_is_told_about_himself(article, bus):
    author = factories.UserFactory(user_id=article.user_id + 10**9)
    article.user_id = author.user_id

    happened(
        liked(author, article),
        commented(author, article, 10),
        commented(author, article, 11, parent_id=10, root_id=10, parent_author_id=author.user_id),
    )

    assert notifications() == []


def test_who_is_on_the_blacklist_is_not_heard(actor, article, bus):
    factories.RelationFactory(
        user_id=article.user_id, target_user_id=actor.user_id, blacklisted=True
    )

    happened(liked(actor, article))

    assert (notifications(), bus()) == ([], [])


def test_who_is_disabled_is_neither_heard_nor_told(article, bus):
    disabled = factories.UserFactory(disabled=True)
    reader = factories.UserFactory()

    happened(liked(disabled, article), followed(reader, disabled.user_id))

    assert notifications() == []


@pytest.mark.parametrize("status", [ArticleStatus.BANNED, ArticleStatus.DELETED])
def test_nobody_is_told_of_an_article_that_has_vanished_meanwhile(actor, article, bus, status):
    answered = factories.UserFactory()
    withdraw(article.article_id, status)
    relay_due()
    told = len(notifications()), len(bus())  # its author, of the ban

    happened(
        liked(actor, article),
        commented(actor, article, 11, parent_id=10, root_id=10, parent_author_id=answered.user_id),
    )

    assert told == ((1, 1) if status == ArticleStatus.BANNED else (0, 0))
    assert (len(notifications()), bus()) == (told[0], [])


def test_nobody_is_told_of_an_article_whose_author_is_frozen(actor, article, bus):
    answered = factories.UserFactory()
    lock_out(article.user_id)

    happened(
        commented(actor, article, 11, parent_id=10, root_id=10, parent_author_id=answered.user_id),
    )

    assert notifications() == []
    assert [each["method"] for each in bus()] == ["sign_out"]  # of the author, by the freeze


def test_the_same_deed_is_told_once_in_a_day_however_often_it_is_done(actor, article, bus):
    start = clock.utc_now().replace(hour=2)  # ten in the morning in Shanghai
    for hours in (0, 1, 23.9, 24.1, 30):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            happened(liked(actor, article))

    told_at = [kept.created_at for kept in notifications()]
    assert len(told_at) == 2
    assert told_at[1] - told_at[0] == timedelta(hours=24.1)


def test_every_comment_is_news(actor, article, bus):
    happened(commented(actor, article, 10), commented(actor, article, 11))

    assert len(notifications()) == 2


def test_the_likes_of_a_crowd_are_all_kept_but_told_ten_a_minute(article, bus):
    fans = [factories.UserFactory() for _ in range(13)]
    start = clock.utc_now().replace(minute=0, second=10)
    with time_machine.travel(start, tick=False) as traveller:
        happened(*[liked(fan, article) for fan in fans[:11]])
        first_minute = len(bus())
        traveller.shift(timedelta(minutes=1))
        happened(*[liked(fan, article) for fan in fans[11:]])
        second_minute = len(bus())

    assert len(notifications()) == 13
    assert (first_minute, second_minute) == (10, 1)


def test_a_bus_that_is_down_delays_only_the_telling(actor, article, runtime, bus):
    init_push(runtime.model_copy(update={"bus_url": type(runtime.bus_url)("redis://127.0.0.1:1")}))
    happened(liked(actor, article))
    kept, told = len(notifications()), bus()

    init_push(runtime)
    Relay().run_once()

    assert (kept, told) == (1, [])
    assert [message["event"] for message in bus()] == ["liking notify"]
    waiting = select(OutboxEvent).where(OutboxEvent.done_at.is_(None), OutboxEvent.topic == "push")
    assert db.session.scalars(waiting).all() == []
