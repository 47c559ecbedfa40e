"""One log for every process: our own events and foreign records through the same renderer."""

from __future__ import annotations

import fcntl
import logging
import logging.handlers
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, TextIO

import orjson
import structlog
from structlog.types import EventDict

from common.settings import Settings, warnings
from common.utils.observing import access_log, request_id
from common.utils.observing.lossy import DROPPED, LossyHandler
from common.utils.observing.masking import mask_fields

Process = Literal["web", "im", "worker", "schedule", "rpc", "manage"]

# Names that existing deployments collect (contract/settings.md §2).
FILES: Final[dict[Process, str]] = {
    "web": "flask.log",
    "im": "im.log",
    "worker": "worker.log",
    "schedule": "aps_offline.log",
    "rpc": "rpc.log",
    "manage": "manage.log",
}
LIMIT_FILE: Final = "limit.log"
LIMIT_LOGGER: Final = "common.utils.limiter"

# Libraries whose chatter below this level is noise or carries personal data.
QUIET: Final = {
    "sqlalchemy": logging.WARNING,
    "urllib3": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "elastic_transport": logging.WARNING,
    "engineio": logging.WARNING,
    "socketio": logging.WARNING,
    "apscheduler": logging.WARNING,
    "kombu": logging.WARNING,
    "amqp": logging.WARNING,
    "PIL": logging.WARNING,
    "asyncio": logging.WARNING,
    "flask-limiter": logging.ERROR,
}
# They install handlers of their own, in formats of their own.
OWN_HANDLERS: Final = ("_granian", "granian.access")

log = structlog.get_logger(__name__)


def setup_logging(settings: Settings, *, process: Process) -> None:
    """Configure the whole process; may be called again (tests, reloads)."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handlers = _handlers(settings, FILES[process])
    root = logging.getLogger()
    _replace_handlers(root, handlers)
    root.setLevel(settings.logging_level)
    limits = [_file(settings, LIMIT_FILE)] if settings.logging_file_dir else []
    _replace_handlers(logging.getLogger(LIMIT_LOGGER), limits)
    _tame_libraries(settings)
    _send_access_lines(settings, handlers)
    for text in warnings():
        log.warning("setting_without_effect", text=text)


def forget_logging() -> None:
    """Take back what :func:`setup_logging` did; for tests, and processes that log elsewhere."""
    access_log.send_access_to(None)
    _replace_handlers(logging.getLogger(), [])
    _replace_handlers(logging.getLogger(LIMIT_LOGGER), [])
    logging.captureWarnings(False)
    structlog.reset_defaults()


def _shared() -> list[Any]:
    """What is added to every event, ours or foreign, before it is rendered."""
    return [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _add_request_id(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if identifier := request_id.current():
        event.setdefault("request_id", identifier)
    return event


def _formatter(settings: Settings, *, colors: bool) -> logging.Formatter:
    if settings.logging_format == "json":
        renderer: Any = structlog.processors.JSONRenderer(serializer=_serialize)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=colors, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            mask_fields,
            renderer,
        ],
    )


def _serialize(event: dict[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class Console(LossyHandler, logging.StreamHandler[TextIO]):
    """Standard output as it is at each line, because tests and servers replace it."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.stream = sys.stdout
        super().emit(record)

    def write_lines(self, lines: bytes) -> None:
        """Write ready lines."""
        self.acquire()
        try:
            sys.stdout.write(lines.decode())
            sys.stdout.flush()
        finally:
            self.release()


class SharedFile(LossyHandler, logging.handlers.RotatingFileHandler):
    """A rotating file that several processes write to: one rotates it, the others follow."""

    def shouldRollover(self, record: logging.LogRecord) -> int:  # noqa: N802 - logging's name
        """Whether the file is full."""
        self._follow()
        return int(self._is_full())

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Rotate, unless another process has done it by now."""
        with Path(f"{self.baseFilename}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._follow()
            if self._is_full():
                super().doRollover()

    def write_lines(self, lines: bytes) -> None:
        """Write ready lines."""
        self.acquire()
        try:
            self._follow()
            if self._is_full():
                self.doRollover()
            self._opened().write(lines.decode())
            self.flush()
        finally:
            self.release()

    def _is_full(self) -> bool:
        return 0 < self.maxBytes <= os.fstat(self._opened().fileno()).st_size

    def _follow(self) -> None:
        """Open the file anew if another process has renamed it."""
        try:
            current = Path(self.baseFilename).stat().st_ino
        except FileNotFoundError:
            current = 0
        if os.fstat(self._opened().fileno()).st_ino != current:
            self.close()
            self.stream = self._open()

    def _opened(self) -> TextIO:
        """The stream; closed ones (after a failed rotation) are opened again."""
        if self.stream is None:
            self.stream = self._open()
        return self.stream


Handler = Console | SharedFile
_OURS: Final = (Console, SharedFile)


def _handlers(settings: Settings, file_name: str) -> list[Handler]:
    handlers: list[Handler] = [Console()]
    handlers[0].setFormatter(_formatter(settings, colors=sys.stdout.isatty()))
    if settings.logging_file_dir:
        handlers.append(_file(settings, file_name))
    return handlers


def _file(settings: Settings, name: str) -> SharedFile:
    folder = Path(settings.logging_file_dir)
    folder.mkdir(parents=True, exist_ok=True)
    handler = SharedFile(
        folder / name,
        maxBytes=settings.logging_file_max_bytes,
        backupCount=settings.logging_file_backup,
        encoding="utf-8",
    )
    handler.setFormatter(_formatter(settings, colors=False))
    return handler


def _replace_handlers(logger: logging.Logger, handlers: Sequence[logging.Handler]) -> None:
    for old in logger.handlers[:]:
        if isinstance(old, _OURS):
            logger.removeHandler(old)
            old.close()
    for new in handlers:
        logger.addHandler(new)


def _tame_libraries(settings: Settings) -> None:
    logging.captureWarnings(True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    for name in OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    if settings.sqlalchemy_echo:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)


def _send_access_lines(settings: Settings, handlers: list[Handler]) -> None:
    """Ready-made JSON past the logging machinery, which would cost as much as the request."""
    if not logging.getLogger().isEnabledFor(logging.INFO):
        access_log.send_access_to(None)
        return
    if settings.logging_format == "console":
        log = structlog.get_logger("access")
        access_log.send_access_to(lambda line: log.info("request", **access_log.fields(line)))
        return

    def write(lines: bytes) -> None:
        for handler in handlers:
            try:
                handler.write_lines(lines)
            except OSError:  # a full disk or a closed pipe must not end the writer
                DROPPED.inc(lines.count(b"\n"))

    access_log.send_access_to(access_log.Batch(write).add)
