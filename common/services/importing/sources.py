"""Opening what an operator names: a file or an address, a feed or a dump, packed or not."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

import zstandard

from common.errors import NotFound
from common.services.importing import feeds, jsonlines
from common.services.importing.findings import Findings
from common.services.importing.items import Item, Unreadable
from common.utils.net.fetching import PUBLIC, Policy, fetch
from common.utils.text.decoding import decode

_SCHEMES: Final = ("http://", "https://")
_PIECE: Final = 256 * 1024  # bytes; the first ones tell what a source is
_FEED: Final = re.compile(r"<(?:\?xml|(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>])", re.IGNORECASE)
_PACKED: Final[tuple[tuple[bytes, Callable[[str], Any]], ...]] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
    (b"\x28\xb5\x2f\xfd", zstandard.open),
)
_MOST_LINES: Final = 200  # that are looked at
_LONGEST_MAGIC: Final = 6
_DAMAGE: Final = (
    EOFError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
)
_NOTHING: Final = "\ufeff\0 \t\r\n"  # in front of what tells


@dataclass(frozen=True)
class Source:
    """Something to import from; can be read more than once."""

    name: str
    open: Callable[[], IO[bytes]]
    url: str = ""
    charset: str = ""
    piece_bytes: int = _PIECE
    largest_feed: int = feeds.LARGEST_FEED  # bytes

    def items(
        self, findings: Findings, *, channel: str = "", limit: int | None = None
    ) -> Iterator[Item]:
        """The items: of a feed the oldest first, so that times grow; of a dump as they stand.

        :param channel: for items that name none
        :param limit: so many at most, the first ones of the source
        :raises Unreadable: nothing in it can be read
        """
        with self.open() as stream:
            pieces = _pieces(stream, self.piece_bytes, findings)
            sample = next(pieces, b"")
            if _is_feed(sample, self.charset):
                yield from reversed(
                    self._entries(chain([sample], pieces), findings, channel, limit)
                )
                return
            encoding = _encoding_of_lines(sample, self.charset)
            lines = _lines(_in_utf8(chain([sample], pieces), encoding))
            items = jsonlines.read(lines, findings, channel=channel)
            yield from _at_least_one(islice(items, limit), findings)

    def _entries(
        self, pieces: Iterable[bytes], findings: Findings, channel: str, limit: int | None
    ) -> list[Item]:
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > self.largest_feed:
                raise Unreadable(f"A feed may have {self.largest_feed // 1024 // 1024} MB at most.")
        items = feeds.read(
            bytes(data), findings, channel=channel, url=self.url, charset=self.charset
        )
        return items[:limit]


def opened(name: str, *, policy: Policy = PUBLIC) -> Source:
    """The source behind a file name or an address; an address is fetched now.

    A dump in a file is read line by line, whatever its size; what comes from an address is limited
    as a feed is.

    :raises NotFound: there is no such file
    :raises FetchRefused: the address is not allowed
    :raises FetchFailed: the address does not deliver
    """
    if name.startswith(_SCHEMES):
        fetched = fetch(name, limit=feeds.LARGEST_FEED, policy=policy)
        return Source(name, lambda: io.BytesIO(fetched.body), fetched.url, fetched.charset)
    path = Path(name)
    if not path.is_file():
        raise NotFound(f"There is no file {name}.")
    return Source(name, lambda: _file(path))


def _file(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        start = file.read(_LONGEST_MAGIC)
    for magic, unpack in _PACKED:
        if start.startswith(magic):
            unpacking: IO[bytes] = unpack(str(path))
            return unpacking
    return path.open("rb")


def _pieces(stream: Any, size: int, findings: Findings) -> Iterator[bytes]:
    """The bytes of a stream, as far as they can be had."""
    while True:
        try:
            piece = stream.read1(size)
        except _DAMAGE as error:
            findings.repair(f"the packed file is damaged, and read as far as it goes: {error}")
            return
        if not piece:
            return
        yield piece


def _is_feed(sample: bytes, charset: str) -> bool:
    text = decode(sample, header=charset).text.lstrip(_NOTHING)
    if text.startswith(("<", "{", "[")):
        return text.startswith("<")
    return _FEED.search(text) is not None


def _encoding_of_lines(sample: bytes, charset: str) -> str:
    """A few lines that are not like the others do not make it another encoding."""
    encoding = decode(sample, header=charset).encoding
    telling = [line for line in sample.split(b"\n")[:_MOST_LINES] if not line.isascii()]
    in_utf8 = sum(_is_utf8(line) for line in telling)
    is_mostly_utf8 = in_utf8 * 2 > len(telling) and not encoding.startswith("utf-")
    return "utf-8" if is_mostly_utf8 else encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _in_utf8(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines, whichever way they end."""
    unfinished: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(b"\n")
        unfinished.append(first)
        if others:
            yield from _without_returns(b"".join(unfinished))
            for line in others[:-1]:
                yield from _without_returns(line)
            unfinished = [others[-1]]
    if any(unfinished):
        yield from _without_returns(b"".join(unfinished))


def _without_returns(line: bytes) -> list[bytes]:
    return line.removesuffix(b"\r").split(b"\r")


def _at_least_one(items: Iterable[Item], findings: Findings) -> Iterator[Item]:
    has_one = False
    for item in items:
        has_one = True
        yield item
    if not has_one and findings.skipped:
        raise Unreadable(f"No line of it is an article; {findings.all[0]}.")
