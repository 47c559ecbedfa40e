"""The HTML of an item made fit for us: real pictures, whole addresses, nobody's e-mail."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from common.services.importing.media import Picture, is_no_picture
from common.utils.net.addresses import resolved
from common.utils.text.mails import without_mails
from common.utils.text.markup import Tag, names, start_tag, tokens

_SIMPLE: Final = re.compile(  # whatever else there is wants a closer look
    r"<(?!/?(?:p|br|b|strong|em|i|u|ul|ol|li|h[1-6]|blockquote|pre|code|table|tr|td|th|tbody|thead"
    r"|div|span|figure|figcaption|hr|sub|sup|section|article)[\s/>])"
    r"|[@＠]|&#(?:0*64|[xX]0*40)\b|&commat"
)
_IMAGES: Final = names("img image amp-img")
_LAZY_SETS: Final = ("data-srcset", "data-lazy-srcset", "lazy-srcset", "data-original-set")
_LAZY: Final = (
    *("data-src", "data-original", "data-lazy-src", "data-lazy", "data-actualsrc", "data-echo"),
    *("data-url", "data-original-src", "data-hi-res-src", "data-full-url", "data-large-file"),
    *(
        "data-orig-file",
        "data-img-src",
        "data-image",
        "data-ratio-src",
        "data-cfsrc",
        "data-src-pc",
    ),
    *("data-croporisrc", "lazy-src", "lazysrc", "_src", "original", "zoomfile", "file", "real_src"),
)
_LOOKS_LIKE_ADDRESS: Final = re.compile(r"(?:https?:)?//\S|\.{0,2}/\S|[\w%.~-]+(?:/|\.\w{3,4}\b)")
_PLACEHOLDER: Final = re.compile(
    r"(?:^|[/_.-])(?:blank|placeholder|loading|spacer|transparent|pixel|lazy(?:load)?|grey|gray|"
    r"1x1|empty|default_?bg)[\w-]*\.(?:gif|png|jpe?g|svg|webp)",
    re.IGNORECASE,
)
_EMOJI: Final = re.compile(
    r"/emoji/|/emoticons?/|/smil(?:ey|ie)s?/|twemoji|/expression/|/face/|/emotion/", re.IGNORECASE
)
_EMOJI_CLASSES: Final = names("emoji wp-smiley smiley emoticon wp-emoji biaoqing qqemoji face")
_SIDE: Final = re.compile(r"(?:^|[;\s])(width|height)\s*:\s*(\d+)(?:\.\d+)?px", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CANDIDATE: Final = re.compile(r"[\s,]*(\S+)")
_CONDITION: Final = re.compile(r"\s*([^,]*),?")
_OF_A_PIXEL: Final = 3  # pixels wide or high: nothing to look at
_OF_AN_ICON: Final = 48
_LONGEST_EMOJI: Final = 16  # characters of its text
_KEPT: tuple[str, ...] = ("alt", "title", "width", "height")
_DENSITY: Final = 1000.0  # "2x" counts as so many times this wide


@dataclass
class Body:
    """HTML whose addresses are absolute; ``pictures`` in their order, each fit to be a cover."""

    html: str
    addresses: list[str] = field(default_factory=list)  # of all pictures
    covers: list[Picture] = field(default_factory=list)


def readied(source: str, *, base: str = "") -> Body:
    """The body behind foreign HTML.

    :param base: what relative addresses are relative to
    """
    if _SIMPLE.search(source) is None:
        return Body(source)
    return _Reading(base).read(source)


class _Reading:
    """One way through a body."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._written: list[str] = []
        self._body = Body("")
        self._sources: list[str] = []  # srcsets of the <picture> that is open
        self._unscripted = False
        self._seen: set[str] = set()  # addresses within <noscript>
        self._placeholder: int | None = None  # where the last picture is written, if it is none

    def read(self, source: str) -> Body:
        for token in tokens(source):
            if not isinstance(token, Tag):
                self._text(token.source, token.text, is_raw=token.is_raw)
            elif token.name in _IMAGES:
                self._picture(token)
            elif token.name == "noscript":
                self._noscript(token)
            elif not self._unscripted:
                self._tag(token)
        self._body.html = "".join(self._written)
        return self._body

    def _text(self, source: str, text: str, *, is_raw: bool) -> None:
        if self._unscripted:
            return
        if text.strip():
            self._placeholder = None
        hidden = text if is_raw else without_mails(text)
        self._written.append(source if hidden == text else html.escape(hidden, quote=False))

    def _tag(self, tag: Tag) -> None:
        if tag.name == "picture":
            self._sources = []
        elif tag.name == "source":
            self._sources += list(_sets(tag.attributes))
        elif tag.name == "a" and not tag.is_end:
            self._written.append(start_tag("a", _link(tag.attributes, self._base)))
        elif "@" in tag.source:
            attributes = {name: without_mails(value) for name, value in tag.attributes.items()}
            self._written.append(start_tag(tag.name, attributes))
        else:
            self._written.append(tag.source)

    def _noscript(self, tag: Tag) -> None:
        """Scripts would put the real picture in place of the one before; here it stands already."""
        self._unscripted = not tag.is_end
        if self._unscripted and self._placeholder is not None:
            self._written[self._placeholder] = ""
            address = self._body.addresses.pop()
            self._body.covers = [one for one in self._body.covers if one.url != address]
        self._placeholder = None

    def _picture(self, tag: Tag) -> None:
        attributes = tag.attributes
        written = _real_address(attributes, self._sources)
        address = resolved(written, self._base) if written else ""
        self._sources = []
        if tag.is_end or not address or address in self._seen:
            return
        if _is_pixel(attributes) or _names_somebody(address):
            return
        if self._unscripted and address in self._body.addresses:
            return
        is_emoji = _is_emoji(address, attributes)
        if is_emoji and 0 < len(attributes.get("alt", "")) <= _LONGEST_EMOJI:
            self._written.append(html.escape(attributes["alt"], quote=False))
            return
        self._add(address, attributes)
        if not is_emoji and _is_to_be_looked_at(address, attributes):
            self._body.covers.append(Picture(address, _side(attributes, "width") or 0))

    def _add(self, address: str, attributes: dict[str, str]) -> None:
        if self._unscripted:
            self._seen.add(address)
        self._placeholder = len(self._written) if _is_placeholder(address) else None
        self._body.addresses.append(address)
        kept = {name: without_mails(attributes[name]) for name in _KEPT if name in attributes}
        self._written.append(start_tag("img", {"src": address, **kept}))


