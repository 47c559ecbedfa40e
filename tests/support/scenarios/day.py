"""A day of use: everything that leaves something in STORE and CACHE is done once, over HTTP."""

from __future__ import annotations

from typing import Any

from common.services.behaviour import recording
from common.services.chatting.bot import answer
from common.services.reading import views
from tests.factories import AdministratorFactory, AnnouncementFactory, ChannelFactory, UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.clients.captchas import solved
from tests.support.clients.logging_in import (
    EDITORS,
    ask_for_code,
    bearing,
    code_for,
    codes_sent,
    log_in,
    new_mobile,
)
from tests.support.scenarios.feeding import now_ms, pin, publish, publish_now

NOBODY = 404  # an id that nothing has
ANNOUNCED = 7


def spend_a_day(visitor: ApiClient, sign_in: SignIn) -> None:
    """A visitor logs in, an editor too, behind a captcha (``CAPTCHA_DRIVER`` is ``altcha``); a
    reader reads, writes, follows; a newcomer only reads.

    Each also asks for what nobody has.
    """
    reader, author = sign_in(UserFactory()), sign_in(UserFactory(verified=True))
    channel_id = ChannelFactory(is_default=True).channel_id
    pinned, article_id, disliked = publish(3, channel_id, user_id=author.user.user_id)
    AnnouncementFactory(announcement_id=ANNOUNCED)  # before its list is read: it is looked at again
    pin(channel_id, pinned)
    publish_now(channel_id)

    _log_in(visitor)
    _log_in_editor(visitor)
    answer("最近有什么新闻", str(reader.user.user_id))
    _done(sign_in(AdministratorFactory(super=True)).get("/mis/v1_0/administrator"))
    _read(reader, channel_id, article_id, author.user.user_id)
    comment_id = _comment(reader, article_id)
    for path, target in (
        ("/v1_0/comment/likings", comment_id),
        ("/v1_0/article/likings", article_id),
        ("/v1_0/article/dislikes", disliked),
        ("/v1_0/article/collections", article_id),
        ("/v1_0/user/followings", author.user.user_id),
        ("/v1_0/user/blacklists", UserFactory().user_id),
    ):
        _done(reader.post(path, json={"target": target}))
    _done(author.post("/v1_0/user/followings", json={"target": reader.user.user_id}))
    _done(reader.patch("/v1_0/user/channels", json={"channels": [{"id": channel_id}]}))
    _read(reader, channel_id, article_id, author.user.user_id)
    _read_comments(reader, article_id, comment_id)
    newcomer = sign_in(UserFactory())
    _read(newcomer, channel_id, article_id, author.user.user_id)
    _read_comments(newcomer, article_id, comment_id)
    views.flush()
    recording.flush()


def _done(answer: Any) -> dict[str, Any]:
    """The data of an answer; a call of this day never fails."""
    assert answer.status_code < 300, answer.text
    data: dict[str, Any] = answer.json["data"] if answer.data else {}
    return data


def _log_in(visitor: ApiClient) -> None:
    mobile = new_mobile()
    code = code_for(visitor, mobile)
    login = _done(visitor.post("/v1_0/authorizations", json={"mobile": mobile, "code": code}))
    token = {"Authorization": f"Bearer {login['token']}"}
    _done(visitor.get("/v1_0/user", headers=token))
    _done(visitor.get(f"/v1_0/sms/codes/{new_mobile()}"))


def _log_in_editor(visitor: ApiClient) -> None:
    mobile = UserFactory(verified=True).mobile
    for each in (mobile, new_mobile()):
        posed = _done(visitor.get(f"{EDITORS}/captchas/{each}"))
        solution = {"altcha": solved(posed["altcha"])}
        assert ask_for_code(visitor, each, door=EDITORS, query_string=solution).status_code == 200
    _done(visitor.get(f"{EDITORS}/captchas/{new_mobile()}"))
    code = dict(codes_sent())[mobile]
    login = _done(log_in(visitor, mobile, code, door=EDITORS))
    _done(visitor.get(f"{EDITORS}/user/profile", **bearing(login["token"])))


def _read(reader: ApiClient, channel_id: int, article_id: int, author_id: int) -> None:
    for path in (
        "/v1_0/channels",
        "/v1_0/user/channels",
        f"/v1_1/articles?channel_id={channel_id}&timestamp={now_ms()}&with_top=1",
        f"/v1_0/articles/{article_id}",
        "/v1_0/user/profile",
        f"/v1_0/users/{author_id}/articles",
        "/v1_0/user/followings",
        "/v1_0/user/followers",
        "/v1_0/user/blacklists",
        "/v1_0/article/collections",
        "/v1_0/search?q=city",
        "/v1_0/suggestion?q=city",
        "/v1_0/search/hot",
        "/v1_0/suggestion?q=city",
        "/v1_0/announcements",
        f"/v1_0/announcements/{ANNOUNCED}",
    ):
        _done(reader.get(path))
    for path in ("articles", "users", "announcements"):
        assert reader.get(f"/v1_0/{path}/{NOBODY}").status_code in (400, 404)


def _comment(reader: ApiClient, article_id: int) -> int:
    posted = _done(
        reader.post("/v1_0/comments", json={"target": article_id, "content": "写得真好"})
    )
    comment_id = int(posted["com_id"])
    reply = {"target": comment_id, "art_id": article_id, "content": "是的"}
    _done(reader.post("/v1_0/comments", json=reply))
    _read_comments(reader, article_id, comment_id)
    return comment_id


def _read_comments(reader: ApiClient, article_id: int, comment_id: int) -> None:
    _done(reader.get(f"/v1_0/comments?type=a&source={article_id}"))
    _done(reader.get(f"/v1_0/comments?type=c&source={comment_id}"))
