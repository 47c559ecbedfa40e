"""Bytes of unknown encoding as text: what the sender says, checked against what the bytes are.

Order: the HTTP header, a byte order mark, the declaration in the text, then detection
(contract/additions.md §8). A name is believed only as far as the bytes agree with it: text that is
valid UTF-8 with characters beyond ASCII is UTF-8, whatever somebody calls it.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

import charset_normalizer

_MARKS: Final = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names that mean more than they say (WHATWG Encoding, section 4.2), by Python's own name.
_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
_ALIASES: Final = {
    "cp936": "gb18030",
    "windows-936": "gb18030",
    "ms936": "gb18030",
    "x-gbk": "gb18030",
    "euc-cn": "gb18030",
    "gb_2312-80": "gb18030",
    "big5-eten": "big5hkscs",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
}
_DOUBLE_BYTE: Final = frozenset(
    {"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "johab", "hz", "iso2022_jp", "iso2022_kr"}
)
# UTF-7 hides markup; the others are no encodings of text that travels.
_NEVER: Final = frozenset({"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape"})
_WIDE: Final = ("utf-32", "utf-16")
_LIKELY: Final = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
_LOOK: Final = 4096  # bytes that tell whether characters are two or four bytes wide
_ZEROS: Final = 0.3  # share of zeros among every fourth byte that no other text has
_BY_ZEROS: Final[dict[tuple[bool, ...], str]] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (False, False, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (True, True, False, False): "utf-32-be",
}
_SAMPLE: Final = 50_000  # bytes or characters; more teach the detection nothing
_LOST: Final = "\ufffd"  # stands for what cannot be read
_GOOD: Final = 0.9  # share of common characters in text that was read rightly
_FEW: Final = 0.1  # share of bytes beyond ASCII that may be damaged


@dataclass(frozen=True)
class Decoded:
    """Text, how it was read, and how many characters were damaged and are left out."""

    text: str
    encoding: str
    lost: int = 0


def decode(data: bytes, *, header: str = "", declared: str = "") -> Decoded:
    """The text behind ``data``; never fails, and loses only what cannot be read at all.

    :param header: the encoding that HTTP named
    :param declared: the encoding that the text itself names
    """
    wide = _wide_encoding(data)
    if wide is not None:
        return _lenient(data, wide)
    named = [name for label in (header, declared) if (name := encoding_of(label)) is not None]
    utf8 = _strict_with(data, "utf-8", "surrogatepass")  # emoji written in halves are known
    if utf8 is not None and not _is_something_else(data, utf8, named):
        return _lenient(data, "utf-8")
    for name in _more_telling_first(data, named):
        text = _strict_with(data, name)
        if text is not None:
            return Decoded(text, name)
    return _damaged(data, named)


def encoding_of(label: str) -> str | None:
    """Python's name of the encoding that ``label`` means to browsers; None: there is none."""
    label = label.strip().strip("\"'").strip().lower()
    label = _ALIASES.get(label, label)
    try:
        b" ".decode(label)  # some names are of no encoding of text
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if name in _NEVER or name.startswith(_WIDE):
        return None  # bytes of wide ones show what they are; these do not
    return _WIDER.get(name, "utf-8" if name == "utf-8-sig" else name)


def _wide_encoding(data: bytes) -> str | None:
    """The encoding that a mark, or the zeros between ASCII characters, give away."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    start = data[:_LOOK]
    quarter = max(len(start) // 4, 1)
    zeros = [start[offset::4].count(0) / quarter > _ZEROS for offset in range(4)]
    return _BY_ZEROS.get(tuple(zeros))


def _strict_with(data: bytes, name: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(name, errors)
    except (UnicodeError, ValueError):
        return None


def _is_something_else(data: bytes, utf8: str, named: list[str]) -> bool:
    """Seven-bit encodings look like ASCII; a few GBK characters like UTF-8's two-byte letters."""
    if not named or named[0] not in _DOUBLE_BYTE or max(utf8, default="") >= "\u0800":
        return False
    return _strict_with(data, named[0]) is not None


def _more_telling_first(data: bytes, named: list[str]) -> list[str]:
    """Servers say Latin-1 when they know nothing, and every byte is; Chinese has to fit."""
    if len(named) == 2 and named[0] == "cp1252" and named[1] in _DOUBLE_BYTE:
        text = _strict_with(data, named[1])
        if text is not None and _share_of_common(text) >= _GOOD:
            return named[::-1]
    return named


def _damaged(data: bytes, named: list[str]) -> Decoded:
    """Text that is not quite what it is called, or not called anything."""
    utf8 = _lenient(data, "utf-8")
    if utf8.lost <= _FEW * _beyond_ascii(data):
        return utf8
    for name in named:
        decoded = _lenient(data, name)
        if name != "utf-8" and decoded.lost <= _FEW * _beyond_ascii(data) / 2:
            return decoded
    return _detected(data)


def _beyond_ascii(data: bytes) -> int:
    return len(data) - len(data.translate(None, bytes(range(128, 256))))


def _lenient(data: bytes, name: str) -> Decoded:
    """What can be read, with the halves of characters that were written apart put together."""
    errors = "surrogatepass" if name.startswith(_WIDE) or name == "utf-8" else "replace"
    text = _strict_with(data, name, errors)
    if text is None:
        text = data.decode(name, "surrogateescape" if name == "utf-8" else "replace")
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lost = text.count(_LOST) - (data.count(_LOST.encode()) if name == "utf-8" else 0)
    return Decoded(text.replace(_LOST, "").removeprefix("\ufeff"), name, lost)


def _detected(data: bytes) -> Decoded:
    """The likeliest guess."""
    beyond = _beyond_ascii(data)
    for name in _LIKELY:
        decoded = _lenient(data, name)
        if decoded.lost <= _FEW * beyond / 2 and _share_of_common(decoded.text) >= _GOOD:
            return decoded
    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    is_accented = beyond <= 2 * _FEW * len(data)  # single letters in Latin text
    for name in ("cp1252" if is_accented or best is None else best.encoding, "cp1252"):
        text = _strict_with(data, name)
        if text is not None:
            return Decoded(text, name)
    return Decoded(data.decode("latin-1"), "latin-1")


def _share_of_common(text: str) -> float:
    """Of the characters beyond ASCII, those that people use: rare ones tell of a wrong guess."""
    unusual = [character for character in text[:_SAMPLE] if not character.isascii()]
    common = sum(_is_common(character) for character in unusual)
    return common / max(len(unusual), 1)


def _is_common(character: str) -> bool:
    for name in ("gb2312", "big5", "shift_jis"):
        try:
            lead = character.encode(name)[0]
        except UnicodeEncodeError:
            continue
        if name == "shift_jis" and character >= "\uff61":
            return False  # half-width letters, which nobody uses in number
        if lead < (0xD8 if name == "gb2312" else 0xC9):
            return True
    return False
