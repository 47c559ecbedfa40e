"""Tables that keep the machinery honest: outbox, jobs, leases, revoked tokens, idempotency."""

from __future__ import annotations

from sqlalchemy import CHAR, BigInteger, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class OutboxEvent(Model):
    """An effect outside SQL that must happen because this transaction committed.

    Done when ``done_at`` is set, given up when ``dead_at`` is; rows of one ``agg_key`` take
    effect in the order of ``id`` (contract/jobs.md §3).
    """

    __tablename__ = "outbox"
    __table_args__ = layout("outbox", index=("done_at dead_at available_at id", "topic agg_key id"))

    id: Mapped[t.AutoId]
    topic: Mapped[t.Str64]
    agg_key: Mapped[t.Str64]
    payload: Mapped[t.JsonObject]
    created_at: Mapped[t.CreateTimeMs]
    available_at: Mapped[t.CreateTimeMs]
    attempts: Mapped[t.Count]
    last_error: Mapped[t.Str255 | None]
    done_at: Mapped[t.MomentMs | None]
    dead_at: Mapped[t.MomentMs | None]


class JobRun(Model):
    """One run of a scheduled job: 0 running, 1 ok, 2 failed, 3 abandoned (``JobRunStatus``)."""

    __tablename__ = "job_run"
    __table_args__ = layout("job_run", unique=("job scheduled_for",))

    id: Mapped[t.AutoId]
    job: Mapped[t.Str64]
    scheduled_for: Mapped[t.Moment]
    node: Mapped[t.Str64 | None]
    fence: Mapped[t.Big]
    started_at: Mapped[t.Moment | None]
    finished_at: Mapped[t.Moment | None]
    status: Mapped[t.Code]
    rows_changed: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[t.PlainText | None]


class JobLease(Model):
    """Who leads the schedulers; ``fence`` grows with every new owner."""

    __tablename__ = "job_lease"
    __table_args__ = layout("job_lease")

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[t.Str64 | None]
    fence: Mapped[t.Big]
    expires_at: Mapped[t.MomentMs]


class WorkerLease(Model):
    """Which process may issue ids as this worker; ``last_ms`` is the latest time it used."""

    __tablename__ = "worker_lease"
    __table_args__ = layout("worker_lease")

    datacenter_id: Mapped[t.GivenTinyId]
    worker_id: Mapped[t.GivenTinyId]
    owner: Mapped[t.Str64 | None]
    last_ms: Mapped[t.Big]
    expires_at: Mapped[t.MomentMs]


class RevokedToken(Model):
    """A token that was taken back before its end; the row is purged after ``expires_at``."""

    __tablename__ = "revoked_token"
    __table_args__ = layout("revoked_token")

    jti: Mapped[str] = mapped_column(CHAR(32), primary_key=True)
    expires_at: Mapped[t.Moment]


class IdempotencyKey(Model):
    """The answer to a request that may be repeated; ``status`` is NULL while it is running.

    ``headers`` are those of its own that say more than JSON and length; NULL where there are none.

    ``owner`` is ``app:<user id>`` or ``mis:<administrator id>``. Under ``comm:<user id>`` stands
    which comment (``body``) one that says the same in the same place would repeat.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = layout("idempotency_key")

    owner: Mapped[str] = mapped_column(String(24), primary_key=True)
    idem_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    route: Mapped[t.Str64]
    body_hash: Mapped[str] = mapped_column(CHAR(64))
    status: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[t.PlainText | None]
    headers: Mapped[t.JsonOrNull | None]
    created_at: Mapped[t.CreateTime]
