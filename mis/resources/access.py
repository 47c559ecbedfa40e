"""Who may use the operators' door, declared on each resource (contract/admin.md §1.3, §1.4).

::

    class GroupListResource(OperatorResource):
        permissions = permitted(get=Permission("group-list-get", "角色列表查询", MenuId.GROUPS))

This is the only place where a code stands: the tree that installations start with is written from
it (``scripts/manage permissions``), and a method without a declaration cannot be registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ClassVar, Final, NamedTuple

from common.schemas.administration.operators import Operator
from common.services.administration import authentication
from common.utils import limiter
from common.utils.constants import MenuId
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.http.credentials import authorization_of
from common.utils.http.describing import describes
from common.utils.limiter import Limit
from common.utils.observing import acting
from common.utils.output import Decorator, Resource

Method = Callable[..., Any]

# Whoever works here, and programs of his: more than people click.
CALLS: Final = Limit("600 per minute", scope="mis")
NOT_LOGGED_IN: Final = "User must be authorized."  # what the login guard says


class Permission(NamedTuple):
    """What a method asks for.

    :param name: how operators see it in the tree
    :param menu: below which it is drawn there
    :param also: codes that open it as well
    :param own: the argument of the path that is an administrator's id: everybody may use the
        method for his own
    """

    code: str
    name: str
    menu: MenuId
    also: tuple[str, ...] = ()
    own: str = ""


LOGGED_IN: Final = None  # instead of a permission: whoever is an operator at all


def permitted(**verbs: Permission | None) -> Mapping[str, Permission | None]:
    """What each verb of a resource asks for."""
    return verbs


class OperatorResource(Resource):
    """A resource for operators only, whatever else its methods are decorated with.

    What is open to everybody (log-in, riddles) is a plain :class:`Resource`, which does not look at
    the ``Authorization`` header at all.
    """

    permissions: ClassVar[Mapping[str, Permission | None]] = {}

    @classmethod
    def decorators_of(cls, verb: str) -> Sequence[Decorator]:
        """Those of one verb, and around them the check of who is asking.

        :raises TypeError: nobody declared who may
        """
        try:
            declared = cls.permissions[verb.lower()]
        except KeyError:
            raise TypeError(f"{cls.__name__} declares no permission for {verb}") from None
        guard = login_guard if declared is LOGGED_IN else permission_guard(declared)
        return (*super().decorators_of(verb), guard)


@describes(auth="login", errors=(401, 403, 429))
def login_guard(method: Method) -> Method:
    """Only with an access token of an administrator who may come in."""

    @wraps(method)
    def guarded(**arguments: Any) -> Any:
        _identify(unknown=NOT_LOGGED_IN)
        return method(**arguments)

    return guarded


def permission_guard(permission: Permission) -> Decorator:
    """Only for those whose group owns the permission now."""

    # 400: what is asked for may be unknown, also where nothing is sent (contract/admin.md §1.2).
    @describes(auth="permission", errors=(400, 401, 403, 429))
    def decorate(method: Method) -> Method:
        @wraps(method)
        def guarded(**arguments: Any) -> Any:
            found = _identify()
            if not permission.own or arguments[permission.own] != found.administrator_id:
                authentication.authorize(found, permission.code, *permission.also)
            return method(**arguments)

        return guarded

    return decorate


def operator() -> Operator:
    """Who acts in the current request; for methods of an :class:`OperatorResource`."""
    found: Operator = current.namespace().operator
    return found


def _identify(*, unknown: str = authentication.NOT_LOGGED_IN) -> Operator:
    """Find out who it is and note it for what is inside: the method, and kept answers."""
    found = authentication.operator_of(token(), address=client_address(), unknown=unknown)
    here = current.namespace()
    here.operator, here.administrator_id = found, found.administrator_id
    acting.set_user(-found.administrator_id)  # reads what he wrote; no user has such an id
    limiter.consume((CALLS, f"administrator:{found.administrator_id}"))
    return found


def token() -> str | None:
    """The token in the header, not verified."""
    return authorization_of(current.request().headers.get("Authorization")).token
