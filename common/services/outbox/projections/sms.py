"""Login codes go out through the task queue; the code rests sealed and is erased when sent on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import structlog

from common.extensions.messaging.tasks import enqueue
from common.schemas.tasks import TaskName
from common.services.outbox.effects import Effect, MalformedPayload, Projection, StoredEffect
from common.utils import clock
from common.utils.crypto import sealing
from common.utils.crypto.sealing import Unsealable

log = structlog.get_logger(__name__)

TOPIC = "sms"
WORTH_SENDING = timedelta(seconds=240)  # a code dies after 300 s (contract/jobs.md §6)


class Message(NamedTuple):
    """A login code for a mobile; ``namespace`` is the door that it was asked for at."""

    mobile: str
    encrypted_code: str
    namespace: str


def effects_of(messages: Sequence[Message]) -> list[Effect]:
    """One effect per message."""
    return [
        Effect(_agg_key(each), {"mobile": each.mobile, "code": each.encrypted_code})
        for each in messages
    ]


def _agg_key(message: Message) -> str:
    # It stays in SQL after the payload is erased: it must not be a mobile number.
    return f"{message.namespace}:{sealing.digest('sms', message.mobile)}"


def deliver(effects: Sequence[StoredEffect]) -> None:
    """Start the task of each message that can still arrive in time.

    :raises DependencyUnavailable: the broker is away
    """
    for effect in effects:
        left = WORTH_SENDING - (clock.now_precise() - effect.created_at)
        if left <= timedelta():
            log.warning("sms_too_late", id=effect.id)
            continue
        mobile, code = _opened(effect)
        enqueue(TaskName.SEND_SMS, mobile, code, expires=left, request=effect.request_id)


def _opened(effect: StoredEffect) -> tuple[str, str]:
    try:
        return str(effect.payload["mobile"]), sealing.unseal(effect.payload["code"])
    except (KeyError, AttributeError, Unsealable) as error:
        raise MalformedPayload(type(error).__name__) from error


# One at a time: the task drops a message that comes twice, but not for ever.
PROJECTION = Projection(
    topic=TOPIC, effects_of=effects_of, deliver=deliver, erases=True, is_slow=True, batch=1
)
