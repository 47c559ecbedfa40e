"""HTML as a row of tags and texts, cut as browsers cut it, in linear time.

The rules are those of WHATWG HTML, section 13.2.5.

What a tag means, and whether it may stay, is for others to say.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final, NamedTuple

_SPACE: Final = r"[\t\n\f\r ]"
_NAME: Final = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_VALUE: Final = (
    r"""(?:"(?P<double>[^"]*+)(?:"|\Z)|'(?P<single>[^']*+)(?:'|\Z)"""
    r"""|(?P<bare>[^\t\n\f\r "'>][^\t\n\f\r >]*+))"""
)
_UNNAMED_VALUE: Final = re.sub(r"\?P<\w+>", "?:", _VALUE)
_ANY_ATTRIBUTE: Final = rf"{_NAME}(?:{_SPACE}*+={_SPACE}*+{_UNNAMED_VALUE}?)?"
_ATTRIBUTE: Final = re.compile(rf"(?P<name>{_NAME})(?:{_SPACE}*+={_SPACE}*+{_VALUE}?)?")
_MARKUP: Final = re.compile(
    rf"<(?:(?P<slash>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)"
    rf"(?P<attributes>(?:[\t\n\f\r /]++|{_ANY_ATTRIBUTE})*+)(?P<end>>|\Z)"
    r"|!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|[!?/][^>]*+(?:>|\Z))",
    re.DOTALL,
)
# "?a=1&copy=2" is an address with two parameters: old names need no semicolon, but an end.
_REFERENCE: Final = re.compile(
    r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|(?P<name>[A-Za-z][A-Za-z0-9]*)(?:;|(?![=A-Za-z0-9])))"
)
# Whatever stands inside these is no markup.
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
}
_LAST: Final = "plaintext"  # never ends


def names(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


class Tag(NamedTuple):
    """A start or end tag. ``source`` is how it is written; the name is in small letters."""

    name: str
    is_end: bool
    written_attributes: str
    source: str

    @property
    def attributes(self) -> dict[str, str]:
        """Decoded values by names in small letters; of a repeated name the first."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.written_attributes):
            value = match["double"] or match["single"] or match["bare"] or ""
            found.setdefault(match["name"].lower(), unescape_attribute(value))
        return found


class Text(NamedTuple):
    """Text as it is written, entities and all; ``is_raw``: what looks like markup is none."""

    source: str
    is_raw: bool = False

    @property
    def text(self) -> str:
        """What a reader would see."""
        return self.source if self.is_raw else entities.unescape(self.source)


Token = Tag | Text


def tokens(html: str) -> Iterator[Token]:
    """Tags and texts in their order; comments and what is no tag are left out.

    The content of ``<script>`` and its like comes as raw text between its tags.
    """
    position = 0
    while (match := _MARKUP.search(html, position)) is not None:
        if match.start() > position:
            yield Text(html[position : match.start()])
        position = match.end()
        if match["name"] is None:
            continue
        if not match["end"]:
            return  # a tag that never ends takes all the rest with it
        tag = Tag(match["name"].lower(), bool(match["slash"]), match["attributes"], match[0])
        yield tag
        if not tag.is_end and (tag.name in _RAW or tag.name == _LAST):
            end = _end_of_raw(html, position, tag.name)
            if end > position:
                yield Text(html[position:end], is_raw=True)
            position = end
    if position < len(html):
        yield Text(html[position:])


def _end_of_raw(html: str, position: int, name: str) -> int:
    match = _RAW[name].search(html, position) if name in _RAW else None
    return len(html) if match is None else match.start()


def unescape_attribute(value: str) -> str:
    """The value of an attribute behind its written form (WHATWG HTML, section 13.2.5.73)."""
    return _REFERENCE.sub(_meant, value) if "&" in value else value


def _meant(match: re.Match[str]) -> str:
    name = match["name"]
    if name is None or match[0].endswith(";") or name in html5:
        return entities.unescape(match[0])
    return match[0]


def start_tag(name: str, attributes: dict[str, str]) -> str:
    """A start tag as it is written."""
    written = "".join(f' {key}="{entities.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"
