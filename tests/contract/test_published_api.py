"""Parity with the published document of the readers' API: what a first visit calls.

Real calls on paths as documented; every documented field is there, with its type. ``is_media`` is
documented as an integer and answered as a boolean (contract/user-app.md §2.2).
"""

from __future__ import annotations

import pytest

from common.services.accounts import authentication
from tests.factories import ArticleFactory, ChannelFactory, CommentFactory, UserFactory
from tests.support.clients.logging_in import code_for, new_mobile
from tests.support.documents.published import missing
from tests.support.scenarios.feeding import now_ms, pin, publish

SMS = """
    message string
    data object
    data.mobile string
"""
LOGIN = """
    message string
    data object
    data.token string
    data.refresh_token string
"""
REFRESH = """
    message string
    data object
    data.token string
"""
CARD = """
    message string
    data object
    data.id integer
    data.name string
    data.photo string
    data.is_media boolean
    data.intro string
    data.certi string
    data.art_count integer
    data.follow_count integer
    data.fans_count integer
    data.like_count integer
"""
CHANNELS = """
    message string
    data object
    data.channels object[]
    data.channels.id integer
    data.channels.name string
"""
ITEMS = """
    message string
    data object
    data.results object[]
    data.results.art_id integer
    data.results.title string
    data.results.aut_id integer
    data.results.aut_name string
    data.results.comm_count integer
    data.results.pubdate string
    data.results.is_top integer
    data.results.cover object
    data.results.cover.type integer
    data.results.cover.images string[]
    data.results.trace object?
"""
TRACES = """
    data.results.trace.click string
    data.results.trace.collect string
    data.results.trace.share string
    data.results.trace.read string
"""
NUMBERED = f"""
    data.page integer
    data.per_page integer
    {ITEMS}
"""
BY_TIME = f"""
    data.pre_timestamp integer
    {ITEMS}
"""
ARTICLE = """
    message string
    data object
    data.art_id integer
    data.title string
    data.pubdate string
    data.aut_id integer
    data.aut_name string
    data.aut_photo string
    data.is_followed boolean
    data.attitude integer
    data.content string
    data.recomments object[]
    data.recomments.art_id integer
    data.recomments.title string
    data.recomments.tracking string
    data.is_collected boolean
"""
COMMENTS = """
    message string
    data object
    data.total_count integer
    data.end_id integer
    data.last_id integer
    data.results object[]
    data.results.com_id integer
    data.results.aut_id integer
    data.results.aut_name string
    data.results.aut_photo string
    data.results.like_count integer
    data.results.reply_count integer
    data.results.pubdate string
    data.results.content string
    data.results.is_top integer
    data.results.is_liking boolean
"""
# Clients also read `new_obj`, of which the document does not know (contract/user-app.md §9.2).
COMMENT = """
    message string
    data object
    data.com_id integer
    data.target integer
    data.art_id integer
    data.new_obj object
    data.new_obj.com_id integer
    data.new_obj.aut_id integer
    data.new_obj.aut_name string
    data.new_obj.aut_photo string
    data.new_obj.content string
    data.new_obj.pubdate string
    data.new_obj.like_count integer
    data.new_obj.reply_count integer
    data.new_obj.is_liking boolean
    data.new_obj.is_followed boolean
"""

ENTRIES = [
    ("GET /app/v1_0/sms/codes/{new_mobile}", 200, SMS),
    ("POST /app/v1_0/authorizations", 201, LOGIN),
    ("PUT /app/v1_0/authorizations", 201, REFRESH),
    ("GET /app/v1_0/user", 200, CARD),
    ("GET /app/v1_0/channels", 200, CHANNELS),
    ("GET /app/v1_0/user/channels", 200, CHANNELS),
    ("GET /app/v1_1/user/channels", 200, CHANNELS),
    ("GET /app/v1_0/articles?channel_id={channel}", 200, NUMBERED),
    ("GET /app/v1_0/articles?channel_id={channel}&page=2&per_page=1", 200, NUMBERED + TRACES),
    ("GET /app/v1_1/articles?channel_id={channel}&timestamp={now}&with_top=1", 200, BY_TIME),
    ("GET /app/v1_1/articles?channel_id=0&timestamp={now}&with_top=0", 200, BY_TIME + TRACES),
    ("GET /app/v1_0/articles/{article}", 200, ARTICLE),
    ("GET /app/v1_0/comments?type=a&source={article}", 200, COMMENTS),
    ("GET /app/v1_0/comments?type=c&source={comment}", 200, COMMENTS),
    ("POST /app/v1_0/comments", 201, COMMENT),
]


@pytest.fixture
def world(anonymous):
    """Content to ask for; values for the placeholders above and the bodies below."""
    channel_id = ChannelFactory(is_default=True).channel_id
    published = publish(12, channel_id)
    pictures = {"type": 1, "images": ["a/b.png"]}
    article = ArticleFactory(published=True, channel_id=channel_id, cover=pictures)
    top = CommentFactory(article_id=article.article_id)
    CommentFactory(to=top)
    pin(channel_id, published[3])
    mobile = new_mobile()
    return {
        "channel": channel_id,
        "article": article.article_id,
        "comment": top.comment_id,
        "mobile": mobile,
        "code": code_for(anonymous, mobile),
        "new_mobile": new_mobile(),
        "now": now_ms(),
    }


def body_of(entry, world):
    """The JSON body of the calls that have one."""
    return {
        "POST /app/v1_0/authorizations": {"mobile": world["mobile"], "code": world["code"]},
        "POST /app/v1_0/comments": {"target": world["article"], "content": "好"},
    }.get(entry)


@pytest.mark.parametrize(("entry", "status", "published"), ENTRIES)
def test_every_documented_field_is_there(sign_in, world, entry, status, published):
    user = UserFactory()
    client = sign_in(user)
    method, path = entry.format(**world).split(" ", 1)
    headers = {}
    if method == "PUT":
        headers["Authorization"] = f"Bearer {authentication.issuer().refresh(user.user_id, ver=0)}"

    answer = client.open(path, method=method, json=body_of(entry, world), headers=headers)

    assert answer.status_code == status
    assert answer.json["message"] == "OK"
    assert missing(answer.json, published) == []


def test_visitors_get_the_same_on_both_spellings_of_the_addresses(anonymous, world):
    mine = ("authorizations", "sms", "/v1_0/user ", "POST")
    for entry, status, published in ENTRIES:
        if any(word in f"{entry} " for word in mine):
            continue
        path = entry.format(**world).removeprefix("GET ")
        for spelling in (path, path.removeprefix("/app"), f"/api{path}"):
            answer = anonymous.get(spelling)
            assert (spelling, answer.status_code) == (spelling, status)
            assert missing(answer.json, published) == []


def test_the_check_itself_finds_what_is_missing_or_wrong():
    answer = {"data": {"results": [{"id": 1, "name": "x"}, {"id": "2"}], "none": []}}

    found = missing(
        answer,
        "data.results.id integer\ndata.results.name string\ndata.none object[]\ndata.x string?",
    )

    assert found == ["data.results.id: '2' is no integer", "data.results.name: absent",
                     "data.none: empty"]  # fmt: skip
