"""The permission tree an installation starts with (contract/admin.md §1.4); ids are fixed."""

from __future__ import annotations

from typing import Final, NamedTuple

SUPER_GROUP: Final = "超级管理员"
REVIEW_GROUP: Final = "内容审核"


class Menu(NamedTuple):
    """A menu entry of the operators' front end; ``route`` is None for a folder."""

    permission_id: int
    name: str
    route: str | None
    parent_id: int
    sequence: int


class ApiPermission(NamedTuple):
    """What the permission guard asks for; drawn below the menu ``parent_id``."""

    permission_id: int
    name: str
    code: str
    parent_id: int


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

API_PERMISSIONS: Final = (
    ApiPermission(21, "用户列表查询", "userlist-get", 7),
    ApiPermission(22, "用户新增", "userlist-post", 7),
    ApiPermission(23, "用户编辑", "userlist-put", 7),
    ApiPermission(24, "用户详情查询", "user-get", 7),
    ApiPermission(25, "用户认证记录查询", "legalize-list-get", 8),
    ApiPermission(26, "用户认证审核", "legalize-list-put", 8),
    ApiPermission(27, "用户认证记录详细查询", "legalize-get", 8),
    ApiPermission(28, "管理员列表查询", "administrator-list-get", 14),
    ApiPermission(29, "管理员新建", "administrator-list-post", 14),
    ApiPermission(30, "管理员详情查询", "administrator-get", 14),
    ApiPermission(31, "管理员修改", "administrator-put", 14),
    ApiPermission(32, "管理员删除", "administrator-delete", 14),
    ApiPermission(33, "角色列表查询", "group-list-get", 15),
    ApiPermission(34, "角色新建", "group-list-post", 15),
    ApiPermission(35, "角色详情查询", "group-get", 15),
    ApiPermission(36, "角色编辑", "group-put", 15),
    ApiPermission(37, "角色删除", "group-delete", 15),
    ApiPermission(38, "权限列表查询", "permission-list-get", 16),
    ApiPermission(39, "权限新建", "permission-list-post", 16),
    ApiPermission(40, "权限详情查询", "permission-get", 16),
    ApiPermission(41, "权限修改", "permission-put", 16),
    ApiPermission(42, "权限删除", "permission-delete", 16),
    ApiPermission(43, "敏感词列表查询", "sensitive-word-list-get", 20),
    ApiPermission(44, "敏感词新建", "sensitive-word-list-post", 20),
    ApiPermission(45, "敏感词详情查询", "sensitive-word-get", 20),
    ApiPermission(46, "敏感词修改", "sensitive-word-put", 20),
    ApiPermission(47, "敏感词删除", "sensitive-word-delete", 20),
    ApiPermission(48, "基本统计查询", "statistics-basic-get", 12),
    ApiPermission(49, "搜索统计查询", "statistics-search-get", 12),
    ApiPermission(50, "搜索总量统计查询", "statistics-search-total-get", 12),
    ApiPermission(51, "地区销售统计查询", "statistics-sales-total-get", 12),
    ApiPermission(52, "阅读来源统计查询", "statistics-read-source-total-get", 12),
    ApiPermission(53, "频道列表查询", "channel-list-get", 9),
    ApiPermission(54, "频道新建", "channel-list-post", 9),
    ApiPermission(55, "频道修改", "channel-list-put", 9),
    ApiPermission(56, "频道删除", "channel-list-delete", 9),
    ApiPermission(57, "文章列表查询", "article-list-get", 10),
    ApiPermission(58, "文章详情查询", "article-get", 10),
    ApiPermission(59, "文章设置", "article-list-put", 11),
    ApiPermission(60, "运营日志查询", "operationlog-get", 17),
    ApiPermission(61, "用户认证代提交", "legalize-list-post", 8),
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
