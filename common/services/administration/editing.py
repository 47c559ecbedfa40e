"""What may be changed of an administrator's record, and what that leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from common.errors import NotAllowed
from common.models import Administrator
from common.schemas.administration.audit import SECRET, Change
from common.services.audit.recording import changes_of
from common.utils.constants import UserStatus
from common.utils.crypto.passwords import hash_password, verify_password

WRONG_CURRENT: Final = "Current password error."
_COLUMNS: Final = ("account", "name", "group_id", "status", "email", "mobile")
_OFFICIAL: Final = ("account", "group_id", "status")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """New values; None leaves the old one.

    :param current_password: what the owner of the record has to know to change his password
    """

    account: str | None = None
    name: str | None = None
    group_id: int | None = None
    status: int | None = None
    email: str | None = None
    mobile: str | None = None
    password: str | None = None
    current_password: str | None = None

    @property
    def is_official(self) -> bool:
        """Whether it is about what nobody may change of himself."""
        return any(getattr(self, name) is not None for name in _OFFICIAL)

    def of(self, row: Administrator, *, is_own: bool) -> tuple[dict[str, Any], dict[str, Change]]:
        """The columns of a row that become others, and what of that may be written down.

        :raises NotAllowed: the present password of one's own record is wrong
        """
        given = {name: getattr(self, name) for name in _COLUMNS}
        after = {name: value for name, value in given.items() if value is not None}
        changes = changes_of({name: getattr(row, name) for name in after}, after)
        values = {name: after[name] for name in changes}
        if self.password is not None:
            if is_own and not verify_password(self.current_password or "", row.password):
                raise NotAllowed(WRONG_CURRENT)
            values["password"] = hash_password(self.password)
            changes["password"] = SECRET
        if "password" in values or values.get("status") == UserStatus.DISABLED:
            values["token_version"] = row.token_version + 1
        return values, changes
