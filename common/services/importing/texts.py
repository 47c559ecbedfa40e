"""Texts of others: told whether they are HTML, and brought into one form."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from common.services.importing.items import LONGEST_TITLE
from common.utils.text.html import text_of
from common.utils.text.markup import Tag, names, tokens, unescape_attribute
from common.utils.text.shortening import shortened

_LONGEST_MADE_TITLE: Final = 40
_SENTENCE: Final = re.compile(r"(.+?[。！？!?；;]|.+?\.(?=\s|$))")
_VOID: Final = names("br hr img")
_BLOCKS: Final = names(
    "address article aside blockquote dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header li main nav ol p pre section table tbody td tfoot th "
    "thead tr ul"
)
_KNOWN: Final = (
    _VOID
    | _BLOCKS
    | names(
        "a abbr acronym applet area audio b base basefont bdi bdo big body button canvas "
        "caption center cite code col colgroup data datalist del dfn dir em embed font frame "
        "frameset head hgroup html i iframe image input ins kbd label legend link map mark "
        "marquee math menu meta meter nobr noembed noframes noscript object optgroup option "
        "output param picture plaintext progress q rb rp rt rtc ruby s samp script search "
        "select slot small source span strike strong style sub summary sup svg template "
        "textarea time title track tt u var video wbr xmp"
    )
)
# All that most texts have: nothing in them needs a closer look.
_UNUSUAL: Final = re.compile(
    r"<(?!/?(?:p|br|b|strong|em|i|ul|ol|li|h[1-6]|blockquote|pre|code|table|tr|td|th)>)"
)
# A "<" that begins no tag: another one follows before it could end, or nothing that ends it.
_LESS_THAN: Final = re.compile(r"<(?=/?[A-Za-z][^<>\"']*<)")
_CUT_TAG: Final = re.compile(r"<(?:/|[A-Za-z][A-Za-z0-9]*\s+[A-Za-z-]+\s*=)[^<]*\Z")
_CDATA: Final = "<![CDATA["
_INVENTED: Final = re.compile(r"\w+(?:[-:][\w-]+)+")  # <my-tag>, <o:p>
_ATTRIBUTE_NAME: Final = re.compile(r"[A-Za-z_:@][\w:.@-]*")


@dataclass(frozen=True)
class ForeignText:
    """A text of a feed or a dump. ``is_plain``: whatever looks like markup in it is none.

    ``base``: what relative addresses in it are relative to, if the source says that itself.
    """

    text: str
    is_plain: bool = False
    base: str = ""


def as_html(text: str, *, is_plain: bool = False) -> str:
    """A text as HTML: itself, or one paragraph per line if it is plain.

    Where nothing says what it is, tags and their ends make it HTML; words in angle brackets that no
    browser knows stay words.
    """
    if is_plain:
        return _paragraphs(text)
    if "</" in text and _UNUSUAL.search(text) is None:
        return text
    mended = _with_literal_words(_without_marks(text))
    return mended if _has_markup(mended) else _paragraphs(unescape_attribute(mended))


def as_plain(written: ForeignText) -> str:
    """What a reader would see of a text, without markup."""
    if written.is_plain:
        return written.text
    mended = _with_literal_words(_without_marks(written.text))
    return text_of(mended) if _has_markup(mended) else unescape_attribute(mended)


def beginning_of(written: ForeignText) -> str:
    """A title for a text that has none: its first sentence, or as much of it as fits."""
    line = " ".join(as_plain(written).split())
    match = _SENTENCE.match(line[:LONGEST_TITLE])
    sentence = match[1] if match is not None else line
    return shortened(sentence.removesuffix("。"), _LONGEST_MADE_TITLE)


def _without_marks(text: str) -> str:
    """Marks of XML that somebody escaped, or set twice: to HTML they hide what they hold."""
    if _CDATA not in text:
        return text
    return text.replace(_CDATA, "").replace("]]>", "")


def _paragraphs(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def _has_markup(text: str) -> bool:
    """Whether there is something that nobody writes but in HTML."""
    begun: set[str] = set()
    for token in tokens(text) if "<" in text else ():
        if not isinstance(token, Tag):
            continue
        if token.is_end and (token.name in begun or token.name in _KNOWN):
            return True
        if token.name in _VOID or token.name in _BLOCKS or _says_something(token):
            return True
        begun.add(token.name)
    return False


def _says_something(tag: Tag) -> bool:
    """Whether it has attributes, and not only more words: ``<b && c>``, ``<b and c>``."""
    return "=" in tag.written_attributes and _begins_like_attributes(tag)


def _begins_like_attributes(tag: Tag) -> bool:
    return _ATTRIBUTE_NAME.fullmatch(next(iter(tag.attributes), "")) is not None


def _with_literal_words(text: str) -> str:
    """``text`` with every ``<`` that is meant as such escaped: ``a<b``, ``vector<int>``."""
    if "<" not in text:
        return text
    text = _LESS_THAN.sub("&lt;", text)
    last = text.rfind("<")
    if last != -1 and text.find(">", last) == -1:
        is_cut = _CUT_TAG.match(text, last) is not None
        text = text[:last] if is_cut else f"{text[:last]}&lt;{text[last + 1 :]}"
    if any(isinstance(token, Tag) and _is_word(token) for token in tokens(text)):
        return "".join(_literally(text))
    return text


def _literally(text: str) -> Iterator[str]:
    every = list(tokens(text))
    ended = {token.name for token in every if isinstance(token, Tag) and token.is_end}
    for token in every:
        is_word = isinstance(token, Tag) and not token.is_end and _is_word(token)
        if isinstance(token, Tag) and is_word and token.name not in ended - _KNOWN:
            yield html.escape(token.source, quote=False)
        else:
            yield token.source


def _is_word(tag: Tag) -> bool:
    """``<int>``, ``<b && c>``, but not the elements that people and programs invent."""
    if _says_something(tag) or _INVENTED.fullmatch(tag.name):
        return False
    if tag.name not in _KNOWN:
        return True
    has_words = bool(tag.written_attributes.strip("/ \t\r\n"))
    return has_words and (len(tag.name) == 1 or not _begins_like_attributes(tag))
