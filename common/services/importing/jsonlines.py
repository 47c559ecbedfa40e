"""Dumps: one JSON object {title, content, channel, author?, cover?, published_at?} per line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from common.services.importing import dates
from common.services.importing.findings import Findings
from common.services.importing.items import Identity, Item
from common.services.importing.texts import ForeignText, as_plain
from common.services.importing.xml_mending import without_forbidden
from common.utils.text.decoding import decode
from common.utils.text.mails import person_in

_AROUND: Final = b" \t\r\n\x1e\x00,"  # also what stands between the elements of an array
_OF_AN_ARRAY: Final = frozenset({b"", b"[", b"]"})


class _Skipped(Exception):
    """The line is no item; the text says why."""


def read(lines: Iterable[bytes], findings: Findings, *, channel: str = "") -> Iterator[Item]:
    """The items, one by one as they are read; what is no item is noted and passed over.

    :param lines: UTF-8; blank ones are passed over
    :param channel: of lines that name none
    """
    for number, line in enumerate(lines, 1):
        written = line.removeprefix(codecs.BOM_UTF8).strip(_AROUND)
        if written in _OF_AN_ARRAY:
            continue
        try:
            for members in _objects(written, number, findings):
                yield _Line(members, number, findings).item(channel)
        except _Skipped as error:
            findings.skip(str(error), line=number)


def _objects(line: bytes, number: int, findings: Findings) -> list[dict[str, Any]]:
    """The object of a line, or the several of an array."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        value = _leniently(line, number, findings, str(error))
    objects = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in objects):
        raise _Skipped("it is no JSON object")
    return objects


def _leniently(line: bytes, number: int, findings: Findings, complaint: str) -> Any:
    """What a strict parser refuses: broken characters, halves of emoji, control characters."""
    decoded = decode(line)
    try:
        members = json.loads(decoded.text, strict=False)
    except RecursionError as error:
        raise _Skipped("it is nested too deep") from error
    except ValueError as error:
        raise _Skipped(f"it is not JSON: {complaint}") from error
    findings.repair(f"not quite JSON: {complaint}", line=number)
    return _whole(members)


def _whole(value: Any) -> Any:
    """Texts without halves of characters."""
    if isinstance(value, dict):
        return {name: _whole(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return value


class _Line:
    """One object, whose optional members may say anything."""

    def __init__(self, members: dict[str, Any], number: int, findings: Findings) -> None:
        self._members = members
        self._number = number
        self._findings = findings

    def item(self, channel: str) -> Item:
        """The item; the first one of a dump counts as its newest.

        :raises _Skipped: a member that must be there is not
        """
        title, content = self._required("title"), self._required("content")
        named = self._text("channel") or channel
        if not named:
            raise _Skipped("it names no channel, and the command names none either")
        moment = self._optional("published_at", dates.understood)
        return Item(
            title=" ".join(as_plain(ForeignText(title)).split()),
            content=content,
            channel=named,
            author=person_in(self._text("author")) or named,
            published_at=moment,
            covers=tuple(self._optional("cover", _covers) or ()),
            identity=Identity(),
            place=self._number,
            line=self._number,
        )

    def _required(self, name: str) -> str:
        value = self._members.get(name)
        if not isinstance(value, str) or not value.strip():
            raise _Skipped(f"{name}: {'missing' if value in (None, '') else 'no text'}")
        clean, forbidden = without_forbidden(value)
        if forbidden:
            reason = f"{forbidden} characters that no text has are left out of its {name}"
            self._findings.repair(reason, line=self._number)
        return clean

    def _text(self, name: str) -> str:
        return self._optional(name, _text) or ""

    def _optional(self, name: str, understand: Any) -> Any:
        """What a member says; None, and a note, if that is nothing that can be understood."""
        value = self._members.get(name)
        if value is None or value == "":
            return None
        meant = understand(value)
        if meant is None:
            self._findings.repair(
                f"{name} is not understood: {str(value)[:40]}",
                line=self._number,
                entry=str(self._members["title"])[:100],
            )
        return meant


def _text(value: object) -> str | None:
    """A text, or the name or the first of what is more than a text."""
    if isinstance(value, dict):
        value = value.get("name")
    elif isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    clean, _ = without_forbidden(value)
    return " ".join(as_plain(ForeignText(clean)).split())


def _covers(value: object) -> list[str] | None:
    """One address, several, or as the product itself writes it."""
    if isinstance(value, dict):
        value = value.get("images") or []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return None
    return [address.strip() for address in value if isinstance(address, str) and address.strip()]
