"""Keys by id, and the ids that can have any."""

from __future__ import annotations

from collections.abc import Iterable

from common.utils.background import memories

MAX_ID = 2**63 - 1
MAX_DIGITS = len(str(MAX_ID))
KEYS_KEPT = 50_000  # per model, some megabytes


class Keys(dict[int, str]):
    """Key by id, each made once: formatting them costs more than asking for them."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self._template = template
        _made.add(self)

    def __missing__(self, id_: int) -> str:
        if len(self) >= KEYS_KEPT:
            self.clear()
        key = self[id_] = self._template.format(id_)
        return key


_made: memories.Family[Keys] = memories.Family("keys", entries=Keys.__len__, forget=Keys.clear)


def ids_among(members: Iterable[bytes]) -> list[int]:
    """The ids among members of a key in Redis, in order; anything else is foreign."""
    digits = [each for each in members if each.isdigit() and len(each) <= MAX_DIGITS]
    return [id_ for id_ in map(int, digits) if 0 < id_ <= MAX_ID]


def possible(ids: Iterable[int]) -> list[int]:
    """The different ids that can exist at all: others are not worth a round trip."""
    if type(ids) is tuple and len(ids) == 1:
        return list(ids) if 0 < ids[0] <= MAX_ID else []
    unique = list(dict.fromkeys(ids))
    if unique and not (min(unique) > 0 and max(unique) <= MAX_ID):
        return [id_ for id_ in unique if 0 < id_ <= MAX_ID]
    return unique
