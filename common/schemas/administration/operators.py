"""Operators and what they may do, as the product's layers hand them to one another."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from common.schemas.administration.permission_tree import PermissionNode
from common.utils.observing.masking import mask_mobile

SUPER_GROUP = "超级管理员"  # the group whose members may do everything, by its name
# Whose holders are shown whole mobile numbers of users (contract/admin.md §3.7).
SEES_MOBILES = "user-get"


class Standing(BaseModel):
    """How an administrator stands now (CACHE ``mis:admin:<id>``).

    ``version`` is what the claim ``ver`` of his tokens must be.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    account: str
    name: str
    status: int
    version: int
    group_id: int


class Rights(BaseModel):
    """What the members of a group may do (CACHE ``mis:group:<id>``): codes of API permissions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: int
    is_super: bool
    codes: frozenset[str]


@dataclass(frozen=True)
class Operator:
    """Who acts at the operators' door, with what he may do at this moment."""

    administrator_id: int
    name: str
    group_id: int
    address: str
    is_super: bool = False
    codes: frozenset[str] = frozenset()

    def may(self, *codes: str) -> bool:
        """Whether any of these is his."""
        return self.is_super or not self.codes.isdisjoint(codes)

    @property
    def sees_mobiles(self) -> bool:
        """Whether whole mobile numbers of users are his to see, wherever they are shown."""
        return self.may(SEES_MOBILES)

    def shown(self, mobile: str) -> str:
        """A mobile number of a user, as far as he may see it."""
        return mobile if self.sees_mobiles or not mobile else mask_mobile(mobile)


class OperatorTokens(TypedDict):
    """What a log-in at the operators' door answers."""

    token: str
    refresh_token: str
    administrator_id: int
    id: int
    group_id: int
    name: str
    permission_tree: list[PermissionNode]


class AdministratorRow(TypedDict):
    """An administrator in a list; ``last_login`` in epoch seconds, 0: never."""

    administrator_id: int
    account: str
    email: str | None
    mobile: str | None
    name: str
    group_name: str | None
    group_id: int
    access_count: int
    status: int
    last_login: int


class OwnAdministrator(AdministratorRow):
    """One's own record, with what one's menu is drawn from."""

    permission_tree: list[PermissionNode]


class AdministratorList(TypedDict):
    """A page of administrators."""

    administrators: list[AdministratorRow]
    total_count: int


class NewAdministrator(TypedDict):
    """What the creation of an administrator answers."""

    administrator_id: int
    account: str
    name: str
    group_id: int


class OneTimePassword(TypedDict):
    """The password that a reset made; told once."""

    administrator_id: int
    password: str


class BatchCount(TypedDict):
    """How many rows a batch concerned."""

    count: int
