"""What the API description says beyond what the code of a resource tells by itself.

Summary, parameters, body, answer and login are read from a method's docstring, annotations and
decorators when the description is built; :func:`describes` adds or corrects what none of these
can tell. Neither costs anything per request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

Auth = Literal["none", "optional", "login", "verified", "refresh", "permission"]
Described = TypeVar("Described", bound=Callable[..., Any])

_ATTRIBUTE: Final = "api_description"


@dataclass(frozen=True)
class Description:
    """Whatever is None or empty is found out from the code.

    :param errors: further statuses of refusals
    """

    auth: Auth | None = None
    errors: Sequence[int] = ()


NOTHING: Final = Description()


def describes(
    *,
    auth: Auth | None = None,
    errors: Sequence[int] = (),
) -> Callable[[Described], Described]:
    """Describe a method of a resource, or what a decorator adds to the methods it guards."""
    description = Description(auth, errors)

    def attach(target: Described) -> Described:
        vars(target)[_ATTRIBUTE] = description
        return target

    return attach


def description_of(target: Any) -> Description:
    """What :func:`describes` said, or nothing."""
    found: Description = getattr(target, _ATTRIBUTE, NOTHING)
    return found
