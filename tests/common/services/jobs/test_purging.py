"""What is removed, and what stays (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, transaction
from common.models import (
    ArticlePreview,
    BehaviourEvent,
    IdempotencyKey,
    JobRun,
    Notification,
    OutboxEvent,
    RevokedToken,
    RollupMark,
)
from common.services.jobs import purging
from common.utils import clock
from common.utils.constants import BehaviourKind, JobRunStatus
from tests import factories


def ago(**span: float) -> Any:
    return clock.now() - timedelta(**span)


def save(*rows: object) -> None:
    with transaction() as session:
        session.add_all(rows)


def count(model: Any) -> int:
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model))


def effect(**times: Any) -> OutboxEvent:
    return OutboxEvent(topic="t", agg_key="k", payload={}, **times)


def test_effects_stay_for_a_week_after_they_are_done_and_for_ever_before(runtime):
    save(
        effect(done_at=ago(days=8)),
        effect(done_at=ago(days=6)),
        effect(created_at=ago(days=30)),
        effect(dead_at=ago(days=30)),
    )

    purging.purge()

    assert count(OutboxEvent) == 3


def test_idempotency_keys_live_for_a_day(runtime):
    save(
        *[
            IdempotencyKey(
                owner="app:1", idem_key=f"{hours}", route="r", body_hash="0" * 64,
                created_at=ago(hours=hours),
            )
            for hours in (23, 25)
        ]
    )  # fmt: skip

    purging.purge()

    assert [key.idem_key for key in db.session.query(IdempotencyKey)] == ["23"]


def test_revoked_tokens_are_forgotten_once_they_have_expired_anyway(runtime):
    save(
        RevokedToken(jti="old", expires_at=ago(seconds=1)),
        RevokedToken(jti="live", expires_at=clock.now() + timedelta(hours=1)),
    )

    purging.purge()

    assert [token.jti for token in db.session.query(RevokedToken)] == ["live"]


def test_preview_links_are_forgotten_once_they_have_ended(runtime):
    save(
        ArticlePreview(article_id=1, nonce="0" * 32, expires_at=ago(seconds=1)),
        ArticlePreview(article_id=2, nonce="0" * 32, expires_at=clock.now() + timedelta(hours=1)),
    )

    purging.purge()

    assert [link.article_id for link in db.session.query(ArticlePreview)] == [2]


def test_runs_and_behaviour_are_kept_for_ninety_days(runtime):
    save(RollupMark(name="article_day", event_id=1000))
    for days in (89, 91):
        save(
            JobRun(job="j", scheduled_for=ago(days=days), fence=0, status=JobRunStatus.OK),
            BehaviourEvent(kind=BehaviourKind.READ, subject="s", at=ago(days=days)),
        )

    purging.purge()

    assert (count(JobRun), count(BehaviourEvent)) == (1, 1)


def test_notifications_are_kept_for_thirty_days(runtime):
    factories.NotificationFactory(created_at=ago(days=31))
    fresh = factories.NotificationFactory(created_at=ago(days=29))

    purging.purge()

    assert [each.id for each in db.session.query(Notification)] == [fresh.id]


def test_the_newest_notifications_of_each_user_are_kept(runtime, monkeypatch):
    monkeypatch.setattr(purging, "NOTIFICATIONS_PER_USER", 2)
    users = [factories.UserFactory().user_id for _ in range(2)]
    kept = []
    for user_id in users:
        made = [factories.NotificationFactory(user_id=user_id).id for _ in range(4)]
        kept += made[-2:]

    purging.purge()

    assert sorted(each.id for each in db.session.query(Notification)) == sorted(kept)


@pytest.mark.parametrize("surplus", [0, 1, 5])
def test_large_amounts_go_in_small_batches(runtime, monkeypatch, surplus):
    monkeypatch.setattr(purging, "AT_ONCE", 5)
    save(*[effect(done_at=ago(days=8)) for _ in range(10 + surplus)])

    outcome = purging.purge()

    assert (count(OutboxEvent), outcome.rows_changed) == (0, 10 + surplus)
    assert outcome.lines == (f"outbox: {10 + surplus}",)
