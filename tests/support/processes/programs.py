"""Processes of the product as a deployment starts them, for tests that kill or stop them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from common.settings import Settings

ROOT = Path(__file__).parents[3]
WAIT_SECONDS = 30.0
NAMES = (
    "jwt_secret", "mis_jwt_secret", "secret_key", "data_dir", "redis_store_url",
    "redis_cache_url", "bus_url", "broker_url", "worker_id", "sms_driver", "sms_daily_cap",
    "job_lease_seconds", "metrics_port", "db_primary_url", "db_replica_urls",
    "elasticsearch_url", "elasticsearch_ca_file",
)  # fmt: skip


def environment(settings: Settings, **overrides: str) -> dict[str, str]:
    """The process environment that says what these settings say."""
    values: dict[str, str] = {}
    for name in NAMES:
        value: Any = getattr(settings, name)
        if value is not None:
            values[f"TOUTIAO_{name.upper()}"] = _text(value)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUTIAO_")}
    return {**kept, **values, "PYTHONUNBUFFERED": "1", **overrides}


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list):
        return json.dumps([_text(each) for each in value])
    return str(value)


@contextmanager
def program(
    arguments: list[str], env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """``python <arguments>`` with its output in ``log``; told to end afterwards."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """In order if it can, so that it takes its own children along."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait(WAIT_SECONDS)
