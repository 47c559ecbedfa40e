"""What was recorded of readers: lines of the trace file, rows of the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from common.extensions.db import db
from common.models import BehaviourEvent
from common.services.behaviour import recording


def lines(path: Path) -> list[dict[str, Any]]:
    """Everything in the trace file so far; each line is whole."""
    recording.flush()
    found = path.read_bytes().decode("ascii").split("\n") if path.exists() else [""]
    assert found.pop() == ""
    return [json.loads(line) for line in found]


def events() -> list[BehaviourEvent]:
    """All rows so far, the oldest first."""
    recording.flush()
    return list(db.session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id)))
