"""Every operation of the readers' published document, called as documented.

The status, and every documented member with its type. Where the contract's pages decide otherwise
than the document, they win; those places are named below.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common.schemas import traces
from common.services.accounts import authentication
from common.services.reading import views
from tests.factories import (
    AnnouncementFactory,
    ArticleFactory,
    ChannelFactory,
    CollectionFactory,
    CommentFactory,
    RelationFactory,
    UserFactory,
)
from tests.support.feeding import now_ms, publish
from tests.support.logging_in import code_for, new_mobile
from tests.support.published import missing
from tests.support.readers_document import operations
from tests.support.uploading import PNG, as_files, in_json

DOCUMENT = Path(__file__).with_name("published-api.json")

# contract/user-app.md §2.2: a boolean, whatever the document says; user-app.md §4.4: edits are 201.
OTHER_TYPES = {"data.is_media integer": "data.is_media boolean"}
OTHER_STATUSES = {"PATCH /app/v1_0/user/profile": 201, "PATCH /app/v1_0/user/photo": 201}
# Not over HTTP: the realtime process (contract/realtime.md) speaks Socket.IO there.
REALTIME = "/app/socket.io/"

QUERIES = {
    "GET /app/v1_0/search": "q=%E5%9F%8E%E5%B8%82",
    "GET /app/v1_0/suggestion": "q=%E5%9F%8E",
    "GET /app/v1_0/comments": "type=a&source={article}",
    "GET /app/v1_0/articles": "channel_id={channel}",
    "GET /app/v1_1/articles": "channel_id={channel}&timestamp={now}&with_top=0",
}
PLACES = {
    "/announcements/:target": "announcement",
    "/user/channels/:target": "chosen",
    "/followings/:target": "followed",
    "/blacklists/:target": "blocked",
    "/users/:target": "author",
    "/users/:user_id/articles": "author",
    "/sms/codes/:mobile": "new_mobile",
    "/dislikes/:target": "article",
    "/article/likings/:target": "article",
    "/comment/likings/:target": "comment",
    "/collections/:target": "article",
    "/articles/:article_id": "article",
    "/imtest/:event": "event",
}
IDENTITY = ("id_card_front", "id_card_back", "id_card_handheld")


@pytest.fixture
def world(anonymous, sign_in):
    """Enough of everything that no documented list is empty; values for the calls above."""
    author = UserFactory(verified=True)
    followed, blocked = UserFactory(), UserFactory()
    user = UserFactory()
    channel_id, chosen, free = (ChannelFactory(is_default=n == 0).channel_id for n in range(3))
    publish(12, channel_id, user_id=author.user_id)
    pictures = {"type": 1, "images": ["a/b.png"]}
    article = ArticleFactory(
        published=True, channel_id=channel_id, user_id=author.user_id, cover=pictures, title="城市"
    )
    ArticleFactory(published=True, channel_id=channel_id, user_id=user.user_id)
    top = CommentFactory(article_id=article.article_id)
    CollectionFactory(user_id=user.user_id, article_id=article.article_id)
    for other in (followed, author):
        RelationFactory(user_id=user.user_id, target_user_id=other.user_id)
    RelationFactory(user_id=author.user_id, target_user_id=user.user_id)
    mobile = new_mobile()
    reader = sign_in(user)
    reader.patch("/v1_0/user/channels", json={"channels": [{"id": chosen}]})
    reader.get("/v1_0/search?q=%E5%9F%8E%E5%B8%82")
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
        "announcement": AnnouncementFactory().announcement_id,
        "mobile": mobile,
        "code": code_for(anonymous, mobile),
        "new_mobile": new_mobile(),
        "now": now_ms(),
        "event": "f",
        "trace": traces.of(str(user.user_id), article.article_id)["read"],
    }


def body_of(entry, world):
    """The JSON body as documented; None for calls without one."""
    target = {"target": world["article"]}
    pictures = {name: in_json() for name in ("photo", *IDENTITY)}
    bodies = {
        "POST /app/v1_0/authorizations": {"mobile": world["mobile"], "code": world["code"]},
        "PATCH /app/v1_0/user/profile": {
            "name": "林间小路",
            "gender": 1,
            "birthday": "1996-03-21",
            "real_name": "张三",
            "id_number": "11010519491231002X",
            "intro": "写城市",
            **pictures,
        },
        "PUT /app/v1_0/user/channels/:target": {"seq": 1},
        "DELETE /app/v1_0/user/channels": {"channels": [world["chosen"]]},
        "POST /app/v1_0/user/blacklists": {"target": world["blocked"]},
        "POST /app/v1_0/user/followings": {"target": world["blocked"]},
        "POST /app/v1_0/comments": {**target, "content": "写得真好"},
        "POST /app/v1_0/article/reports": {**target, "type": 1, "remark": ""},
        "POST /app/v1_0/article/dislikes": target,
        "POST /app/v1_0/article/likings": target,
        "POST /app/v1_0/article/collections": target,
        "POST /app/v1_0/comment/likings": {"target": world["comment"]},
        "POST /app/v1_0/reading/durations": {"art_id": world["article"], "duration": 12},
    }
    for method in ("POST", "PUT", "PATCH"):
        bodies[f"{method} /app/v1_0/user/channels"] = {
            "channels": [{"id": world["free"], "seq": 1}]
        }
    return bodies.get(entry)


def sent_with(entry, world):
    """What a call carries beside its address."""
    if entry == "PATCH /app/v1_0/user/photo":
        return as_files(photo=PNG, **dict.fromkeys(IDENTITY, PNG))
    headers = {
        "PUT /app/v1_0/authorizations": {"Authorization": f"Bearer {world['refresh']}"},
        "POST /app/v1_0/reading/durations": {"Trace": world["trace"]},
    }
    return {"json": body_of(entry, world), "headers": headers.get(entry)}


def prepare(entry, world):
    """Do what a call that takes something back needs to have happened before."""
    method, path = entry.split(" ")
    undone = {
        "dislikes": "/v1_0/article/dislikes",
        "article/likings": "/v1_0/article/likings",
        "comment/likings": "/v1_0/comment/likings",
    }
    for name, address in undone.items():
        if method == "DELETE" and f"{name}/:target" in path:
            target = world["comment" if name.startswith("comment") else "article"]
            world["reader"].post(address, json={"target": target})
    if entry == "DELETE /app/v1_0/user/blacklists/:target":
        world["reader"].post("/v1_0/user/blacklists", json={"target": world["blocked"]})


def address_of(entry, world):
    """The path with its values, and the query."""
    path = entry.split(" ")[1]
    place = next((name for end, name in PLACES.items() if path.endswith(end)), None)
    if place is not None:
        path = f"{path.rpartition(':')[0]}{world[place]}"
        if entry.endswith("/:user_id/articles"):
            path += "/articles"
    query = QUERIES.get(entry)
    return path if query is None else f"{path}?{query.format(**world)}"


@pytest.mark.settings(demo="on")  # for the route map and the sample notifications
@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.entry)
def test_an_operation_answers_as_published(world, operation):
    entry, status, members = operation
    for published, ours in OTHER_TYPES.items():
        members = members.replace(published, ours)
    prepare(entry, world)

    answer = world["reader"].open(
        address_of(entry, world), method=entry.split(" ")[0], **sent_with(entry, world)
    )

    assert answer.status_code == OTHER_STATUSES.get(entry, status), answer.text
    if status == 204:
        assert answer.data == b""
    elif members:
        assert answer.json["message"] == "OK"
        assert missing(answer.json, members) == []
    else:
        assert isinstance(answer.json, dict)


def test_our_table_of_the_document_says_what_the_document_says():
    published = {
        f"{each['method']} {each['path']}": each
        for each in json.loads(DOCUMENT.read_bytes())["user"]
        if each["path"] != REALTIME
    }

    assert {each.entry for each in operations()} == published.keys()
    for entry, status, members in operations():
        documented = published[entry]
        # Some have no list of statuses: 200.
        assert str(status) == (documented.get("statuses") or ["200"])[0], entry
        if status == 204:
            continue
        expected = {
            f"{field['name']} {field['type']}"
            for field in documented.get("response", ())
            if field["name"].startswith("data.")
        }
        assert {line.replace("?", "") for line in members.split("\n") if line} == expected, entry
