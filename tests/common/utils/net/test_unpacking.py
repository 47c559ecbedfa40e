"""Compressed bodies in any form are unpacked, and none beyond its limit."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from common.utils.net.unpacking import TooLong, unpacked

LIMIT = 500_000
NOISE = random.Random(1).randbytes(100_000)
WHOLE = b"<rss>" + NOISE + b"x" * 300_000


def _raw_deflate(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(data) + packing.flush()


def _brotli(data: bytes) -> bytes:
    return brotli.compress(data, quality=2)


def _in_parts(data: bytes) -> bytes:
    return gzip.compress(data[:1000]) + gzip.compress(data[1000:])


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (gzip.compress, "gzip"),
        (gzip.compress, "x-gzip"),
        (gzip.compress, ""),
        (lambda data: gzip.compress(gzip.compress(data)), "gzip"),
        (lambda data: gzip.compress(data) + b"trailing", "gzip"),
        (_in_parts, "gzip"),
        (zlib.compress, "deflate"),
        (_raw_deflate, "deflate"),
        (_brotli, "br"),
        (lambda data: _brotli(gzip.compress(data)), "GZIP, br"),
        (zstandard.compress, "zstd"),
        (zstandard.compress, ""),
    ],
)
def test_a_body_is_unpacked_whatever_it_is_packed_with(pack: Callable[[bytes], bytes], said: str):
    assert unpacked(pack(WHOLE), limit=LIMIT, encodings=said) == WHOLE


@pytest.mark.parametrize("said", ["", "identity", "utf-8", "gzip", "deflate", "br", "zstd", ",,"])
@pytest.mark.parametrize("data", [b"<rss>plain</rss>", b"", b"{}\n" * 100, "中文".encode("gbk")])
def test_a_body_that_is_not_compressed_is_itself_whatever_is_said(data: bytes, said: str):
    assert unpacked(data, limit=LIMIT, encodings=said) == data


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (gzip.compress, "gzip"),
        (zlib.compress, "deflate"),
        (_raw_deflate, "deflate"),
        (_brotli, "br"),
        (zstandard.compress, "zstd"),
        (lambda data: gzip.compress(gzip.compress(data)), ""),
    ],
)
def test_a_bomb_stops_at_the_limit(pack: Callable[[bytes], bytes], said: str):
    with pytest.raises(TooLong):
        unpacked(pack(b"0" * 20 * LIMIT), limit=LIMIT, encodings=said)


@pytest.mark.parametrize(
    ("pack", "said"), [(gzip.compress, "gzip"), (_raw_deflate, "deflate"), (_brotli, "br")]
)
def test_of_a_body_that_breaks_off_there_is_what_came(pack: Callable[[bytes], bytes], said: str):
    packed = pack(WHOLE)

    part = unpacked(packed[: len(packed) * 3 // 4], limit=LIMIT, encodings=said)

    assert len(part) > 10_000
    assert WHOLE.startswith(part)
