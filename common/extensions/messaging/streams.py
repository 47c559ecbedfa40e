"""Event streams for other systems (Kafka); off unless a setting names brokers.

The driver is the package ``kafka-python``, which only hosts with Kafka install.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from common.errors import DependencyUnavailable
from common.settings import Settings, SettingsError

TIMEOUT_SECONDS = 5  # contract/security.md 75
DRIVER = "kafka"


class Streams:
    """The way to the brokers; connected at first use."""

    def __init__(self) -> None:
        self._servers: Sequence[str] = ()
        self._driver: Any = None
        self._producer: Any = None

    @property
    def is_enabled(self) -> bool:
        """Whether anybody listens at all."""
        return bool(self._servers)

    def bind(self, servers: Sequence[str], *, setting: str = "KAFKA_SERVERS") -> None:
        """Set where the brokers are; none switches streams off.

        :param setting: that names them
        :raises SettingsError: brokers are named but the driver is not installed
        """
        self._servers, self._producer = tuple(servers), None
        if not self._servers:
            return
        try:
            self._driver = importlib.import_module(DRIVER)
        except ImportError as error:
            raise SettingsError(f"TOUTIAO_{setting} needs the package kafka-python") from error

    def send(self, topic: str, messages: Sequence[str]) -> None:
        """Append messages to a topic and wait until the brokers have them.

        :raises DependencyUnavailable: they did not take all of them
        """
        errors = self._driver.errors.KafkaError
        try:
            if self._producer is None:
                self._producer = self._driver.KafkaProducer(
                    bootstrap_servers=list(self._servers),
                    acks="all",
                    request_timeout_ms=TIMEOUT_SECONDS * 1000,
                    max_block_ms=TIMEOUT_SECONDS * 1000,
                )
            pending = [self._producer.send(topic, text.encode()) for text in messages]
            for each in pending:
                each.get(timeout=TIMEOUT_SECONDS)
        except (errors, OSError) as error:
            self._producer = None
            raise DependencyUnavailable("streams") from error


streams = Streams()


def init_streams(settings: Settings) -> None:
    """Bind the streams as configured. Connects nothing."""
    streams.bind(settings.kafka_servers)
