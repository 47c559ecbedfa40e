"""Answers as they come over the wire: read, or found to be of another contract.

Servers of other protos answer to the same names of methods (contract/rpc.md §1). Protobuf reads
what they send without a complaint, as if fields were missing; here that is an error.
"""

from __future__ import annotations

from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

Reply = TypeVar("Reply", bound=Message)

WIRE_TYPES = ("varint", "64 bit", "length-delimited", "group", "end of group", "32 bit")


class WireMismatch(Exception):
    """An answer is not what the contract says; the text names what differs."""


def parse(kind: type[Reply], data: bytes) -> Reply:
    """The message that ``data`` is. Fields that we do not know are none of our business.

    :raises WireMismatch: a field that we know has another wire type, or it is no message at all
    """
    message = kind()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        name = message.DESCRIPTOR.full_name
        raise WireMismatch(f"{name} cannot be read: is it another message?") from error
    _check(message)
    return message


def _check(message: Message) -> None:
    """A known number among what was not understood came with a wire type that we do not expect."""
    known = message.DESCRIPTOR.fields_by_number
    unknown: Any = UnknownFieldSet(message)  # can be iterated over, which its types do not say
    for field in unknown:
        if field.field_number in known:
            name = f"{message.DESCRIPTOR.full_name}.{known[field.field_number].name}"
            found = WIRE_TYPES[field.wire_type]
            raise WireMismatch(f"field {field.field_number} ({name}) is sent as {found}")
    for descriptor, value in message.ListFields():
        if descriptor.type == FieldDescriptor.TYPE_MESSAGE:
            for part in value if descriptor.is_repeated else [value]:
                _check(part)
