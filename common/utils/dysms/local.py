"""Login codes without a provider: announced on the console, or written to a file."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import structlog

from common.utils import clock
from common.utils.dysms.interface import SmsUnavailable
from common.utils.observing.masking import mask_mobile

log = structlog.get_logger(__name__)


class ConsoleSms:
    """Logs that a code would have been sent. The code itself is nobody's business."""

    def send(self, mobile: str, code: str) -> None:
        """Log the masked number and how long the code is."""
        log.info("sms_not_sent", mobile=mask_mobile(mobile), digits=len(code))


class FileSms:
    """Appends each message as a JSON line that only we can read, for development and tests."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, mobile: str, code: str) -> None:
        """Append ``{"at": …, "mobile": …, "code": …}``."""
        line = {"at": clock.now().isoformat(), "mobile": mobile, "code": code}
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        try:
            descriptor = os.open(self._path, flags, 0o600)
            try:
                os.write(descriptor, orjson.dumps(line) + b"\n")  # one write: lines stay whole
            finally:
                os.close(descriptor)
        except OSError as error:
            raise SmsUnavailable from error
        log.info("sms_written", mobile=mask_mobile(mobile))
