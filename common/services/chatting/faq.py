"""Questions about the product, from a file that hosts may replace and edit while we run.

A JSON list of ``{"when": ["修改 昵称", …], "say": "…"}``: an entry is meant when all words of one
of its lines occur in what was typed; the longest line wins.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from common.services.chatting.asking import plain
from common.settings import Settings, SettingsError

log = structlog.get_logger(__name__)

OURS: Final = Path(__file__).with_name("faq.json")
MAX_BYTES: Final = 1 << 20
Line = Annotated[str, Field(min_length=1, max_length=100)]


class Entry(BaseModel):
    """What is said to whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: list[Line] = Field(min_length=1, max_length=50)
    say: str = Field(min_length=1, max_length=1_000)


ENTRIES: Final = TypeAdapter(Annotated[list[Entry], Field(max_length=1_000)])


class Questions:
    """The file as it was when it was last sound."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._lines: list[tuple[list[str], str]] = []

    def find(self, text: str) -> str | None:
        """What is said to a plain text; None if nothing in the file fits."""
        self._look()
        compact = text.replace(" ", "")
        return next((say for words, say in self._lines if all(w in compact for w in words)), None)

    def read(self) -> None:
        """Take the file as it is now.

        :raises ValueError: it is none of this kind
        :raises OSError: it cannot be read
        """
        with self._path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES} bytes")
        lines = [
            ([plain(word).replace(" ", "") for word in line.split()], entry.say)
            for entry in ENTRIES.validate_json(content)
            for line in entry.when
        ]
        lines = [(words, say) for words, say in lines if any(words)]
        self._lines = sorted(lines, key=lambda pair: sum(map(len, pair[0])), reverse=True)

    def _look(self) -> None:
        """Read the file again if it is another one; what is broken changes nothing."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._stamp = stamp
                self.read()
        except (OSError, ValueError) as error:  # ValidationError is one
            log.warning("faq_not_read", path=str(self._path), error=type(error).__name__)


class _Bound:
    """What this process uses."""

    questions = Questions(OURS)


_bound = _Bound()


def init(settings: Settings) -> None:
    """Use the file of the settings, or else ours. Connects nothing.

    :raises SettingsError: it cannot be used
    """
    questions = Questions(settings.chatbot_faq or OURS)
    try:
        questions.read()
    except (OSError, ValueError) as error:
        raise SettingsError(f"TOUTIAO_CHATBOT_FAQ: {_why(error)}") from error
    _bound.questions = questions


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
    return str(error)


def find(text: str) -> str | None:
    """What the product's help says to a plain text; None if it is no question about it."""
    return _bound.questions.find(text)
