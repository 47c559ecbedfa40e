"""Parameters of follow lists: some clients call the size of a page ``perPage``.

Contract: user-app.md §5.2.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from common.utils.parameters.basic import MAX_PER_PAGE, integer
from common.utils.parameters.listing import DEFAULT_PER_PAGE, PageQuery


class Clamped:
    """A page size that refuses nothing: too much is the most, what is no number the usual size."""

    def check(self, value: Any, info: ValidationInfo) -> int:
        try:
            return min(max(integer(value, info), 1), MAX_PER_PAGE)
        except PydanticCustomError:
            return DEFAULT_PER_PAGE

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"description": f"as per_page, of 1 to {MAX_PER_PAGE}; refuses nothing"}


class RelationPageQuery(PageQuery):
    """Which page of a follow list; ``per_page`` wins over its other name."""

    alias: Annotated[int, Clamped()] = Field(default=DEFAULT_PER_PAGE, alias="perPage")

    @property
    def size(self) -> int:
        """How many people a page has."""
        return self.per_page if "per_page" in self.model_fields_set else self.alias
