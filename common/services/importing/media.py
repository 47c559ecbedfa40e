"""Pictures that a feed puts beside an entry: the real ones, each once, in its largest size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from common.services.importing.elements import Element, children, kind_of, text_within
from common.utils.net.addresses import parts_of, resolved

_PICTURES: Final = frozenset({"jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "bmp", "svg"})
_OTHERS: Final = frozenset(
    {
        *("mp4", "m4v", "webm", "mov", "avi", "mkv", "flv", "wmv", "3gp", "ts", "m3u8", "mpd"),
        *("mp3", "m4a", "m4b", "aac", "ogg", "oga", "ogv", "opus", "wav", "flac", "wma", "swf"),
        *("pdf", "epub", "zip", "gz", "torrent", "exe", "apk", "doc", "docx", "txt", "xml"),
    }
)
_SIZES: Final = frozenset(  # parameters that ask for a size or form of the same picture
    {
        *("w", "h", "width", "height", "size", "resize", "fit", "crop", "s", "sz", "sig", "q"),
        *("quality", "auto", "format", "fm", "dpr", "strip", "ssl", "imwidth", "imageview2", "v"),
        *("x-oss-process", "imagemogr2", "wx_fmt", "tp", "ixlib", "sharp", "usm", "mode", "scale"),
    }
)
_SIZE_IN_NAME: Final = re.compile(r"(?:[-_.](\d{2,4})[x_](\d{2,4})|-scaled|@[23]x)(?=\.\w+$)")
_SIZE_IN_PATH: Final = re.compile(
    r"/(?:[wh]_?\d{2,4}|\d{2,4}x\d{2,4}|[swh]\d{2,4}(?:-[a-z]+)?)(?=/)"
)
_WIDTH: Final = re.compile(r"(?:^|[^a-z])(?:w|width|resize|imwidth|s|size)[=_/]?(\d{2,4})", re.I)


@dataclass(frozen=True)
class Picture:
    """A picture by its absolute address; width in pixels, 0: not known."""

    url: str
    width: int = 0


def covers_of(entry: Element, base: str) -> tuple[str, ...]:
    """Addresses of the pictures that an entry names beside its text, without those of videos.

    Thumbnails and the pictures of podcasts serve only where there is nothing else.
    """
    found = children(entry)
    for pictures in (
        [*_enclosures(found, base), *_media(found, base)],
        list(_thumbnails(found.get("media:thumbnail", ()), base)),
        list(_by_others(found, base)),
    ):
        if pictures:
            return tuple(one.url for one in distinct(pictures))
    return ()


def is_no_picture(url: str) -> bool:
    """Whether the address is that of a video, a sound or a document."""
    return _ending(url) in _OTHERS


def distinct(pictures: Iterable[Picture]) -> list[Picture]:
    """Each picture once, in its largest size, at the place of its first."""
    largest: dict[str, Picture] = {}
    for picture in pictures:
        name = _without_size(picture.url)
        if name not in largest or _width(picture) > _width(largest[name]):
            largest[name] = picture
    return list(largest.values())


def _enclosures(found: dict[str, list[Element]], base: str) -> Iterator[Picture]:
    links = [link for link in found.get("link", ()) if link.get("rel") == "enclosure"]
    for element in (*found.get("enclosure", ()), *links):
        url = _address(element, base)
        if url and _is_picture(element, url, by_default=False):
            yield Picture(url)


def _media(found: dict[str, list[Element]], base: str) -> Iterator[Picture]:
    """What stands in a group is one thing in several forms."""
    yield from _contents(found.get("media:content", ()), base)
    for group in found.get("media:group", ()):
        inside = children(group)
        forms = list(_contents(inside.get("media:content", ()), base))
        forms = forms or list(_thumbnails(inside.get("media:thumbnail", ()), base))
        if forms:
            yield max(forms, key=_width)


def _contents(elements: Sequence[Element], base: str) -> Iterator[Picture]:
    for element in elements:
        url = _address(element, base)
        if url and _is_picture(element, url, by_default=True):
            yield Picture(url, _number(element.get("width")))
        else:  # a video shows its own picture
            thumbnails = list(_thumbnails(children(element).get("media:thumbnail", ()), base))
            if thumbnails:
                yield max(thumbnails, key=_width)


def _thumbnails(elements: Sequence[Element], base: str) -> Iterator[Picture]:
    for element in elements:
        url = _address(element, base)
        if url and not is_no_picture(url):
            yield Picture(url, _number(element.get("width")))


def _by_others(found: dict[str, list[Element]], base: str) -> Iterator[Picture]:
    for element in (*found.get("itunes:image", ()), *found.get("image", ())):
        url = _address(element, base)
        if url and not is_no_picture(url):
            yield Picture(url)


def _address(element: Element, base: str) -> str:
    address = element.get("url") or element.get("href") or ""
    if not address:
        named = [child for child in element if kind_of(child) in ("url", "link")]
        address = text_within(named[0] if named else element)
    return resolved(address, base) if address.strip() else ""


def _is_picture(element: Element, url: str, *, by_default: bool) -> bool:
    """By medium and type, unless they say nothing; an ending of a video is believed always."""
    if is_no_picture(url):
        return False
    said = (element.get("medium") or "").lower() or (element.get("type") or "").lower()
    if said in ("image", *_PICTURES) or said.startswith("image/"):
        return True
    if _ending(url) in _PICTURES:
        return not said.startswith(("video", "audio", "document", "executable"))
    return by_default and not said


def _ending(url: str) -> str:
    return parts_of(url).path.rpartition("/")[2].rpartition(".")[2].lower() if url else ""


def _without_size(url: str) -> str:
    parts = parts_of(url)
    path = _SIZE_IN_PATH.sub("", _SIZE_IN_NAME.sub("", parts.path))
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower().partition("/")[0] not in _SIZES
    ]
    return f"{parts.netloc}{path}?{sorted(asked)}"


def _width(picture: Picture) -> int:
    """As told, else as the address itself says; the form without any size is the original."""
    if picture.width:
        return picture.width
    parts = parts_of(picture.url)
    named = _SIZE_IN_NAME.search(parts.path)
    if named is not None and named[1]:
        return int(named[1])
    asked = _WIDTH.search(parts.query) or _WIDTH.search(parts.path)
    return int(asked[1]) if asked is not None else _ORIGINAL


_ORIGINAL: Final = 10_000  # pixels: larger than any width that an address asks for


def _number(text: str | None) -> int:
    digits = (text or "").strip().removesuffix("px")
    return int(digits) if digits.isdecimal() and len(digits) <= 5 else 0
