"""JSON that is ready to be sent, annotated with what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True)
class JsonOf:
    """``Annotated[orjson.Fragment, JsonOf(list[Card])]``: the bytes of such a list."""

    kind: Any

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return handler.generate_schema(self.kind)
