"""Which open editor sends a text."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel

from common.schemas.writing.autosaves import Origin
from common.utils.parameters.basic import Absent, Checked, refuse_as
from common.utils.parser import Whole

LARGEST: Final = 2**32 - 1

_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


def _session(value: Any) -> str:
    if isinstance(value, str) and _SESSION.fullmatch(value):
        return value
    raise refuse_as("Invalid params.")


Session = Annotated[str, Checked(_session, (("type", "string"), ("maxLength", 32)))]
Number = Annotated[int, Whole(0, LARGEST)]


class Sender(BaseModel):
    """Which open editor sends this: a name it made up, and a number that grows."""

    session: Annotated[Session | None, Absent()] = None
    sequence: Annotated[Number | None, Absent()] = None

    def origin(self) -> Origin:
        """Where the text comes from."""
        return Origin(self.session, self.sequence)
