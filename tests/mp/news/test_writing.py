"""Writing an article, and saving it anew (contract/media-platform.md §2.10, §2.13)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory, ChannelFactory, SensitiveWordFactory, UserFactory
from tests.support.documents.refusing import MISSING_MEMBER, members
from tests.support.scenarios.feeding import withdraw
from tests.support.scenarios.writing import (
    CONTENT,
    PATH,
    TITLE,
    approve,
    body_of,
    form_of,
    hide_channel,
    revisions_of,
    row_of,
    saved,
    sent,
    set_article,
    steps_of,
    written,
)

LONG_TITLE = "一" * 30
BAD_CHANNEL = {"channel_id": "Invalid channel id."}
NO_TITLE = {"title": 'Value does not match pattern: "^.{5,30}$"'}
NO_CONTENT = {"content": 'Value does not match pattern: "^.{1,}$"'}
BAD_COVER = {"cover": "Invalid cover param."}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("draft=true", ArticleStatus.DRAFT),
        ("draft=1", ArticleStatus.DRAFT),
        ("draft=TRUE", ArticleStatus.DRAFT),
        ("draft=false", ArticleStatus.PENDING),
        ("draft=", ArticleStatus.PENDING),
        ("", ArticleStatus.PENDING),
    ],
)
def test_an_article_is_a_draft_or_waits_for_review(editor, channel_id, query, status):
    answer = editor.post(f"{PATH}?{query}", json=sent(channel_id))

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    row = row_of(answer.json["data"]["id"])
    assert (row.user_id, row.status, row.title) == (editor.user.user_id, status, TITLE)


def test_the_suite_s_own_article_is_accepted(editor, channel_id):
    body = {
        "title": "bj18-0021",
        "content": "今天喝粥！",
        "channel_id": str(channel_id),
        "cover": {"type": 0, "images": []},
    }

    answer = editor.post(PATH, data=json.dumps(body), content_type="text/plain")

    assert answer.status_code == 201
    assert type(answer.json["data"]["id"]) is int
    assert body_of(answer.json["data"]["id"]).content == "今天喝粥！"


def test_one_base_clients_reach_the_same_door(editor, channel_id):
    assert editor.post("/v1_0/mp/articles", json=sent(channel_id)).status_code == 201


def test_what_is_wrong_is_told_member_by_member(refuses, channel_id):
    hidden = ChannelFactory(is_visible=False).channel_id
    cases: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"title": ...}, {"title": MISSING_MEMBER}),
        ({"title": None}, {"title": MISSING_MEMBER}),
        ({"title": "四个字呀"}, NO_TITLE),
        ({"title": LONG_TITLE + "一"}, NO_TITLE),
        ({"title": 12345}, NO_TITLE),
        ({"title": "     四个字呀     "}, NO_TITLE),
        ({"content": ...}, {"content": MISSING_MEMBER}),
        ({"content": None}, {"content": MISSING_MEMBER}),
        ({"content": ""}, NO_CONTENT),
        ({"content": " \n "}, NO_CONTENT),
        ({"content": "<p> &nbsp; </p>"}, NO_CONTENT),
        ({"content": "<script>alert(1)</script>"}, NO_CONTENT),
        ({"content": ["<p>"]}, NO_CONTENT),
        ({"cover": ...}, {"cover": MISSING_MEMBER}),
        ({"cover": None}, {"cover": MISSING_MEMBER}),
        ({"cover": []}, BAD_COVER),
        ({"cover": "x"}, BAD_COVER),
        ({"cover": {}}, BAD_COVER),
        ({"cover": {"type": 2, "images": []}}, BAD_COVER),
        ({"cover": {"type": True, "images": []}}, BAD_COVER),
        ({"cover": {"type": 1}}, BAD_COVER),
        ({"channel_id": ...}, {"channel_id": MISSING_MEMBER}),
        ({"channel_id": None}, {"channel_id": MISSING_MEMBER}),
        ({"channel_id": 0}, {"channel_id": "Invalid channel id param."}),
        ({"channel_id": "0"}, {"channel_id": "Invalid channel id param."}),
        ({"channel_id": -1}, BAD_CHANNEL),
        ({"channel_id": "x"}, BAD_CHANNEL),
        ({"channel_id": 1.5}, BAD_CHANNEL),
        ({"channel_id": 987654}, BAD_CHANNEL),
        ({"channel_id": hidden}, BAD_CHANNEL),
    ]

    refuses("POST", PATH, [(members(**sent(channel_id, **bad)), told) for bad, told in cases])


def test_a_wrong_switch_is_told(refuses, channel_id):
    case = {"json": sent(channel_id), "query_string": {"draft": "maybe"}}

    refuses("POST", PATH, [(case, {"draft": "Invalid literal for boolean(): maybe"})])


@pytest.mark.parametrize("title", ["五个字刚好", LONG_TITLE, "𠮷野家的午餐"])
def test_titles_have_five_to_thirty_characters(editor, channel_id, title):
    assert row_of(written(editor, channel_id, title=title)).title == title


def test_active_content_does_not_survive(editor, channel_id):
    article_id = written(
        editor,
        channel_id,
        content='<p onclick="x()">早</p><script>x()</script><a href="javascript:x()">点</a>'
        "<pre><code class='language-py'>if 1 &lt; 2: pass</code></pre>",
    )

    assert body_of(article_id).content == (
        '<p>早</p><a rel="noopener nofollow ugc">点</a>'
        '<pre><code class="language-py">if 1 &lt; 2: pass</code></pre>'
    )


def test_a_form_sends_back_what_it_was_given_and_nothing_changes(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)
    form = form_of(editor, article_id)

    answer = editor.put(
        f"{PATH}/{article_id}?draft=true",
        json=form | {"id": str(article_id), "channel_id": str(channel_id), "pubdate": "x"},
    )

    assert (answer.status_code, answer.json["data"]) == (201, {"id": article_id})
    assert answer.headers["ETag"] == '"1"'
    assert form_of(editor, article_id) == form
    assert len(revisions_of(article_id)) == 1


def test_a_form_shows_what_was_stored(editor, channel_id):
    article_id = written(editor, channel_id)

    assert form_of(editor, article_id) == {
        "id": article_id,
        "title": TITLE,
        "cover": {"type": 0, "images": []},
        "channel_id": channel_id,
        "content": CONTENT,
    }


@pytest.mark.parametrize("why", ["foreign", "unknown", "deleted"])
def test_what_is_not_there_has_no_form(editor, channel_id, why):
    article_id = {
        "foreign": lambda: ArticleFactory(published=True).article_id,
        "unknown": lambda: 123456789,
        "deleted": lambda: written(editor, channel_id),
    }[why]()
    if why == "deleted":
        set_article(article_id, status=ArticleStatus.DELETED)

    answer = editor.get(f"{PATH}/{article_id}")
    change = saved(editor, article_id, channel_id)

    assert (answer.status_code, answer.json) == (404, {"message": "Article not exists."})
    assert (change.status_code, change.json) == (400, {"message": "Invalid article."})


def test_a_banned_article_can_be_read_and_not_changed(editor, channel_id):
    article_id = written(editor, channel_id)
    approve(article_id)
    withdraw(article_id)

    form = form_of(editor, article_id)
    change = saved(editor, article_id, channel_id)

    assert (form["status"], form["reject_reason"]) == (ArticleStatus.BANNED, "系统审核")
    assert (change.status_code, change.json) == (403, {"message": "Article banned."})


def test_submitting_what_was_rejected_forgets_the_reason(editor, channel_id):
    article_id = written(editor, channel_id)
    set_article(article_id, status=ArticleStatus.REJECTED, reject_reason="标题", reviewer_id=3)
    assert form_of(editor, article_id)["reject_reason"] == "标题"

    saved(editor, article_id, channel_id)

    row = row_of(article_id)
    assert (row.status, row.reject_reason, row.reviewer_id) == (ArticleStatus.PENDING, None, None)
    assert steps_of(article_id) == [(ArticleStatus.REJECTED, ArticleStatus.PENDING)]


@pytest.mark.parametrize("draft", ["true", "false"])
def test_editing_takes_an_article_from_its_readers_at_once(editor, anonymous, channel_id, draft):
    article_id = written(editor, channel_id)
    approve(article_id)
    assert anonymous.get(f"/v1_0/articles/{article_id}").status_code == 200

    saved(editor, article_id, channel_id, title="改过的标题", query={"draft": draft})

    page = anonymous.get(f"/v1_0/articles/{article_id}")
    author_id = editor.user.user_id
    shelf = anonymous.get(f"/v1_0/users/{author_id}/articles").json["data"]
    feed = anonymous.get("/v1_0/articles", query_string={"channel_id": channel_id}).json["data"]
    profile = anonymous.get(f"/v1_0/users/{author_id}").json["data"]
    assert page.status_code == 404
    assert (shelf["total_count"], feed["results"], profile["art_count"]) == (0, [], 0)


def test_an_article_that_is_approved_again_keeps_its_time(editor, anonymous, channel_id):
    article_id = written(editor, channel_id)
    approve(article_id)
    before = row_of(article_id).feed_ms
    saved(editor, article_id, channel_id, title="改过的标题")

    approve(article_id)

    assert row_of(article_id).feed_ms == before
    page = anonymous.get(f"/v1_0/articles/{article_id}").json["data"]
    assert page["title"] == "改过的标题"


def test_a_channel_that_was_hidden_since_may_stay(editor):
    channel = ChannelFactory()
    article_id = written(editor, channel.channel_id)
    other = ChannelFactory(is_visible=False)
    hide_channel(channel.channel_id)

    kept = saved(editor, article_id, channel.channel_id, title="新的标题啊")
    moved = saved(editor, article_id, other.channel_id, title="新的标题啊")

    assert (kept.status_code, moved.status_code) == (201, 400)


def test_a_sensitive_word_is_shown_to_reviewers(editor, channel_id):
    SensitiveWordFactory(word="假药", weights=3)

    article_id = written(editor, channel_id, title="这里卖假药吗", content="<p>假 药</p>")

    assert row_of(article_id).sensitive_hits == ["假药"]
    assert "sensitive_hits" not in form_of(editor, article_id)


@pytest.mark.parametrize(
    ("member", "text"), [("title", "这里卖假药吗"), ("content", "<p>假<b>药</b></p>")]
)
def test_a_heavy_word_refuses_an_article(editor, channel_id, member, text):
    SensitiveWordFactory(word="假药", weights=10)

    answer = editor.post(PATH, json=sent(channel_id, **{member: text}))

    assert (answer.status_code, answer.json["errors"]) == (400, {member: "Sensitive word."})
    assert editor.get(PATH).json["data"]["total_count"] == 0


@pytest.mark.settings(sensitive_refuse_weight=11)
def test_how_heavy_a_word_must_be_is_a_setting(editor, channel_id):
    SensitiveWordFactory(word="假药", weights=10)

    assert editor.post(PATH, json=sent(channel_id, title="这里卖假药吗")).status_code == 201


def test_another_editor_finds_no_article_of_mine(editor, sign_in, channel_id):
    article_id = written(editor, channel_id)
    other = sign_in(UserFactory(verified=True))

    assert other.get(f"{PATH}/{article_id}").status_code == 404
    assert saved(other, article_id, channel_id).status_code == 400
    assert row_of(article_id).title == TITLE
