"""Types of request parameters, with the contract's literal reasons (contract/user-app.md §1.3).

Each marker goes into ``Annotated``: ``name: Annotated[str, Text(1, 7)]``. Common ones have a
name: ``target: Id``. They check form only; whether a thing exists is a service's business.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, ValidationError, core_schema

from common.utils.text import pasted, shapes

MAX_ID: Final = 2**63 - 1
MAX_PAGE: Final = 2**53 - 1  # times 100 rows still fits SQL's 64-bit OFFSET
MAX_PER_PAGE: Final = 100
NULL_COUNTS: Final = "null counts"  # in ``Annotated``: null is not the same as absent
QUERY: Final = "query"  # validation context: the value comes from the query string

NOT_INTEGER: Final = "{value} is not a valid integer"
NOT_POSITIVE: Final = "Invalid {name}: {value}. {name} must be a positive integer"
NEGATIVE: Final = "Invalid {name}: {value}. {name} must be a non-negative integer"
OUT_OF_RANGE: Final = "Invalid {name}: {value}. {name} must be within the range {lo} - {hi}"
NOT_BOOLEAN: Final = "Invalid literal for boolean(): {value}"
NOT_MOBILE: Final = "{value} is not a valid mobile"
INVALID: Final = "Invalid params."
UNKNOWN_ARTICLE: Final = "Invalid target article id."

BLANKS: Final = " \t\r\n"
STEP: Final = 256 * 1024  # characters that one call looks at: no other thread runs meanwhile
SHOWN_CHARACTERS: Final = 64  # of a refused value; answers do not grow with attacks

_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_INTEGER: Final = re.compile(r"-?[0-9]{1,32}")
_SMS_CODE: Final = re.compile(r"[0-9]{6}")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_BUT_LINES: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def refuse(template: str, *, value: Any = "", **details: Any) -> PydanticCustomError:
    """The complaint of a type; ``{name}`` stands for the parameter, known to the parser only."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = {"value": text[:SHOWN_CHARACTERS], **details}
    return PydanticCustomError("refused", "refused", {"template": template, "details": shown})


def refuse_as(reason: str) -> PydanticCustomError:
    """The complaint whose text is ``reason``, word for word."""
    return refuse("{reason}", reason=reason)


def integer(value: Any, info: ValidationInfo) -> int:
    """A JSON integer, a decimal string, or in a query also one in double quotes.

    Contract: user-app.md §1.6.
    """
    if type(value) is int:
        return value
    if isinstance(value, str):
        if _INTEGER.fullmatch(value):  # nearly all
            return int(value)
        value = value.strip(BLANKS)
        if info.context == QUERY and len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1].strip(BLANKS)
        if _INTEGER.fullmatch(value):
            return int(value)
    raise refuse(NOT_INTEGER, value=value)


@dataclass(frozen=True)
class Whole:
    """An integer from ``lo`` to ``hi``; ``below`` is the reason for one under ``lo``, ``above`` for
    one over ``hi``."""

    lo: int
    hi: int
    below: str = OUT_OF_RANGE
    above: str = OUT_OF_RANGE

    def check(self, value: Any, info: ValidationInfo) -> int:
        number = integer(value, info)
        if self.lo <= number <= self.hi:
            return number
        template = self.below if number < self.lo else self.above
        raise refuse(template, value=number, lo=self.lo, hi=self.hi)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "integer", "minimum": self.lo, "maximum": self.hi}


@dataclass(frozen=True)
class Absent:
    """``values``, empty text and null mean "not given" and become None."""

    values: tuple[Any, ...] = ()

    def check(self, value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
        text = value.strip(BLANKS) if isinstance(value, str) else value
        if text is None or text == "":
            return None
        result = handler(value)
        return None if result in self.values else result

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self.check, handler(source))


@dataclass(frozen=True)
class Because:
    """Whatever is wrong with the value, this is the reason."""

    reason: str

    def check(self, value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except (ValidationError, PydanticCustomError):
            raise refuse_as(self.reason) from None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self.check, handler(source))


@dataclass(frozen=True)
class Checked:
    """A value that ``function`` accepts and returns, or refuses with :func:`refuse`."""

    function: Any
    schema: tuple[tuple[str, Any], ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.schema)


