"""What a picture file says about itself, read without decoding a single pixel.

contract/security.md §6, row 65: bombs are refused by what their headers announce.
"""

from __future__ import annotations

import struct

GIF_HEAD = struct.Struct("<6sHHBxx")
GIF_PALETTE_FLAG = 0x80
GIF_PALETTE_SIZE = 0x07
GIF_EXTENSION = 0x21
GIF_FRAME = 0x2C
GIF_FRAME_BYTES = 10
JPEG_SCAN = b"\xff\xda"  # cannot occur in entropy-coded data, where FF is followed by 00
JPEG_MARK = 0xFF
JPEG_START_OF_SCAN = 0xDA
JPEG_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the rest of these are tables
JPEG_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xDA)})  # marks that no length follows


def gif_has_more_frames_than(data: bytes, limit: int) -> bool:
    """Whether a GIF holds more frames than ``limit``; walks over blocks, decodes nothing.

    A file that breaks off is judged by what there is of it.
    """
    if len(data) < GIF_HEAD.size:
        return False
    *_, flags = GIF_HEAD.unpack_from(data)
    position = GIF_HEAD.size + _palette_bytes(flags)
    frames = 0
    while position < len(data):
        if data[position] == GIF_EXTENSION:
            position = _after_blocks(data, position + 2)
        elif data[position] == GIF_FRAME and position + GIF_FRAME_BYTES <= len(data):
            frames += 1
            if frames > limit:
                return True
            position += GIF_FRAME_BYTES + _palette_bytes(data[position + GIF_FRAME_BYTES - 1])
            position = _after_blocks(data, position + 1)
        else:
            break
    return False


def jpeg_has_more_scans_than(data: bytes, limit: int) -> bool:
    """Whether a JPEG makes the decoder go over the whole picture more often than ``limit``."""
    return data.count(JPEG_SCAN) > limit


def jpeg_is_in_many_scans(data: bytes) -> bool:
    """Whether the decoder must have read all of a JPEG before it can give the first row.

    So it is if the frame is progressive, or the first scan is not of all its components
    (ITU-T T.81, B.2). A file that breaks off before is not.
    """
    position, components = 2, 0
    while position + 10 <= len(data):
        mark = data[position + 1]
        if data[position] != JPEG_MARK or mark == JPEG_MARK:  # filled up
            position += 1
            continue
        if mark in JPEG_PROGRESSIVE:
            return True
        if mark in JPEG_FRAMES:
            components = data[position + 9]
        elif mark == JPEG_START_OF_SCAN:
            return data[position + 4] < components
        length = (
            0 if mark in JPEG_ALONE else int.from_bytes(data[position + 2 : position + 4], "big")
        )
        position += 2 + length
    return False


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP file announces, or None if its first chunk is unknown.

    Read here because the decoder allocates the whole canvas as soon as it opens a file.
    """
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return _uint24(body[4:7]) + 1, _uint24(body[7:10]) + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _uint24(digits: bytes) -> int:
    return int.from_bytes(digits, "little")


def _palette_bytes(flags: int) -> int:
    return 3 << ((flags & GIF_PALETTE_SIZE) + 1) if flags & GIF_PALETTE_FLAG else 0


def _after_blocks(data: bytes, position: int) -> int:
    """Where a chain of GIF sub-blocks ends."""
    end = len(data)
    while position < end:
        length = data[position]
        position += length + 1
        if length == 0:
            break
    return position
