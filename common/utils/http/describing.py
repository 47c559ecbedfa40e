"""What the API description says beyond what the code of a resource tells by itself.

Summary, parameters, body, answer and login are read from a method's docstring, annotations and
decorators when the description is built; :func:`describes` adds or corrects. Neither costs
anything per request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel

Auth = Literal["none", "optional", "login", "verified", "refresh", "permission"]
Described = TypeVar("Described", bound=Callable[..., Any])

_ATTRIBUTE: Final = "api_description"


@dataclass(frozen=True)
class Description:
    """Whatever is None or empty is found out from the code.

    :param body: model of the JSON body; ``multipart`` names file fields of a form instead
    :param responses: status of success to the type of its data
    :param errors: further statuses of refusals
    """

    summary: str | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    headers: type[BaseModel] | None = None
    multipart: Sequence[str] = ()
    responses: Mapping[int, Any] = field(default_factory=dict)
    auth: Auth | None = None
    errors: Sequence[int] = ()
    tags: Sequence[str] = ()


NOTHING: Final = Description()


def describes(
    *,
    summary: str | None = None,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    headers: type[BaseModel] | None = None,
    multipart: Sequence[str] = (),
    responses: Mapping[int, Any] | None = None,
    auth: Auth | None = None,
    errors: Sequence[int] = (),
    tags: Sequence[str] = (),
) -> Callable[[Described], Described]:
    """Describe a method of a resource, or what a decorator adds to the methods it guards."""
    description = Description(
        summary, body, query, headers, multipart, responses or {}, auth, errors, tags
    )

    def attach(target: Described) -> Described:
        vars(target)[_ATTRIBUTE] = description
        return target

    return attach


def description_of(target: Any) -> Description:
    """What :func:`describes` said, or nothing."""
    found: Description = getattr(target, _ATTRIBUTE, NOTHING)
    return found