@dataclass(frozen=True)
class Text:
    """Text of ``shortest`` to ``longest`` code points, counted without blanks at its ends.

    Control characters are taken out; ``lines`` keeps line feeds and tabs. What cannot be seen does
    not make a text long enough, and one of nothing else is empty.
    """

    shortest: int
    longest: int
    reason: str = ""
    lines: bool = False

    def check(self, value: Any) -> str:
        if isinstance(value, str):
            text = _without(_CONTROLS_BUT_LINES if self.lines else _CONTROLS, value).strip()
            if len(text) <= self.longest and not shapes.shows_something(text):
                text = ""
            if self.shortest <= len(text) <= self.longest and self._is_long_enough(text):
                return text
        raise refuse_as(self.reason or f'Value does not match pattern: "{self.pattern}"')

    def _is_long_enough(self, text: str) -> bool:
        # One character that is seen is known of already.
        return self.shortest <= 1 or len(shapes.seen(text)) >= self.shortest

    @property
    def pattern(self) -> str:
        """As it appears in the contract's reason."""
        return f"^.{{{self.shortest},{self.longest}}}$"

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


@dataclass(frozen=True)
class OneOf:
    """A member of an enumeration: numbers as number or decimal string, words as they are."""

    choices: type[IntEnum] | type[StrEnum]
    reason: str

    def check(self, value: Any, info: ValidationInfo) -> IntEnum | StrEnum:
        try:
            if issubclass(self.choices, IntEnum):
                return self.choices(integer(value, info))
            return self.choices(value)
        except (ValueError, PydanticCustomError):
            raise refuse_as(self.reason) from None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        kind = "integer" if issubclass(self.choices, int) else "string"
        return {"type": kind, "enum": [choice.value for choice in self.choices]}


def _without(controls: re.Pattern[str], text: str) -> str:
    """``text`` without what ``controls`` finds: single characters."""
    if len(text) <= STEP:
        return controls.sub("", text)
    steps = range(0, len(text), STEP)
    if all(controls.search(text, step, step + STEP) is None for step in steps):
        return text  # nearly always, and then it need not be copied
    return "".join(controls.sub("", text[step : step + STEP]) for step in steps)


def _flag(value: Any) -> bool:
    if type(value) is str and value in _FLAGS:  # nearly all
        return _FLAGS[value]
    word = str(value).strip(BLANKS).lower() if isinstance(value, str | int) else ""
    if word not in _FLAGS:
        raise refuse(NOT_BOOLEAN, value=value)
    return _FLAGS[word]


def _mobile(value: Any) -> str:
    mobile = pasted.mobile_in(value) if isinstance(value, str) else None
    if mobile is None:
        raise refuse(NOT_MOBILE, value=value)
    return mobile


def _sms_code(value: Any) -> str:
    code = f"{value:06d}" if type(value) is int and value >= 0 else value
    code = pasted.digits_in(code) if isinstance(code, str) else ""
    if _SMS_CODE.fullmatch(code):
        return code
    raise refuse_as(INVALID)


Id = Annotated[int, Whole(1, MAX_ID, NOT_POSITIVE)]
OptionalId = Annotated[Annotated[int, Whole(1, MAX_ID, NOT_POSITIVE)] | None, Absent()]
Cursor = Annotated[Annotated[int, Whole(0, MAX_ID, NOT_POSITIVE)] | None, Absent((0,))]
UserId = Annotated[Id, Because("Invalid target user id.")]
ArticleId = Annotated[Id, Because(UNKNOWN_ARTICLE)]
CommentId = Annotated[Id, Because("Invalid target comment id.")]
ChannelId = Annotated[int, Whole(0, MAX_ID), Because("Invalid channel id.")]
Natural = Annotated[int, Whole(0, MAX_ID, NEGATIVE)]
Page = Annotated[int, Whole(1, MAX_PAGE, NOT_POSITIVE)]
PerPage = Annotated[int, Whole(1, MAX_PER_PAGE)]
Limit = PerPage
Flag = Annotated[bool, Checked(_flag, (("type", "boolean"),))]
Mobile = Annotated[str, Checked(_mobile, (("type", "string"), ("pattern", "^1[3-9][0-9]{9}$")))]
SmsCode = Annotated[str, Checked(_sms_code, (("type", "string"), ("pattern", "^[0-9]{6}$")))]
