"""What a method of a resource takes from its request: told by its arguments, parsed before it runs.

::

    def post(self, body: LikingCreate) -> tuple[Target, int]:

An argument named as one of :data:`PLACES` is the pydantic model of its annotation, made from that
part of the request. The API description reads the same annotation, so it shows what is parsed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial, wraps
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from common.utils.parser import (
    MALFORMED,
    MAX_JSON_BYTES,
    parse_files,
    parse_headers,
    parse_json,
    parse_query,
)

Method = Callable[..., Any]

PLACES: Final[Mapping[str, Callable[..., BaseModel]]] = {
    "body": parse_json,
    "query": parse_query,
    "headers": parse_headers,
    "files": parse_files,
}


@dataclass(frozen=True, slots=True)
class Body:
    """How a JSON body is read that is not as usual: ``body: Annotated[Model, Body(...)]``."""

    max_bytes: int = MAX_JSON_BYTES
    not_an_object: str = MALFORMED


def models_of(method: Method) -> dict[str, type[BaseModel]]:
    """What ``method`` takes: place to model, in the order in which they are parsed.

    :raises TypeError: an argument named as a place is no pydantic model
    """
    return {each.place: each.model for each in _taken(method)}


def taking(method: Method) -> Method:
    """``method`` with what it takes parsed from the request at hand.

    :raises TypeError: an argument named as a place is no pydantic model
    """
    parsers = [(each.place, each.parser()) for each in _taken(method)]
    if not parsers:
        return method

    @wraps(method)
    def parsed(**arguments: Any) -> Any:
        for place, parse in parsers:
            arguments[place] = parse()
        return method(**arguments)

    return parsed


class _Taken(NamedTuple):
    place: str
    model: type[BaseModel]
    extras: Sequence[Any]

    def parser(self) -> Callable[[], BaseModel]:
        options = next((asdict(each) for each in self.extras if isinstance(each, Body)), {})
        return partial(PLACES[self.place], self.model, **options)


def _taken(method: Method) -> list[_Taken]:
    places = [name for name in inspect.signature(method).parameters if name in PLACES]
    hints = get_type_hints(method, include_extras=True) if places else {}
    taken = []
    for place in places:
        hint = hints.get(place)
        model, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise TypeError(f"{method.__qualname__}: {place} must be a pydantic model")
        taken.append(_Taken(place, model, extras))
    return taken
