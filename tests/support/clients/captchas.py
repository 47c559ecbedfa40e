"""Solving riddles as a browser does."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any


def solved(riddle: Mapping[str, Any], **changes: Any) -> str:
    """What ALTCHA's widget yields for a riddle, with changes."""
    number = next(
        each
        for each in itertools.count()
        if hashlib.sha256(f"{riddle['salt']}{each}".encode()).hexdigest() == riddle["challenge"]
    )
    sent = {name: value for name, value in riddle.items() if name != "maxnumber"}
    return packed(sent | {"number": number} | changes)


def packed(members: Any) -> str:
    """Anything as the widget packs it."""
    return base64.b64encode(json.dumps(members).encode()).decode()
