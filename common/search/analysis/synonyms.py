"""Words that mean the same: a file that people edit, read once per process.

One group a line, its words with blanks between them; ``#`` begins a remark. Whoever asks for one
word of a group finds the others too, behind what has the word itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from common.search.analysis.folding import fold

_OURS: Final = Path(__file__).with_name("synonyms.txt")
_MOST_BYTES: Final = 1_000_000


class _Known:
    """The groups of this process: what the file says, and by word the other words."""

    text = ""
    groups: Mapping[str, tuple[str, ...]] | None = None
    digest = ""


def load(own: Path | None = None) -> None:
    """Read the groups, from ``own`` if there is such a file, else from ours.

    :raises ValueError: the file is longer than 1 MB or no UTF-8
    """
    path = own if own is not None and own.is_file() else _OURS
    text = path.read_bytes()
    if len(text) > _MOST_BYTES:
        raise ValueError(f"{path} is longer than {_MOST_BYTES} bytes")
    _Known.text, _Known.groups = text.decode(), None


def synonyms_of(words: Iterable[str]) -> list[str]:
    """The other words of the groups that these are in, each once."""
    groups = _groups()
    return list(dict.fromkeys(other for word in words for other in groups.get(word, ())))


def digest() -> str:
    """What tells these groups from others."""
    _groups()
    return _Known.digest


def _groups() -> Mapping[str, tuple[str, ...]]:
    """Folded when they are asked for first: most processes never are, and folding takes much."""
    if _Known.groups is not None:
        return _Known.groups
    found: dict[str, dict[str, None]] = {}
    for line in _Known.text.splitlines():
        words = [fold(word).plain for word in line.partition("#")[0].split()]
        for word in words:
            found.setdefault(word, {}).update(dict.fromkeys(words))
    groups = {
        word: tuple(other for other in others if other != word) for word, others in found.items()
    }
    content = repr(sorted(groups.items())).encode()
    _Known.digest = hashlib.blake2b(content, digest_size=3).hexdigest()
    _Known.groups = groups
    return groups


load()
