"""Starting background tasks by name; their bodies are never imported here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from amqp import AMQPError
from celery import Celery
from kombu.exceptions import KombuError
from redis import RedisError

from common.errors import DependencyUnavailable
from common.schemas.tasks import TaskName
from common.settings import Settings
from common.utils.observing import request_id

APP_NAME = "toutiao"
SMS_QUEUE = "sms"
TIMEOUT_SECONDS = 1.0  # to connect, and again to publish: the relay must not hang on a broker
REQUEST_HEADER = "request_id"
HIDDEN = "(...)"  # how tools may show arguments, which are nobody's business
# A message whose worker died is given to another one after this long (Redis brokers only).
VISIBILITY_SECONDS = 60


def configuration(settings: Settings) -> dict[str, Any]:
    """What producers and workers have to agree on."""
    return {
        "broker_url": settings.celery_broker_url,
        "broker_transport_options": {"visibility_timeout": VISIBILITY_SECONDS},
        "task_routes": {"sms.*": {"queue": SMS_QUEUE}},
        "task_default_queue": SMS_QUEUE,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "result_backend": None,
        "timezone": settings.tz,
    }


def _hasty(url: str) -> dict[str, Any]:
    """What producers add: they do not wait for a broker, and know what it took."""
    if url.startswith("amqp"):
        return {"confirm_publish": True}  # or a lost message would count as sent
    return {"socket_connect_timeout": TIMEOUT_SECONDS, "socket_timeout": TIMEOUT_SECONDS}


class TaskQueue:
    """The way to the workers; connected at first use."""

    def __init__(self) -> None:
        self._producer: Celery | None = None

    def bind(self, settings: Settings) -> None:
        """Set where the broker is; a former connection is dropped."""
        if self._producer is not None:
            self._producer.close()
        self._producer = Celery(APP_NAME, set_as_current=False)
        self._producer.conf.update(
            configuration(settings),
            broker_transport_options=_hasty(settings.celery_broker_url),
            broker_connection_timeout=TIMEOUT_SECONDS,
        )

    def enqueue(self, name: TaskName, *arguments: Any, expires: timedelta, request: str) -> None:
        """Send one task; see :func:`enqueue`."""
        if self._producer is None:
            raise RuntimeError("the task queue is not bound: call init_tasks(settings) first")
        try:
            self._producer.send_task(
                name.value,
                args=arguments,
                argsrepr=HIDDEN,
                expires=expires.total_seconds(),
                headers={REQUEST_HEADER: request},
                retry=False,
            )
        except (KombuError, AMQPError, RedisError, OSError) as error:
            raise DependencyUnavailable("broker") from error


queue = TaskQueue()


def init_tasks(settings: Settings) -> None:
    """Bind the task queue as configured. Connects nothing."""
    queue.bind(settings)


def enqueue(
    name: TaskName, *arguments: Any, expires: timedelta, request: str | None = None
) -> None:
    """Have a worker run a task, unless it only gets to it after ``expires``.

    :param request: id of the request that caused it; that of the work at hand by default
    :raises DependencyUnavailable: the broker did not take it
    """
    queue.enqueue(name, *arguments, expires=expires, request=request or request_id.current())
