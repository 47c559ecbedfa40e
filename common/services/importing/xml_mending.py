"""Small repairs of what feeds write instead of XML, each in time linear in the length.

Every one keeps the number of lines, so that what is found later is found where it stands.
"""

from __future__ import annotations

import html.entities
import re
from typing import Final

FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CDATA: Final = "<![CDATA["
_CDATA_END: Final = "]]>"

# Not to be looked into: what stands there is text whatever it looks like.
_LITERAL: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_NUMBER: Final = re.compile(r"&#(?:0*(?P<decimal>\d{1,15})|[xX]0*(?P<hex>[0-9a-fA-F]{1,12}));")
_REFERENCE: Final = re.compile(
    r"&(?:(?P<number>#\d{1,20}|#[xX][0-9a-fA-F]{1,20});|(?P<name>[A-Za-z][A-Za-z0-9]{0,31});)?"
)
_HALVES: Final = re.compile(  # an emoji as two halves of UTF-16
    r"&#(?:(5[56]\d{3})|[xX]([dD][89abAB][0-9a-fA-F]{2}));"
    r"&#(?:(5[67]\d{3})|[xX]([dD][c-fC-F][0-9a-fA-F]{2}));"
)
_LAST: Final = 0x10FFFF  # character that there is
_OF_XML: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_OF_WINDOWS: Final = re.compile(r"&#(?:1(?:2[89]|[345]\d)|[xX][89][0-9a-fA-F]);")

# Elements that hold nothing but text, or HTML that somebody forgot to escape.
_LEAF: Final = re.compile(
    r"<(?P<name>(?:[\w.-]+:)?(?:title|link|description|pubdate|guid|category|comments|encoded|"
    r"summary|content|id|published|updated|creator|date|subtitle))(?=[\s/>])"
    r"(?P<attributes>[^<>]*)>",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"\s[\w.:-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_WRONG_END: Final = re.compile(r"</[\w.:-]{1,40}>\s*\Z")
_OF_MEDIA: Final = "media:content"  # holds elements of its own
_BORDER: Final = re.compile(r"</?(?:[\w.-]+:)?(?:item|entry|channel|rss|feed|rdf)(?=[\s/>])", re.I)
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]")


def without_forbidden(text: str) -> tuple[str, int]:
    """``text`` without characters that XML forbids, and how many there were."""
    return FORBIDDEN.subn("", text)


def with_meant_characters(text: str) -> str:
    """Numbers that browsers take for letters of Windows, or for halves of emoji, as these.

    Numbers of forbidden characters are left out, wherever they stand: a parser that recovers
    would let some of them through.
    """
    if "&#" not in text:
        return text
    text = _HALVES.sub(_joined_halves, text)
    text = _OF_WINDOWS.sub(lambda match: html.unescape(match[0]), text)
    text = _NUMBER.sub(lambda match: match[0] if _is_allowed(match) else "", text)
    # What closed up around a number that went may be one itself: that is text.
    return _NUMBER.sub(
        lambda match: match[0] if _is_allowed(match) else f"&amp;{match[0][1:]}", text
    )


def _is_allowed(match: re.Match[str]) -> bool:
    digits = match["decimal"]
    code = int(digits) if digits else int(match["hex"], 16)
    return code <= _LAST and FORBIDDEN.match(chr(code)) is None


def with_known_references(text: str) -> str:
    """Entities of HTML as the characters they mean, and every other ``&`` as text."""
    pieces, position = [], 0
    for literal in _LITERAL.finditer(text):
        pieces.append(_REFERENCE.sub(_reference, text[position : literal.start()]))
        pieces.append(literal[0])
        position = literal.end()
    pieces.append(_REFERENCE.sub(_reference, text[position:]))
    return "".join(pieces)


def _joined_halves(match: re.Match[str]) -> str:
    high, low = (
        int(decimal) if decimal else int(hexadecimal, 16)
        for decimal, hexadecimal in ((match[1], match[2]), (match[3], match[4]))
    )
    if not (0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF):
        return match[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _reference(match: re.Match[str]) -> str:
    if match["name"]:
        return _named(match)
    return match[0] if match["number"] else "&amp;"


def _named(match: re.Match[str]) -> str:
    if match["name"] in _OF_XML:
        return match[0]
    meant = html.entities.html5.get(f"{match['name']};")
    if meant is None:
        return f"&amp;{match[0][1:]}"
    return html.escape(meant, quote=False)


def with_escaped_leaves(text: str) -> str:
    """Unescaped HTML in elements of text as text, and those elements closed where they end."""
    mending = _Leaves(text)
    while mending.step():
        pass
    return "".join(mending.written)


class _Leaves:
    """One way through a text, from one element of text to the next."""

    def __init__(self, text: str) -> None:
        self.written: list[str] = []
        self._text = text
        self._position = 0
        self._border = -1  # of the entry that we are in
        self._never_closed: dict[str, int] = {}  # up to where there is no end tag of this name

    def step(self) -> bool:
        """Mend the next element; False: there is none."""
        start = _LEAF.search(self._text, self._position)
        if start is None:
            self.written.append(self._text[self._position :])
            return False
        self.written.append(self._text[self._position : start.start()])
        self._position = start.end()
        name = start["name"]
        self.written.append(f"<{name}{_sound(start['attributes'])}>")
        if not start["attributes"].endswith("/") and name.lower() != _OF_MEDIA:
            self._mend(name)
        return True

    def _mend(self, name: str) -> None:
        begin = self._position
        if self._border < begin:
            border = _BORDER.search(self._text, begin)
            self._border = border.start() if border is not None else len(self._text)
        end = self._end_of(name, begin)
        if end is None:
            following = _LEAF.search(self._text, begin, self._border)
            end = following.start() if following is not None else self._border
            inner = _WRONG_END.sub("", self._text[begin:end])
            self.written.append(f"{_as_text(inner)}</{name}>")
        else:
            self.written.append(_as_text(self._text[begin:end]))
        self._position = end

    def _end_of(self, name: str, begin: int) -> int | None:
        """Where the end tag stands, within the entry."""
        if self._never_closed.get(name, -1) >= self._border:
            return None
        end = self._text.find(f"</{name}", begin, self._border)
        if self._text.startswith(_CDATA, _after_blanks(self._text, begin)):
            closed = self._text.find(_CDATA_END, begin)
            again = self._text.find(_CDATA, begin + len(_CDATA) * 2, closed) if closed > 0 else -1
            if closed > end and again == -1:  # else it was never closed, and this is another one's
                end = self._text.find(f"</{name}", closed, closed + len(name) * 4 + 100)
        if end == -1:
            self._never_closed[name] = self._border
            return None
        return end


def _sound(attributes: str) -> str:
    """The attributes that are written as XML wants them."""
    end = "/" if attributes.endswith("/") else ""
    return "".join(match[0] for match in _ATTRIBUTE.finditer(attributes)) + end


def _after_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _as_text(inner: str) -> str:
    if "<" not in inner:
        return inner.replace(_CDATA_END, "]]&gt;")
    begin = inner.find(_CDATA)
    if begin == -1:
        is_html = _MARKUP.search(inner) is not None
        return html.escape(inner, quote=False) if is_html else inner.replace("<", "&lt;")
    end = inner.find(_CDATA_END, begin)
    if end == -1:
        end = len(inner)
    literal = inner[begin + len(_CDATA) : end]
    before, after = inner[:begin], inner[end + len(_CDATA_END) :]
    return _as_text(before) + html.escape(literal, quote=False) + _as_text(after)
