"""One good call of every operation of the readers' API, in a world where each has an answer."""

from __future__ import annotations

import re
from typing import Any

from common.schemas import traces
from common.services.accounts import authentication
from common.services.reading import views
from common.services.writing.reviewing import previews
from common.utils import clock
from common.utils.constants import BehaviourKind, RelationKind
from tests.factories import (
    AnnouncementFactory,
    ArticleFactory,
    BehaviourEventFactory,
    ChannelFactory,
    CollectionFactory,
    CommentFactory,
    NotificationFactory,
    RelationFactory,
    UserFactory,
)
from tests.support.clients.api import ApiClient, SignIn
from tests.support.clients.logging_in import code_for, new_mobile
from tests.support.clients.uploading import PNG, as_files, in_json
from tests.support.scenarios.feeding import now_ms, publish

World = dict[str, Any]

CITY = "%E5%9F%8E%E5%B8%82"  # 城市, as in the title of the article
QUERIES = {
    "GET /v1_0/search": f"q={CITY}",
    "GET /v1_0/suggestion": "q=%E5%9F%8E",
    "GET /v1_0/comments": "type=a&source={article}",
    "GET /v1_0/articles": "channel_id={channel}",
    "GET /v1_1/articles": "channel_id={channel}&timestamp={now}&with_top=0",
}
# What stands for the variable of a path.
VARIABLES = {
    "/announcements/*": "announcement",
    "/user/channels/*": "chosen",
    "/user/followings/*": "followed",
    "/user/blacklists/*": "blocked",
    "/users/*": "author",
    "/users/*/articles": "author",
    "/users/*/followings": "author",
    "/users/*/followers": "author",
    "/sms/codes/*": "new_mobile",
    "/article/dislikes/*": "article",
    "/article/likings/*": "article",
    "/article/collections/*": "article",
    "/comment/likings/*": "comment",
    "/comments/*": "own_comment",
    "/articles/*": "article",
    "/article/*": "article",
    "/imtest/*": "event",
    "/previews/*": "preview",
}
IDENTITY = ("id_card_front", "id_card_back", "id_card_handheld")
_VARIABLE = re.compile(r"[:{]\w+}?")


def world_of(anonymous: ApiClient, sign_in: SignIn) -> World:
    """Enough of everything that no list is empty, and the values for the calls below."""
    author, user = UserFactory(verified=True), UserFactory()
    followed, blocked, disliked = UserFactory(), UserFactory(), UserFactory()
    channel_id, chosen, free = (ChannelFactory(is_default=n == 0).channel_id for n in range(3))
    publish(12, channel_id, user_id=author.user_id)
    pictures = {"type": 1, "images": ["a/b.png"]}
    article = ArticleFactory(
        published=True, channel_id=channel_id, user_id=author.user_id, cover=pictures, title="城市"
    )
    ArticleFactory(published=True, channel_id=channel_id, user_id=user.user_id)
    top = CommentFactory(article_id=article.article_id)
    own = CommentFactory(article_id=article.article_id, user_id=user.user_id)
    CollectionFactory(user_id=user.user_id, article_id=article.article_id)
    for other in (followed, author):
        RelationFactory(user_id=user.user_id, target_user_id=other.user_id)
    for other in (user, followed):
        RelationFactory(user_id=author.user_id, target_user_id=other.user_id)
    RelationFactory(
        user_id=user.user_id, target_user_id=disliked.user_id, relation=RelationKind.BLACKLIST
    )
    for subject in ("a", "b", "c"):
        BehaviourEventFactory(
            kind=BehaviourKind.SEARCH, keyword="城市", subject=subject, at=clock.now()
        )
    draft = ArticleFactory(user_id=author.user_id).article_id
    preview = previews.offer(draft, author.user_id)["url"]
    mobile = new_mobile()
    reader = sign_in(user)
    reader.patch("/v1_0/user/channels", json={"channels": [{"id": chosen}]})
    reader.get(f"/v1_0/search?q={CITY}")
    reader.get(f"/v1_0/articles/{article.article_id}")
    views.flush()
    return {
        "reader": reader,
        "refresh": authentication.issuer().refresh(user.user_id, ver=0),
        "channel": channel_id,
        "chosen": chosen,
        "free": free,
        "article": article.article_id,
        "author": author.user_id,
        "followed": followed.user_id,
        "blocked": blocked.user_id,
        "comment": top.comment_id,
        "own_comment": own.comment_id,
        "announcement": AnnouncementFactory().announcement_id,
        "notification": NotificationFactory(user_id=user.user_id).id,
        "mobile": mobile,
        "code": code_for(anonymous, mobile),
        "new_mobile": new_mobile(),
        "now": now_ms(),
        "event": "f",
        "preview": preview.rpartition("/")[2],
        "trace": traces.of(str(user.user_id), article.article_id)["read"],
    }


