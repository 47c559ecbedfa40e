"""Base64 of pictures, set aside while the JSON around it is parsed.

A parser that is given twenty megabytes lets no other thread run until it has read them. Behind
``;base64,``, which stands in nothing but a text, there is nothing to parse: neither quotes nor
escapes but ``\\/``. So it is replaced by a placeholder, and put back a piece at a time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST: Final = 1000  # runs that are looked at; a body of megabytes has room for few long ones

_LEAD: Final = b";base64,"
_PIECE: Final = re.compile(rb"(?:[A-Za-z0-9+/=]++|\\/)*+")
_DIGITS: Final = 8  # of a run's number behind the placeholder


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is long, in bytes.

    :param large: a body with more is worth the trouble
    :param shortest: shorter runs are parsed
    :param step: what one call is given
    """

    large: int = 1024 * 1024
    shortest: int = 64 * 1024
    step: int = 256 * 1024


USUAL: Final = Sizes()

Pieces = Sequence[slice]  # of a body, none of which ends within an escape


class Misplaced(ValueError):
    """What was set aside stood elsewhere than in a text that is a member of the object itself."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A body without its long runs of base64.

    :param rest: what is to be parsed; a placeholder with a number stands for each run
    """

    rest: bytes
    _body: bytes
    _placeholder: str
    _runs: Sequence[Pieces]

    def put_back(self, members: dict[str, Any]) -> dict[str, Any]:
        """The object behind the body, where ``members`` is the one behind the rest.

        :raises Misplaced: read the whole body instead
        """
        count = 0
        whole = {}
        for name, value in members.items():
            if isinstance(value, str) and self._placeholder in value:
                count += value.count(self._placeholder)
                value = self._completed(value)
            whole[name] = value
        if count != len(self._runs):
            raise Misplaced
        return whole

    def _completed(self, text: str) -> str:
        first, *others = text.split(self._placeholder)
        parts = [first]
        for other in others:
            run = self._runs[int(other[:_DIGITS])]
            parts += (self._body[piece].replace(rb"\/", b"/").decode("ascii") for piece in run)
            parts.append(other[_DIGITS:])
        return "".join(parts)


def set_aside(body: bytes, sizes: Sizes = USUAL) -> Aside | None:
    """``body`` with its long runs of base64 aside; None: it is small, or has none."""
    if len(body) <= sizes.large:
        return None
    placeholder = secrets.token_hex(16)  # nobody can have written it into the body
    rest: list[bytes] = []
    runs: list[Pieces] = []
    end = 0
    for _ in range(MOST):
        lead = body.find(_LEAD, end)
        if lead < 0:
            break
        begin = lead + len(_LEAD)
        run = list(_pieces(body, begin, sizes.step))
        stop = run[-1].stop if run else begin
        if stop - begin >= sizes.shortest:
            rest += (body[end:begin], f"{placeholder}{len(runs):0{_DIGITS}}".encode())
            runs.append(run)
        else:
            rest.append(body[end:stop])
        end = stop
    return Aside(b"".join((*rest, body[end:])), body, placeholder, runs) if runs else None


def _pieces(body: bytes, begin: int, step: int) -> Iterator[slice]:
    """The run of base64 that begins there, as far as it goes."""
    while (found := _PIECE.match(body, begin, begin + step)) and found.end() > begin:
        yield slice(begin, found.end())
        begin = found.end()