def _link(attributes: dict[str, str], base: str) -> dict[str, str]:
    address = resolved(attributes.get("href", ""), base) if "href" in attributes else ""
    kept = {"href": address} if address and not _names_somebody(address) else {}
    if "title" in attributes:
        kept["title"] = without_mails(attributes["title"])
    return kept


def _names_somebody(address: str) -> bool:
    if address.startswith("data:"):
        return False
    plain = unquote(address)
    return address.lower().startswith("mailto:") or without_mails(plain) != plain


def _real_address(attributes: dict[str, str], sources: list[str]) -> str:
    """What the reader of the page would see at last; empty: there is none."""
    lazy = (attributes.get(name, "").strip() for name in _LAZY)
    for address in (
        _largest([attributes[name] for name in _LAZY_SETS if name in attributes]),
        _largest([*([attributes["srcset"]] if "srcset" in attributes else []), *sources]),
        next((value for value in lazy if _LOOKS_LIKE_ADDRESS.match(value)), ""),
    ):
        if address and not _is_placeholder(address):
            return address
    return attributes.get("src", "").strip()


def _sets(attributes: dict[str, str]) -> Iterator[str]:
    if attributes.get("type", "image/").startswith("image/"):
        for name in (*_LAZY_SETS, "srcset"):
            if value := attributes.get(name):
                yield value
                return


def _largest(sets: list[str]) -> str:
    """The candidate of the greatest width or density (WHATWG HTML, section 4.8.4.3.7)."""
    candidates = [candidate for each in sets for candidate in _candidates(each)]
    return max(candidates, key=lambda candidate: candidate[0], default=(0.0, ""))[1]


def _candidates(written: str) -> Iterator[tuple[float, str]]:
    position = 0
    while (match := _CANDIDATE.match(written, position)) is not None:
        address, position = match[1], match.end()
        condition = ""
        if address.endswith(","):
            address = address.rstrip(",")
        elif (rest := _CONDITION.match(written, position)) is not None:
            condition, position = rest[1].strip(), rest.end()
        if address and not address.startswith("data:"):
            yield _weight(condition), address


def _weight(condition: str) -> float:
    unit, number = condition[-1:], condition.split(" ")[0][:-1]
    try:
        return float(number) * (_DENSITY if unit == "x" else 1) if number else _DENSITY
    except ValueError:
        return 0.0


def _is_placeholder(address: str) -> bool:
    return address.startswith("data:") or _PLACEHOLDER.search(address) is not None


def _is_emoji(address: str, attributes: dict[str, str]) -> bool:
    classes = attributes.get("class", "").lower().split()
    return not _EMOJI_CLASSES.isdisjoint(classes) or _EMOJI.search(address) is not None


def _is_pixel(attributes: dict[str, str]) -> bool:
    sides = [_side(attributes, name) for name in ("width", "height")]
    is_tiny = any(side is not None and side <= _OF_A_PIXEL for side in sides)
    return is_tiny or _HIDDEN.search(attributes.get("style", "")) is not None


def _is_to_be_looked_at(address: str, attributes: dict[str, str]) -> bool:
    """Whether it could be a cover: no icon, no video, and nothing that stands in for another."""
    sides = [_side(attributes, name) for name in ("width", "height")]
    is_icon = any(side is not None and side <= _OF_AN_ICON for side in sides)
    return not (is_icon or is_no_picture(address) or _PLACEHOLDER.search(address))


def _side(attributes: dict[str, str], name: str) -> int | None:
    """Width or height in pixels, as an attribute or a style says; None: nothing does."""
    written = attributes.get(name, "").strip().removesuffix("px")
    if written.isdecimal() and len(written) <= 5:
        return int(written)
    for match in _SIDE.finditer(attributes.get("style", "")):
        if match[1].lower() == name:
            return int(match[2][:5])
    return None
