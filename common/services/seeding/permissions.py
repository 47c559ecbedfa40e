"""The permission tree an installation starts with (contract/admin.md §1.4); ids are fixed.

The API permissions are those that the resources of the operators' door declare.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from common.schemas.administration.operators import SUPER_GROUP
from common.schemas.administration.permissions import API_PERMISSIONS

__all__ = [
    "API_PERMISSIONS",
    "MENUS",
    "REVIEW_CODES",
    "REVIEW_GROUP",
    "REVIEW_MENUS",
    "SUPER_GROUP",
    "Menu",
]

REVIEW_GROUP: Final = "内容审核"


class Menu(NamedTuple):
    """A menu entry of the operators' front end; ``route`` is None for a folder."""

    permission_id: int
    name: str
    route: str | None
    parent_id: int
    sequence: int


MENUS: Final = (
    Menu(1, "首页", "/home", 0, 1),
    Menu(2, "用户管理", None, 0, 2),
    Menu(3, "信息管理", None, 0, 3),
    Menu(4, "数据统计", None, 0, 4),
    Menu(5, "系统管理", None, 0, 5),
    Menu(6, "推荐系统", None, 0, 6),
    Menu(7, "用户列表", "/home/user", 2, 1),
    Menu(8, "用户审核", "/home/userAudit", 2, 2),
    Menu(9, "频道管理", "/home/channels", 3, 1),
    Menu(10, "内容管理", "/home/contents", 3, 2),
    Menu(11, "内容审核", "/home/contentAudit", 3, 3),
    Menu(12, "网站统计", "/home/websiteStatistics", 4, 1),
    Menu(13, "内容统计", "/home/contentStatistics", 4, 2),
    Menu(14, "管理员管理", "/home/admins", 5, 1),
    Menu(15, "角色管理", "/home/role", 5, 2),
    Menu(16, "权限管理", "/home/power", 5, 3),
    Menu(17, "运营日志", "/home/operationLog", 5, 4),
    Menu(18, "个人信息", "/home/perInfo", 5, 5),
    Menu(19, "修改密码", "/home/reSetPWD", 5, 6),
    Menu(20, "敏感词设置", "/home/sensitiveSet", 6, 1),
)

# Granted when the group is made; afterwards it belongs to the operators.
REVIEW_MENUS: Final = (
    "首页",
    "信息管理",
    "内容管理",
    "内容审核",
    "系统管理",
    "个人信息",
    "修改密码",
)
REVIEW_CODES: Final = ("channel-list-get", "article-list-get", "article-get", "article-list-put")
