"""The API permissions of the operators' door, as its resources declare them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from common.schemas.administration import permissions as written
from common.schemas.administration.permissions import API_PERMISSIONS, ApiPermission
from mis.resources import DOMAINS
from mis.resources.access import OperatorResource, Permission
from scripts.managing.console import out

MODULE: Final = Path(written.__file__)
MARK: Final = "# Written by scripts/manage permissions.\n"


def permissions() -> None:
    """Write the API permissions, as the resources declare them, to the schemas of operators.

    No database is touched; base rows are loaded from there.

    \b
    Example:
      scripts/manage permissions
    """
    rows = complete(API_PERMISSIONS)
    MODULE.write_text(rewritten(MODULE.read_text(encoding="utf-8"), rows), encoding="utf-8")
    out.print(f"{MODULE}: {len(rows)} permissions", markup=False)


def declared() -> Iterator[Permission]:
    """What the resources of the door ask for."""
    for routes in DOMAINS.values():
        for _, resource in routes:
            if issubclass(resource, OperatorResource):
                yield from (each for each in resource.permissions.values() if each is not None)


def complete(known: tuple[ApiPermission, ...]) -> list[ApiPermission]:
    """The known permissions as they are declared now, under their ids, and new ones behind."""
    rows = {each.code: each for each in known}
    for each in declared():
        former = rows.get(each.code)
        id_ = (
            former.permission_id if former else max(row.permission_id for row in rows.values()) + 1
        )
        rows[each.code] = ApiPermission(id_, each.name, each.code, int(each.menu))
    return sorted(rows.values())


def rewritten(text: str, rows: list[ApiPermission]) -> str:
    """The module with these rows."""
    before, _, rest = text.partition(MARK)
    after = rest.partition("\n)\n")[2]
    lines = [
        f'    ApiPermission({row.permission_id}, "{row.name}", "{row.code}", {row.parent_id}),'
        for row in rows
    ]
    table = "\n".join(["API_PERMISSIONS: Final = (", *lines, ")"])
    return f"{before}{MARK}{table}\n{after}"