def key_of(verb: str, path: str) -> str:
    """One name for an operation in both documents, and for both versions of its path."""
    path = _VARIABLE.sub("*", path.removeprefix("/app"))
    return f"{verb} {path.replace('/v1_1/user', '/v1_0/user')}"


def call_of(verb: str, path: str, world: World) -> dict[str, Any]:
    """Arguments of ``client.open`` for an operation, whose path may have variables."""
    key = key_of(verb, path)
    shape = re.sub(r"^(/v1_[01])?", "", key.partition(" ")[2])
    if shape in VARIABLES:
        path = _VARIABLE.sub(str(world[VARIABLES[shape]]), path)
    headers = {
        "PUT /v1_0/authorizations": {"Authorization": f"Bearer {world['refresh']}"},
        "POST /v1_0/reading/durations": {"Trace": world["trace"]},
    }
    call = {
        "method": verb,
        "path": path,
        "query_string": QUERIES.get(key, "").format(**world),
        "headers": headers.get(key),
    }
    if key == "PATCH /v1_0/user/photo":
        return {**call, **as_files(photo=PNG, **dict.fromkeys(IDENTITY, PNG))}
    if key == "POST /v1_0/upload":
        return {**call, **as_files(image=PNG)}
    return {**call, "json": _body(key, world)}


def _body(key: str, world: World) -> Any:
    """The JSON body as documented; None for calls without one."""
    target = {"target": world["article"]}
    pictures = {name: in_json() for name in ("photo", *IDENTITY)}
    bodies = {
        "POST /v1_0/authorizations": {"mobile": world["mobile"], "code": world["code"]},
        "PATCH /v1_0/user/profile": {
            "name": "林间小路",
            "gender": 1,
            "birthday": "1996-03-21",
            "real_name": "张三",
            "id_number": "11010519491231002X",
            "intro": "写城市",
            **pictures,
        },
        "PUT /v1_0/user/channels/*": {"seq": 1},
        "DELETE /v1_0/user/channels": {"channels": [world["chosen"]]},
        "POST /v1_0/user/blacklists": {"target": world["blocked"]},
        "POST /v1_0/user/followings": {"target": world["blocked"]},
        "PUT /v1_0/user/notifications": {"ids": [world["notification"]]},
        "POST /v1_0/comments": {**target, "content": "写得真好"},
        "POST /v1_0/article/reports": {**target, "type": 1, "remark": ""},
        "POST /v1_0/article/dislikes": target,
        "POST /v1_0/article/likings": target,
        "POST /v1_0/article/collections": target,
        "POST /v1_0/comment/likings": {"target": world["comment"]},
        "POST /v1_0/reading/durations": {"art_id": world["article"], "duration": 12},
    }
    for method in ("POST", "PUT", "PATCH"):
        bodies[f"{method} /v1_0/user/channels"] = {"channels": [{"id": world["free"], "seq": 1}]}
    return bodies.get(key)
