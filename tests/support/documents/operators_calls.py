"""One good call of every operation that the published document of the operators' API names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from common.services.administration import authentication
from common.utils.constants import ArticleStatus, LegalizeKind
from tests.factories import (
    ArticleFactory,
    ChannelFactory,
    LegalizeLogFactory,
    PermissionFactory,
    QualificationFactory,
    SensitiveWordFactory,
    StatisticsSearchTotalFactory,
    UserFactory,
)
from tests.factories.seeded import seed
from tests.support.clients.api import ApiClient, SignIn
from tests.support.clients.logging_in import new_mobile
from tests.support.clients.uploading import in_json
from tests.support.scenarios.operators import PASSWORD, group_with, operator_with, with_password

World = dict[str, Any]

ACCOUNT = "night_desk"


def world_of(sign_in: SignIn) -> World:
    """Enough of everything that no list is empty, and the values for the calls below."""
    seed()
    boss = with_password(account=ACCOUNT)
    admin = sign_in(boss)
    user = UserFactory(account="lamp_light", profile={"birthday": None})
    paper = QualificationFactory(
        user_id=user.user_id,
        id_number="110101194912310021",
        add_info="补充",
        **dict.fromkeys(
            ("id_card_front", "id_card_back", "id_card_handheld", "qualification_img"), "a/b.png"
        ),
    )
    channel = ChannelFactory()
    article = ArticleFactory(
        status=ArticleStatus.PENDING, user_id=user.user_id, channel_id=channel.channel_id
    )
    StatisticsSearchTotalFactory(keyword="樱花")
    admin.get("/mis/v1_0/operationlogs")
    return {
        "admin": admin,
        "refresh": authentication.issuer().refresh(boss.administrator_id, ver=boss.token_version),
        "account": ACCOUNT,
        "administrator": operator_with("group-get").administrator_id,
        "group": group_with("group-get").group_id,
        "permission": PermissionFactory().permission_id,
        "user": user.user_id,
        "legalize": LegalizeLogFactory(
            user_id=user.user_id, qualification_id=paper.qualification_id
        ).legalize_id,
        "real_name": LegalizeLogFactory(
            user_id=user.user_id, type=LegalizeKind.REAL_NAME
        ).legalize_id,
        "channel": channel.channel_id,
        "free_channel": ChannelFactory().channel_id,
        "article": article.article_id,
        "word": SensitiveWordFactory().id,
    }


def call_of(verb: str, path: str, world: World) -> dict[str, Any]:
    """Arguments of ``client.open`` for an operation of the document."""
    entry = f"{verb} {path}"
    call: dict[str, Any] = {
        "method": verb,
        "path": path.replace(":id", ":target").replace(":account", ACCOUNT),
        "query_string": urlencode(_QUERIES.get(entry, {})),
        "headers": None,
    }
    call["path"] = call["path"].replace(":target", str(world[_variable(entry)]))
    if entry == "PUT /mis/v1_0/authorizations":
        call["headers"] = {"Authorization": f"Bearer {world['refresh']}"}
    body = _bodies(world).get(entry)
    return call if body is None else {**call, "json": body}


def _variable(entry: str) -> str:
    if entry == "DELETE /mis/v1_0/channels/:target":
        return "free_channel"
    kinds = {
        "administrators": "administrator", "groups": "group", "permissions": "permission",
        "users": "user", "legalizes": "legalize", "channels": "channel", "articles": "article",
        "sensitive_words": "word",
    }  # fmt: skip
    return next((name for kind, name in kinds.items() if f"/{kind}/" in entry), "account")


_QUERIES: dict[str, dict[str, Any]] = {
    "GET /mis/v1_0/permissions": {"parent_id": 0, "type": 0, "page": 1, "per_page": 10},
    "GET /mis/v1_0/articles": {"status_list": "1,2", "page": 1, "per_page": 10},
    "GET /mis/v1_0/statistics_basic": {"type": "day_activate"},
    "GET /mis/v1_0/sensitive_words": {"word": "", "page": 1, "per_page": 10},
    "GET /mis/v1_0/users": {"page": 1, "per_page": 10, "status": 1},
    "DELETE /mis/mis/v1_0/permissions/:target": {"del_children": 1},
}


def _bodies(world: World) -> dict[str, Any]:
    """The JSON bodies as documented."""
    person = {"account": "newcomer", "password": PASSWORD, "name": "新来的"}
    menu = {"name": "大盘", "type": 0, "parent_id": 0, "code": "/home/board", "sequence": 1}
    channel = {"name": "地理", "is_visible": 1, "sequence": 0}
    return {
        "POST /mis/v1_0/authorizations": {"account": ACCOUNT, "password": PASSWORD},
        "PUT /mis/v1_0/password": {"old_password": PASSWORD, "password": "another-8"},
        "POST /mis/v1_0/administrators": {**person, "group_id": world["group"]},
        "PUT /mis/v1_0/administrators/:target": {"name": "夜班", "status": 1},
        "POST /mis/v1_0/groups": {
            "name": "内容审核组", "remark": "夜班", "permission_ids": [str(world["permission"])],
            "status": 1,
        },
        "PUT /mis/v1_0/groups/:target": {"name": "早班", "remark": "新", "status": 1},
        "POST /mis/v1_0/permissions": menu,
        "PUT /mis/mis/v1_0/permissions/:target": {"name": "总览", "sequence": 2},
        "POST /mis/v1_0/users": {
            **person, "mobile": new_mobile(), "gender": 0, "profile_photo": in_json(),
            "email": "a@b.cn", "area": "北京", "company": "示例", "career": "编辑",
            "introduction": "周末",
        },
        "PUT /mis/v1_0/users": {"user_ids": [world["user"]], "status": 0},
        "PUT /mis/users/:id/disabled": {"disabled": True},
        "PUT /mis/v1_0/legalizes": {"legalize_ids": [world["legalize"]], "status": 2},
        "POST /mis/v1_0/channels": channel,
        "PUT /mis/v1_0/channels/:target": {**channel, "name": "天文"},
        "PUT /mis/v1_0/articles": {"article_ids": [world["article"]], "status": 2},
        "POST /mis/v1_0/sensitive_words": {"word": "违规示例词", "weights": 5},
        "PUT /mis/v1_0/sensitive_words/:target": {"word": "示例词", "weights": 0},
    }  # fmt: skip


def client_for(entry: str, world: World, anonymous: ApiClient) -> ApiClient:
    """Who calls: an administrator; nobody yet where one logs in."""
    is_open = entry.startswith(("POST /mis/v1_0/authorizations", "GET /mis/v1_0/captchas"))
    client: ApiClient = anonymous if is_open else world["admin"]
    return client
