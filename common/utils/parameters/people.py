"""Types of request parameters about people: names, papers, pictures (contract/user-app.md §4.4)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator

from common.utils import clock
from common.utils.constants import Gender
from common.utils.parameters.basic import Absent, Checked, OneOf, Text, refuse, refuse_as
from common.utils.parameters.times import INVALID_DATE, OptionalDate
from common.utils.pictures import normalising
from common.utils.text import identity_number

EARLIEST_BIRTHDAY: Final = date(1900, 1, 1)
INVALID_IMAGE: Final = "Invalid image."
INVALID_NAME: Final = 'Value does not match pattern: "^.{1,7}$"'
MAX_NAME: Final = 7
MAX_RAW_NAME: Final = 100  # code points, as an emoji may have ten of them
MAX_INTRODUCTION: Final = 60
MAX_EMAIL: Final = 100
NOT_EMAIL: Final = "{value} is not a valid email"

_EMAIL: Final = re.compile(r"[A-Za-z0-9_.\u4e00-\u9fa5-]+@[A-Za-z0-9_.-]+\.[A-Za-z]{2,8}")


def _nickname(value: Any) -> str:
    if isinstance(value, str) and len(value) <= MAX_RAW_NAME:
        return value
    raise refuse_as(INVALID_NAME)


def _birthday(value: date | None) -> date | None:
    if value is not None and not EARLIEST_BIRTHDAY <= value <= clock.now().date():
        raise refuse_as(INVALID_DATE)
    return value


def _email(value: Any) -> str:
    address = value.strip() if isinstance(value, str) else ""
    if isinstance(value, str) and (not address or _is_email(address)):
        return address
    raise refuse(NOT_EMAIL, value=value)


def _is_email(address: str) -> bool:
    return len(address) <= MAX_EMAIL and _EMAIL.fullmatch(address) is not None


def _id_number(value: Any) -> str:
    number = identity_number.normalised(value) if isinstance(value, str) else None
    if number is None:
        raise refuse_as("Invalid id number.")
    return number


def _base64_picture(value: Any) -> bytes:
    try:
        return normalising.from_base64(value if isinstance(value, str) else "")
    except normalising.InvalidPicture:
        raise refuse_as(INVALID_IMAGE) from None


_TEXT: Final = (("type", "string"),)
# As sent: what is kept of it is decided by services/accounts/nicknames.py.
Nickname = Annotated[
    str,
    Checked(
        _nickname,
        (
            *_TEXT,
            ("minLength", 1),
            ("maxLength", MAX_RAW_NAME),
            ("description", f"1 to {MAX_NAME} characters as a reader counts them"),
        ),
    ),
]
RealName = Annotated[str, Text(1, MAX_NAME)]
Introduction = Annotated[str, Text(0, MAX_INTRODUCTION)]
Lines = Annotated[str, Text(0, MAX_INTRODUCTION, lines=True)]  # an introduction of several
# Empty text clears it.
Email = Annotated[str, Checked(_email, (*_TEXT, ("maxLength", MAX_EMAIL)))]
UserGender = Annotated[Gender, OneOf(Gender, "Invalid gender.")]
Birthday = Annotated[OptionalDate, AfterValidator(_birthday)]  # empty text clears: None
IdNumber = Annotated[
    str, Checked(_id_number, (*_TEXT, ("pattern", "^([0-9]{15}|[0-9]{17}[0-9Xx])$")))
]
Base64Picture = Annotated[bytes, Checked(_base64_picture, (*_TEXT, ("contentEncoding", "base64")))]
# Forms send empty text for one that was not chosen.
OptionalPicture = Annotated[Base64Picture | None, Absent()]
