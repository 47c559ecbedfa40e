"""The Celery app (``celery --app common.celery_tasks.main worker``); importing it reads nothing."""

from __future__ import annotations

import sys
from typing import Any

from celery import Celery, signals
from prometheus_client import start_http_server

from common.extensions.messaging.tasks import APP_NAME, REQUEST_HEADER, configuration
from common.services import binding
from common.services.binding import Process
from common.settings import SettingsError, load
from common.utils.logging import setup_logging
from common.utils.observing import request_id

WORKER = {
    "include": ["common.celery_tasks.sms.tasks"],
    "worker_prefetch_multiplier": 1,  # what a dying worker holds, the others wait for
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
}

app = Celery(APP_NAME)


def _configuration() -> dict[str, Any]:
    """Celery asks for it when it is first needed."""
    return {**configuration(load()), **WORKER}


app.add_defaults(_configuration)


def _start(**_: Any) -> None:
    """The worker's main process begins."""
    try:
        settings = load()
        binding.bind(settings, Process.WORKER)
    except SettingsError as error:
        sys.exit(str(error))
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.bind_host)


def _set_up_logging(**_: Any) -> None:
    """Ours instead of Celery's."""
    setup_logging(load(), process="worker")


def _begin_request(task: Any = None, **_: Any) -> None:
    """The log of a task continues the story of the request that caused it."""
    request_id.begin((task.request.headers or {}).get(REQUEST_HEADER))


signals.celeryd_init.connect(_start)
signals.setup_logging.connect(_set_up_logging)
signals.task_prerun.connect(_begin_request)
