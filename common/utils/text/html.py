"""Article HTML: the allow-list every body passes when it is written, and its plain text.

Security: contract/security.md rows 56 and 59. Whatever is not listed here does not survive.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import nh3

from common.utils.text import shapes
from common.utils.text.markup import names
from common.utils.text.nesting import in_order

MEDIA_PATH: Final = "/media/"  # where this installation serves its own pictures

_LINK_REL: Final = "noopener nofollow ugc"


_BLOCKS: Final = names(
    "blockquote br caption dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre table "
    "tbody td tfoot th thead tr ul"
)
_TAGS: Final = _BLOCKS | names(
    "a abbr b code col colgroup del em i img input ins kbd label mark q s samp small span strong "
    "sub sup u var"
)
_SEEN: Final = _BLOCKS | {"img"}
_DROPPED_WITH_CONTENT: Final = names(
    "applet audio canvas embed frame frameset iframe math noembed noframes noscript object script "
    "style svg template title video xmp"
)
# Alignment, indent, direction, size and font, as the editor Quill 1 writes them.
_STYLED: Final = (_BLOCKS - names("br hr")) | names("a em s span strong sub sup u")
_OWN_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "input": {"checked"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_ATTRIBUTES: Final = {
    tag: _OWN_ATTRIBUTES.get(tag, set()) | ({"class"} if tag in _STYLED else set())
    for tag in _STYLED | _OWN_ATTRIBUTES.keys()
}
_ALIGNMENTS: Final = {"align": {"left", "center", "right"}}
_ATTRIBUTE_VALUES: Final = {
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
    # Task lists, as rich text editors write them.
    "ul": {"data-type": {"taskList"}},
    "li": {"data-type": {"taskItem"}, "data-checked": {"true", "false"}},
}
_NUMBERS: Final = frozenset({"width", "height", "start", "colspan", "rowspan"})
_LONGEST_URL: Final = 2048
_MOST_READINGS: Final = 4  # one does in 20,000 of 20,000 random attacks
_LOCAL_NAMES: Final = frozenset({"localhost", "local", "internal", "lan", "home", "arpa", "onion"})

_CONTROL: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_CODE_CLASS: Final = re.compile(r"[A-Za-z0-9_+#.-]{1,40}")
_STYLE_CLASS: Final = re.compile(
    r"ql-(?:syntax|(?:align|direction|font|indent|size)-[a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){0,2})"
)
_MEDIA_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_TAG: Final = re.compile(r"<[^>]*>")
_BLANKS: Final = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_INPUT: Final = re.compile(r"<input( checked=\"\")?>")  # of a task list, never to be used
_CHECKBOX: Final = r'<input type="checkbox" disabled=""\1>'
_EMPTY_PICTURE: Final = re.compile(r'<img(?: (?!src=)[a-z]+="[^"]*")*>')  # its source was refused


def sanitise(html: str, *, pictures: Mapping[str, str] | None = None) -> str:
    """``html`` reduced to what an article may contain; sanitising twice changes nothing more.

    Takes time linear in its length; what is nested too deep is flattened (utils/text/nesting.py).

    :param pictures: other addresses for picture sources (see :func:`pictures_of`); what is put
        in their place must itself be acceptable.
    """
    kept = _cleaned(html, pictures or {})
    # What was taken out may have stood between a link and another one, say, which a browser never
    # nests: read again, the text is what a browser makes of it.
    for _ in range(_MOST_READINGS):
        if _read_again(kept) == kept:
            break
        kept = _cleaned(kept, {})
    return kept


def _read_again(kept: str) -> str:
    """What a browser makes of it; quick, as all values have been looked at."""
    again = nh3.clean(
        kept,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        tag_attribute_values=_ATTRIBUTE_VALUES,
        link_rel=_LINK_REL,
    )
    return _INPUT.sub(_CHECKBOX, again)


def _cleaned(html: str, replacements: Mapping[str, str]) -> str:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            value = replacements.get(value.strip(), value)
        return _filtered(tag, attribute, value)

    kept = nh3.clean(
        in_order(html),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        tag_attribute_values=_ATTRIBUTE_VALUES,
        attribute_filter=keep,
        link_rel=_LINK_REL,
        # Our filter decides about every address; "data" passes the library only to be replaced.
        url_schemes={"http", "https", "mailto", "data"},
    )
    return _INPUT.sub(_CHECKBOX, _EMPTY_PICTURE.sub("", kept))


def pictures_of(html: str) -> list[str]:
    """Sources of all pictures in document order, as written: relative and ``data:`` ones too."""
    sources: list[str] = []
    if "<img" not in html.lower():
        return sources

    def collect(tag: str, attribute: str, value: str) -> str:
        if tag == "img" and attribute == "src":
            sources.append(value.strip())
        return value

    nh3.clean(
        in_order(html),
        tags={"img"},
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={"img": {"src"}},
        attribute_filter=collect,
        url_schemes={"http", "https", "data"},
    )
    return sources


def text_of(html: str) -> str:
    """The text a reader sees: one line per block, blanks collapsed, no markup, no entities."""
    text = _without_tags(_skeleton(html))
    lines = _BLANKS.sub(" ", text).split("\n")
    return "\n".join(filter(None, map(str.strip, lines)))


class Measures(NamedTuple):
    """How much there is to read: characters other than blanks, and pictures."""

    chars: int
    pictures: int


def measure(html: str) -> Measures:
    """How much a reader sees of ``html``, nothing if it shows nothing; linear in its length."""
    skeleton = _skeleton(html)
    text = _without_tags(skeleton)
    chars = sum(map(len, text.split())) if shapes.shows_something(text) else 0
    return Measures(chars, skeleton.count("<img>"))


def _skeleton(html: str) -> str:
    """What a reader sees, with bare tags of blocks and pictures and no others."""
    return nh3.clean(
        in_order(html),
        tags=set(_SEEN),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={},
    )


def _without_tags(skeleton: str) -> str:
    """The text alone; where a block begins or ends, a line does."""
    return entities.unescape(_TAG.sub("\n", skeleton.replace("<img>", "")))


def is_acceptable_url(url: str, *, schemes: frozenset[str] = frozenset({"http", "https"})) -> bool:
    """Whether an article may point to ``url``: a web address on a public host name, nothing else.

    Refused: other schemes, ``//host``, credentials, addresses instead of names, local names, and
    names outside ASCII, whose look cannot be trusted.
    """
    if len(url) > _LONGEST_URL or _CONTROL.search(url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "mailto" in schemes and "@" in parts.path
    return parts.scheme in schemes and _has_public_host(parts)


def _has_public_host(parts: SplitResult) -> bool:
    if "@" in parts.netloc:
        return False
    labels = (parts.hostname or "").removesuffix(".").split(".")
    return (
        len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not any(label.startswith("xn--") for label in labels)
        and labels[-1].isalpha()
        and labels[-1] not in _LOCAL_NAMES
    )


def _is_own_media(url: str) -> bool:
    key = url.removeprefix(MEDIA_PATH)
    return key != url and len(url) <= _LONGEST_URL and _MEDIA_KEY.fullmatch(key) is not None


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """The value an attribute may keep; None removes the attribute."""
    if attribute == "src":
        return _kept(value.strip(), frozenset({"http", "https"}))
    if attribute == "href":
        return _kept(value.strip(), frozenset({"http", "https", "mailto"}))
    if attribute == "class":
        kind = _CODE_CLASS if tag == "code" else _STYLE_CLASS
        return " ".join(name for name in value.split() if kind.fullmatch(name)) or None
    if attribute == "checked":
        return ""
    if attribute in _NUMBERS:
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    return value


def _kept(url: str, schemes: frozenset[str]) -> str | None:
    return url if _is_own_media(url) or is_acceptable_url(url, schemes=schemes) else None
