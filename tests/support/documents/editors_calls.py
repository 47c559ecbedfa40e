"""One good call of every operation of the editors' API, in a world where each has an answer."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from common.extensions.db import transaction
from common.models import ArticleReview, MaterialUse
from common.services.accounts import authentication
from common.services.writing.typed import typed_pictures
from common.utils.constants import ArticleStatus, MaterialUseKind, NotificationKind
from tests.factories import (
    ArticleFactory,
    ChannelFactory,
    CommentFactory,
    LegalizeLogFactory,
    MaterialFactory,
    NotificationFactory,
    RelationFactory,
    UserFactory,
)
from tests.factories.base import write
from tests.support.clients.api import ApiClient, SignIn
from tests.support.clients.logging_in import EDITORS, code_for, new_mobile
from tests.support.clients.uploading import PNG, as_files, in_json
from tests.support.scenarios.writing import sent

World = dict[str, Any]

TITLE = "老城墙下的早点铺"
QUERIES: dict[str, dict[str, Any]] = {
    "GET /v1_0/search": {"q": TITLE},
    "GET /v1_0/comments": {"type": "a", "source": "{article}"},
    "PUT /v1_0/comments/status": {"article_id": "{article}"},
    "GET /v1_0/statistics/articles/*": {"begin_pubdate": "2019-01-01", "end_pubdate": ""},
    "GET /v1_0/statistics/articles": {"channel_id": "{channel}", "begin_pubdate": "2019-01-01"},
    "POST /v1_0/articles": {"draft": "false"},
    "PUT /v1_0/articles/*": {"draft": "true"},
    "GET /v1_0/sms/codes/*": {"challenge": "x", "validate": "x", "seccode": "x"},
}
# What stands for the variables of a path, of all its verbs or of one.
VARIABLES = {
    "DELETE /v1_0/articles/*": "free_draft",
    "/articles/*/autosave": "draft",
    "/autosaves/*": "autosave",
    "/articles/*/revisions": "draft",
    "/articles/*/revisions/*": "draft version",
    "/articles/*/revisions/*/diff": "draft version",
    "/articles/*/revisions/*/restore": "draft version",
    "/articles/*/previews": "draft",
    "/articles/*/reviews": "rejected",
    "/articles/*/appeals": "rejected",
    "/user/images/*/uses": "used",
    "/captchas/*": "new_mobile",
    "/sms/codes/*": "new_mobile",
    "/user/images/*": "material",
    "/comment/likings/*": "comment",
    "/comments/*": "comment",
    "/comments/*/sticky": "comment",
    "/articles/*": "article",
    "/statistics/articles/*": "article",
}
FILES = {"PATCH /v1_0/user/photo": "photo", "POST /v1_0/user/images": "image"}
_VARIABLE = re.compile(r"[:{]\w+}?")


def world_of(anonymous: ApiClient, sign_in: SignIn) -> World:
    """Enough of everything that no list is empty, and the values for the calls below."""
    user = UserFactory(
        verified=True, email="lamp@example.cn", introduction="记录城市夜色", profile_photo="u/1.png"
    )
    own = {"user_id": user.user_id, "channel_id": ChannelFactory().channel_id, "title": TITLE}
    pictures = {"type": 1, "images": ["a/b.png"]}
    article = ArticleFactory(published=True, cover=pictures, **own)
    free_draft = ArticleFactory(status=ArticleStatus.DRAFT, cover=pictures, **own)
    rejected = ArticleFactory(status=ArticleStatus.REJECTED, **own).article_id
    with transaction() as session:
        session.add(ArticleReview(article_id=rejected, former=1, status=3, reason="配图模糊"))
    follower = UserFactory(profile={"gender": 1})
    RelationFactory(user_id=follower.user_id, target_user_id=user.user_id)
    comment = CommentFactory(article_id=article.article_id, user_id=follower.user_id)
    CommentFactory(to=comment)
    LegalizeLogFactory(user_id=user.user_id, status=3, reject_reason="资料不通过，驳回")
    told = NotificationFactory(
        user_id=user.user_id, kind=NotificationKind.REVIEW, actor_id=None, payload={"status": 2}
    )
    material = MaterialFactory(user_id=user.user_id)
    write(
        MaterialUse(
            object_key=material.url,
            kind=MaterialUseKind.BODY,
            holder_id=article.article_id,
            user_id=user.user_id,
        )
    )
    editor = sign_in(user)
    return {
        "editor": editor,
        **_writing(editor, own["channel_id"]),
        "refresh": authentication.issuer().refresh(user.user_id, ver=0, verified=True),
        "channel": own["channel_id"],
        "article": article.article_id,
        "free_draft": free_draft.article_id,
        "rejected": rejected,
        "comment": comment.comment_id,
        "material": material.material_id,
        "notification": told.id,
        "mobile": user.mobile,
        "code": code_for(anonymous, user.mobile, door=EDITORS),
        "new_mobile": new_mobile(),
    }


def _writing(editor: ApiClient, channel_id: int) -> World:
    """A draft with a picture, three versions, what is being typed about it, and a link to it."""
    material = _done(editor.post(f"{EDITORS}/user/images", **as_files(image=PNG)))
    text = sent(channel_id, content=f'<p>早。</p><img src="{material["url"]}">')
    path = f"{EDITORS}/articles"
    draft = _done(editor.post(f"{path}?draft=true", json=text))["id"]
    for more in ("<p>二</p>", "<p>三</p>"):
        _done(editor.put(f"{path}/{draft}?draft=true", json={**text, "content": more}))
    _done(editor.put(f"{path}/{draft}/autosave", json=text))
    _done(editor.post(f"{path}/{draft}/previews"))
    autosave = _done(editor.post(f"{EDITORS}/autosaves", json=text))["id"]
    typed_pictures.flush()  # else its thread would do so while a test watches the rows
    return {"draft": draft, "version": 2, "used": material["id"], "autosave": autosave}


def _done(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json["data"]
    return data


def key_of(verb: str, path: str) -> str:
    """One name for an operation in both documents."""
    return f"{verb} {_VARIABLE.sub('*', path.removeprefix('/mp'))}"


def call_of(verb: str, path: str, world: World) -> dict[str, Any]:
    """Arguments of ``client.open`` for an operation, whose path may have variables."""
    key = key_of(verb, path)
    names = VARIABLES.get(key) or VARIABLES.get(key.partition("/v1_0")[2], "")
    for name in names.split():
        path = _VARIABLE.sub(str(world[name]), path, count=1)
    query = {name: str(value).format(**world) for name, value in QUERIES.get(key, {}).items()}
    call: dict[str, Any] = {
        "method": verb,
        "path": path if path.startswith("/mp") else f"/mp{path}",
        "query_string": urlencode(query),
        "headers": None,
    }
    if key == "PUT /v1_0/authorizations":
        call["headers"] = {"Authorization": f"Bearer {world['refresh']}"}
    if key in FILES:
        return {**call, **as_files(**{FILES[key]: PNG})}
    return {**call, "json": _body(key, world)}


def _body(key: str, world: World) -> Any:
    """The JSON body as documented; None for calls without one."""
    written = {
        "title": "河边的夜市",
        "content": "<p>七点开张，十点收摊。</p>",
        "cover": {"type": 0, "images": []},
        "channel_id": world["channel"],
    }
    typed = {**written, "base_version": 1, "session": "tab-1", "sequence": 7}
    bodies: dict[str, Any] = {
        "POST /v1_0/authorizations": {"mobile": world["mobile"], "code": world["code"]},
        "PATCH /v1_0/user/profile": {"name": "河畔灯火", "intro": "周末", "email": "a@b.cn"},
        "POST /v1_0/articles": written,
        "PUT /v1_0/articles/*": written,
        "DELETE /v1_0/articles": {"article_ids": [world["free_draft"]]},
        "PUT /v1_0/articles/*/autosave": typed,
        "POST /v1_0/autosaves": typed,
        "PUT /v1_0/autosaves/*": typed,
        "POST /v1_0/articles/*/appeals": {"text": "请再看一遍"},
        "PUT /v1_0/comments/status": {"allow_comment": False},
        "PUT /v1_0/comments/*/sticky": {"sticky": True},
        "POST /v1_0/comments": {
            "target": world["comment"],
            "content": "明早见",
            "art_id": world["article"],
        },
        "POST /v1_0/comment/likings": {"target": world["comment"]},
        "PUT /v1_0/user/images/*": {"collect": True},
        "PUT /v1_0/user/notifications": {"ids": [world["notification"]]},
        "POST /v1_0/user/legalizes": {
            "name": "林某某",
            "id_number": "11010519491231002X",
            "industry": "出版",
            "company": "示例文化工作室",
            "position": "主编",
            "add_info": "",
            "qualification_img": in_json(),
        },
    }
    return bodies.get(key)
