"""The API permissions that installations start with (contract/admin.md §1.4); ids are fixed."""

from __future__ import annotations

from typing import Final, NamedTuple


class ApiPermission(NamedTuple):
    """What the permission guard asks for; drawn below the menu ``parent_id``."""

    permission_id: int
    name: str
    code: str
    parent_id: int


# Written by scripts/manage permissions.
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
    ApiPermission(62, "管理员批量删除", "administrator-list-delete", 14),
    ApiPermission(63, "频道置顶查询", "channel-top-get", 9),
    ApiPermission(64, "频道置顶设置", "channel-top-put", 9),
    ApiPermission(65, "频道置顶取消", "channel-top-delete", 9),
    ApiPermission(66, "公告列表查询", "announcement-list-get", 10),
    ApiPermission(67, "公告新建", "announcement-list-post", 10),
    ApiPermission(68, "公告详情查询", "announcement-get", 10),
    ApiPermission(69, "公告修改", "announcement-put", 10),
    ApiPermission(70, "公告删除", "announcement-delete", 10),
    ApiPermission(71, "用户资料修改", "user-put", 7),
    ApiPermission(72, "举报列表查询", "report-list-get", 11),
    ApiPermission(73, "举报处理", "report-list-put", 11),
    ApiPermission(74, "评论列表查询", "comment-list-get", 11),
    ApiPermission(75, "评论审核", "comment-list-put", 11),
    ApiPermission(76, "图片列表查询", "material-list-get", 11),
    ApiPermission(77, "图片处理", "material-list-put", 11),
    ApiPermission(78, "文章修改", "article-put", 10),
    ApiPermission(79, "审核统计查询", "review-statistics-get", 11),
    ApiPermission(80, "申诉列表查询", "appeal-list-get", 11),
    ApiPermission(81, "申诉处理", "appeal-list-put", 11),
    ApiPermission(82, "用户内容隐藏", "user-hiding-post", 7),
)

BUILT_IN_CODES: Final = frozenset(row.code for row in API_PERMISSIONS)
