"""Covers: what clients make of them, and what is kept (contract/media-platform.md §2.10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from common.errors import InvalidInput
from common.services.writing.contents.addresses import key_of
from common.utils import media
from common.utils.constants import CoverKind

AUTOMATIC: Final = -1  # the first pictures of the body

StoredCover = dict[str, Any]  # {"type": 0 | 1 | 3, "images": [key, ...]}

_INVALID: Final = {"cover": "Invalid cover param."}
_KINDS: Final = frozenset({AUTOMATIC, *CoverKind})
_NAMES: Final = {str(int(kind)): int(kind) for kind in _KINDS}


def chosen(
    cover: Mapping[str, Any], *, in_body: Sequence[str], present: Collection[str] = ()
) -> StoredCover:
    """The cover to be kept for what a client sent.

    Types -1 and 0 look at no pictures of the client. The others leave out gaps and what is none
    of ours, and keep the first ones of the rest: arrays are sparse, or still those of another type.

    :param in_body: keys of the pictures of the body, in their order
    :param present: pictures of the cover until now, which may stay whatever they are
    :raises InvalidInput: no such type, or fewer pictures than it has
    """
    kind = _kind(cover.get("type"))
    if kind == AUTOMATIC:
        return automatic(in_body)
    if kind == CoverKind.NONE:
        return {"type": int(CoverKind.NONE), "images": []}
    images = _usable(cover.get("images"), present)[:kind]
    if len(images) < kind:
        raise InvalidInput(_INVALID)
    return {"type": kind, "images": images}


def unfinished(cover: Mapping[str, Any]) -> StoredCover:
    """The cover of a text that may lack anything: what is none of ours leaves a gap."""
    kind = _NAMES.get(str(cover.get("type")).strip(), AUTOMATIC)
    sent = cover.get("images")
    images = sent[: CoverKind.TRIPLE] if isinstance(sent, list) else []
    keys = [key_of(each.strip()) if isinstance(each, str) else None for each in images]
    return {"type": kind, "images": [key or "" for key in keys]}


def automatic(in_body: Sequence[str]) -> StoredCover:
    """The first pictures of a body, each once: three, or one, or none."""
    distinct = list(dict.fromkeys(in_body))
    kind = CoverKind.NONE
    if distinct:
        kind = CoverKind.TRIPLE if len(distinct) >= CoverKind.TRIPLE else CoverKind.SINGLE
    return {"type": int(kind), "images": distinct[:kind]}


def _kind(sent: object) -> int:
    kind = _NAMES.get(sent.strip()) if isinstance(sent, str) else sent
    if type(kind) is not int or kind not in _KINDS:
        raise InvalidInput(_INVALID)
    return kind


def _usable(sent: object, present: Collection[str]) -> list[str]:
    """What is kept of the pictures that a client sent: keys, or what was kept before."""
    if not isinstance(sent, list):
        raise InvalidInput(_INVALID)
    given = [each for each in sent if each is not None and each != ""]
    if not all(isinstance(each, str) for each in given):
        raise InvalidInput(_INVALID)
    kept = (_kept(each.strip(), present) for each in given)
    return [each for each in kept if each is not None]


def _kept(address: str, present: Collection[str]) -> str | None:
    """What an address is kept as. At another name of ours than the request's own, only what was
    kept before is known to be ours, and it was sent to the client at that name."""
    if address in present:
        return address
    key = key_of(address)
    if key is None and (path := media.path_of(address)).startswith(media.LOCAL_PATH):
        key = path[len(media.LOCAL_PATH) :]
        return key if key in present else None
    return key
