"""What the page at the root tells people of this product: its parts, and how to get in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from common.extensions.description.docs import are_open
from common.extensions.web.face import Face, Login, Place
from common.schemas.news import ArticlePage
from common.services.accounts.sms_codes import DEMO_CODE
from common.services.articles.detail import open_article
from common.services.feed.headlines import newest
from common.services.notices.samples import DEMO_READER_MOBILE
from common.settings import Settings
from scripts.demo.people import DEMO_AUTHOR_MOBILE
from scripts.programs import IM, read_procfile


def face(apps: Mapping[str, Flask], settings: Settings) -> Face:
    """The pages for people, about these doors. Connects nothing."""
    return Face(
        newest=newest,
        opened=_opened,
        places=[
            *_doors(apps, has_docs=are_open(settings)),
            *_others(settings),
        ],
        logins=_logins(settings) if settings.is_demo else (),
        media_url=settings.media_url,
    )


def _opened(article_id: int) -> ArticlePage:
    """As a visitor sees it; who only passes by is not counted as a reader."""
    return open_article(article_id, reader_id=None).page


def _doors(apps: Mapping[str, Flask], *, has_docs: bool) -> list[Place]:
    texts = {
        "user": ("reader", "读者客户端", "信息流、文章、评论、频道、关注、收藏、搜索和消息。"),
        "mp": ("editor", "编辑 · 媒体平台", "写稿、管理素材、看评论和粉丝数据。"),
        "mis": ("operator", "运营 · 管理系统", "审核文章、管理用户和频道、看全站统计。"),
    }
    return [
        Place(icon, title, text, [("接口文档", f"docs#/{door}")] if has_docs else [])
        for door, (icon, title, text) in texts.items()
        if door in apps
    ]


def _others(settings: Settings) -> list[Place]:
    places = []
    if IM in read_procfile({}):
        text = "和机器人聊天；被关注、被点赞、被评论时马上知道。"
        places.append(Place("chat", "聊天与即时通知", text, ()))
    if are_open(settings):
        links = [("浏览与试用", "docs"), ("OpenAPI", "openapi/user.json")]
        if settings.route_map_enabled:
            links.append(("全部路由", "app/"))
        text = "每个接口的参数、返回和错误，可以在页面里直接试。"
        places.append(Place("docs", "接口文档", text, links))
    links = [("能否服务", "readyz"), ("是否存活", "healthz")]
    text = "数据库、缓存、发号器各自好不好，一眼看到。"
    places.append(Place("health", "运行状态", text, links))
    return places


def _logins(settings: Settings) -> list[Login]:
    by_code = [
        ("读者", DEMO_READER_MOBILE, "已有关注、收藏、阅读历史和未读消息。"),
        ("编辑", DEMO_AUTHOR_MOBILE, "认证作者，名下有已发表的文章。"),
        ("任何人", "任意手机号", "首次登录即注册，并得到一个默认头像。"),
    ]
    return [
        *(Login(who, "手机", mobile, "验证码", DEMO_CODE, text) for who, mobile, text in by_code),
        Login(
            "运营",
            "账号",
            settings.admin_account,
            "密码",
            "在启动的终端里",
            "首次启动时随机生成，只显示一次。",
        ),
    ]
