"""The header ``Idempotency-Key``: a POST that is sent again has one effect (user-app.md §1.10).

Without the header a request pays one look-up in a dictionary.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import Flask, Request, Response

from common.errors import InvalidInput
from common.utils.attempts import Answer, Attempt, Keeper
from common.utils.http import current

Method = Callable[..., Any]
Done = TypeVar("Done")

HEADER: Final = "Idempotency-Key"
MAX_CHARACTERS: Final = 64
MAX_ROUTE: Final = 64
JSON_TYPE: Final = "application/json"
MULTIPART: Final = "multipart/form-data"

# Answers to POSTs are JSON; what the edge adds to every answer it adds to this one, too.
_GIVEN_ANYWAY: Final = frozenset({"Content-Type", "Content-Length"})
_INSTALLED: Final = "toutiao.idempotency"
_KEY: Final = re.compile(rf"[\x20-\x7e]{{1,{MAX_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class _Installed:
    keeper: Keeper
    prefix: str
    holder: str


def use_idempotency(app: Flask, keeper: Keeper, *, prefix: str, holder: str) -> None:
    """Let a door remember answers.

    :param prefix: what owners of this door are called: ``app``, ``mis``
    :param holder: attribute of the request's namespace with the id of a caller who is logged in
    """
    app.extensions[_INSTALLED] = _Installed(keeper, prefix, holder)


def idempotent(
    method: Method,
    render: Callable[[Any], Response],
    *,
    repeatable: bool = False,
    prepares: bool = False,
) -> Method:
    """``method``, which must be inside of the login check, with the header in force.

    :param repeatable: what the method does is no other when it is done twice, and must not be one
        transaction with its answer
    :param prepares: the method says by :func:`once` what is one transaction with its answer
    """

    @wraps(method)
    def once(**arguments: Any) -> Any:
        asked = _asked(arguments)
        if asked is None:
            return method(**arguments)
        known = asked.answered_before()  # as most repeats are, and then nothing need be locked
        if known is not None:
            return _response(known)
        if prepares:
            asked.render = render
            return method(**arguments)
        if repeatable:
            done = render(method(**arguments))
            return asked.answer_once(lambda: done)
        return asked.answer_once(lambda: render(method(**arguments)))

    return once


def once(answer: Callable[[], Done]) -> Done:
    """What a method that prepares something answers, in one transaction with its effect.

    What was done before, decoding pictures say, held no lock that others wait for.
    """
    asked: _Asked | None = current.namespace().get("idempotency")
    render = None if asked is None else asked.render
    if asked is None or render is None:
        return answer()
    return cast("Done", asked.answer_once(lambda: render(answer())))


def answered_before(arguments: dict[str, Any]) -> Response | None:
    """What this request was answered when it came first; None if it has no key, or is the first.

    For whatever may refuse a request that is entitled to its method: a used up limit is no reason
    to withhold what was done.

    :raises InvalidInput: the key will not do
    """
    asked = _asked(arguments) if current.request().method == "POST" else None
    known = asked.answered_before() if asked is not None else None
    return None if known is None else _response(known)


@dataclass(slots=True)
class _Asked:
    """A request with a key, and whether its answer was looked up in vain already.

    :param render: makes a response of what a method that prepares something answers
    """

    keeper: Keeper
    attempt: Attempt
    is_new: bool = False
    render: Callable[[Any], Response] | None = None

    def answered_before(self) -> Answer | None:
        known = None if self.is_new else self.keeper.find_answer(self.attempt)
        self.is_new = known is None
        return known

    def answer_once(self, make: Callable[[], Response]) -> Response:
        """The response of the first attempt; the one that makes it keeps its headers, too."""
        made: list[Response] = []

        def answer() -> Answer:
            made[:] = [make()]
            return _answer(made[0])

        known = self.keeper.answer_once(self.attempt, answer)
        return made[0] if made else _response(known)


def _asked(arguments: dict[str, Any]) -> _Asked | None:
    """The request at hand as an attempt; None without a key, or from somebody unknown."""
    context = current.context()
    # Empty: not text, or nothing. Web servers hand on what is no ASCII like that, and a client that
    # means to be safe must not be told that it is.
    key: str | None = context.request.environ.get("HTTP_IDEMPOTENCY_KEY")
    installed: _Installed | None = None if key is None else context.app.extensions.get(_INSTALLED)
    here = current.namespace()
    owner_id = here.get(installed.holder) if installed is not None else None
    if key is None or installed is None or owner_id is None:
        return None
    asked: _Asked | None = here.get("idempotency")
    if asked is None:
        attempt = _attempt(f"{installed.prefix}:{owner_id}", key.strip(), arguments)
        asked = here.idempotency = _Asked(installed.keeper, attempt)
    return asked


def _attempt(owner: str, key: str, arguments: dict[str, Any]) -> Attempt:
    if not _KEY.fullmatch(key):
        raise InvalidInput({HEADER: f'Value does not match pattern: "^.{{1,{MAX_CHARACTERS}}}$"'})
    here = current.context()
    route = f"{here.app.name}:{here.request.endpoint}"[:MAX_ROUTE]
    return Attempt(owner, key, route, _digest(here.request, arguments))


def _digest(request: Request, arguments: dict[str, Any]) -> str:
    parts = [repr(sorted(arguments.items())).encode(), request.query_string]
    if request.mimetype == MULTIPART:  # whose separator differs from try to try
        parts += [part.encode() for pair in request.form.items(multi=True) for part in pair]
        for name, file in request.files.items(multi=True):
            parts += [name.encode(), file.read()]
            file.seek(0)
    else:
        parts.append(request.get_data())
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _answer(response: Response) -> Answer:
    own = {name: value for name, value in response.headers.items() if name not in _GIVEN_ANYWAY}
    return Answer(response.status_code, response.get_data(), tuple(own.items()))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, content_type=JSON_TYPE)
