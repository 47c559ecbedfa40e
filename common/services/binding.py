"""What a process is told about its configuration, and what it gives back at its end: one list."""

from __future__ import annotations

from collections.abc import Callable
from enum import Flag, auto
from typing import Final, NamedTuple

from common import search
from common.cache.engine import absences, built, loading
from common.extensions.db import db, init_db, router
from common.extensions.db.routing import ANSWER_SECONDS
from common.extensions.limiter import init_limiter
from common.extensions.messaging.push import bus, init_push
from common.extensions.messaging.streams import init_streams
from common.extensions.messaging.tasks import init_tasks
from common.extensions.redis import cache, init_redis, store
from common.extensions.storage import init_storage
from common.services import warming
from common.services.accounts import authentication, captchas, logging_in, sms_sending
from common.services.administration import authentication as operators
from common.services.administration import logging_in as operators_logging_in
from common.services.behaviour import recording
from common.services.chatting import faq
from common.services.comments import rules as comment_rules
from common.services.counters import flushing
from common.services.ids import identifiers
from common.services.media import guests
from common.services.moderation import current_list, hold_counts
from common.services.outbox import marks
from common.services.reading import views
from common.services.recommending import candidates, newcomers
from common.services.search import histories
from common.services.writing.contents import screening
from common.services.writing.typed import typed_pictures
from common.settings import Settings
from common.utils import clock, media
from common.utils.background import heap, memories
from common.utils.crypto import sealing


class Process(Flag):
    """The kinds of processes that the product consists of (design.md §3)."""

    WEB = auto()
    SCHEDULE = auto()
    WORKER = auto()
    IM = auto()
    RPC = auto()
    COMMAND = auto()


SERVING: Final = Process.WEB | Process.SCHEDULE | Process.IM | Process.RPC
ALL: Final = SERVING | Process.WORKER | Process.COMMAND
PRODUCT: Final = ALL & ~Process.WORKER  # workers only do what is outside: they need no database


def _nothing() -> None:
    """Most parts hold nothing that has to be given back."""


class Part(NamedTuple):
    """A part that is told its configuration.

    :param bind: connects nothing; a repeat is harmless
    :param unbind: delivers what is waiting and gives back what is held
    """

    bind: Callable[[Settings], object]
    used_by: Process
    unbind: Callable[[], object] = _nothing


def _bind_media(settings: Settings) -> None:
    media.init(media_url=settings.media_url, default_avatar=settings.default_avatar)


def _bind_counters(_settings: Settings) -> None:
    built.init(was_used=flushing.was_store_used)


def _bind_limiter(settings: Settings) -> None:
    init_limiter(settings, was_used=flushing.was_store_used)


def _close_db() -> None:
    db.session.remove()
    router.close()


def _close_redis() -> None:
    store.close()
    cache.close()


# Bound in this order, unbound in the opposite one: each stands on those above it.
PARTS: Final = (
    Part(lambda _: heap.collect_as_usual(), ALL),
    Part(lambda settings: clock.init(settings.tz), ALL),
    Part(lambda settings: sealing.init(settings.secret_key.get_secret_value()), ALL),
    Part(_bind_media, PRODUCT),
    Part(init_db, PRODUCT, _close_db),
    Part(lambda _: router.let_writers_wait(ANSWER_SECONDS), Process.WEB),
    Part(lambda _: router.never_create(), SERVING),
    Part(init_redis, ALL, _close_redis),
    Part(lambda _: None, ALL, memories.forget_all),
    Part(lambda _: loading.bear_outages(), PRODUCT),
    Part(lambda _: absences.trust(), PRODUCT),
    Part(lambda _: warming.warm(), Process.WEB | Process.RPC),
    Part(_bind_limiter, PRODUCT),
    Part(init_push, PRODUCT, bus.close),
    Part(init_tasks, PRODUCT),
    Part(init_streams, PRODUCT),
    Part(init_storage, PRODUCT),
    Part(identifiers.init, PRODUCT, identifiers.release),
    Part(lambda _: marks.init(), PRODUCT, marks.flush),
    Part(authentication.init, PRODUCT),
    Part(operators.init, PRODUCT),
    Part(operators_logging_in.init, PRODUCT),
    Part(logging_in.init, PRODUCT),
    Part(captchas.init, Process.WEB | Process.COMMAND, captchas.close),
    Part(comment_rules.init, PRODUCT),
    Part(screening.init, PRODUCT),
    Part(current_list.init, Process.WEB, current_list.close),
    Part(lambda _: None, PRODUCT, hold_counts.flush),
    Part(lambda _: None, PRODUCT, typed_pictures.flush),
    Part(guests.init, PRODUCT),
    Part(search.init, PRODUCT, search.close),
    Part(histories.init, PRODUCT),
    Part(lambda _: candidates.init(), PRODUCT),
    Part(newcomers.init, PRODUCT, newcomers.forget),
    Part(sms_sending.init, Process.WORKER),
    # Who answers in the chat is bound by im.main: gRPC would cost all who import this 30 MB.
    Part(faq.init, Process.IM | Process.RPC),
    Part(_bind_counters, Process.WEB, built.release),
    Part(recording.init, Process.WEB, recording.close),
    Part(views.init, Process.WEB, views.close),
)


def bind(settings: Settings, process: Process = Process.COMMAND) -> None:
    """Tell every part that this kind of process uses what it is configured with.

    Connects nothing.
    """
    for part in PARTS:
        if part.used_by & process:
            part.bind(settings)


def record_readers(settings: Settings) -> None:
    """Tell the parts that only a web process has; for who serves readers in another one."""
    for part in PARTS:
        if part.used_by == Process.WEB:
            part.bind(settings)


def unbind() -> None:
    """Deliver what is waiting and hold no connection, file, lease or memory any more."""
    for part in reversed(PARTS):
        part.unbind()
