"""Two windows on one article (contract/additions.md §2, conflict)."""

from __future__ import annotations

import pytest

from common.utils import media
from tests.factories import ChannelFactory
from tests.support.clients.uploading import in_json, path_of
from tests.support.harness.threads import at_once
from tests.support.scenarios.keeping import (
    DRAFT,
    kept,
)
from tests.support.scenarios.writing import (
    body_of,
    form_of,
    hide_channel,
    revisions_of,
    saved,
    version_of,
    written,
)

BASE = "<p>一</p><p>二</p><p>三</p><p>四</p>"
DATA_URL = in_json(prefix="data:image/png;base64,")
MERGE = {"draft": "true", "merge": "1"}


@pytest.fixture
def article_id(editor, channel_id):
    """A draft with four paragraphs, version 1."""
    return written(editor, channel_id, draft=True, content=BASE)


@pytest.fixture
def save(editor, article_id, channel_id):
    """``save(version, content=…)``: the answer to a save that began with a version."""

    def send(version, *, query=DRAFT, to=channel_id, **changes):
        headers = {"If-Match": f'"{version}"'}
        body = {"content": BASE, **changes}
        return saved(editor, article_id, to, headers=headers, query=query, **body)

    return send


def test_a_refused_save_says_what_is_in_conflict_and_becomes_the_autosave(
    editor, article_id, save, channel_id
):
    save(1, content=BASE.replace("二", "二甲"), title="甲的标题在此")

    refused = save(1, content=BASE.replace("二", "二乙"), title="乙的标题在此")

    assert refused.status_code == 409
    assert refused.json == {
        "message": "Article has changed.",
        "data": {"base_version": 1, "current_version": 2, "conflicts": ["title", "content"]},
    }
    assert body_of(article_id).content == BASE.replace("二", "二甲")
    assert version_of(editor, article_id) == '"2"'
    text = kept(editor, article_id)
    assert (text["title"], text["content"]) == ("乙的标题在此", BASE.replace("二", "二乙"))
    assert (text["base_version"], text["channel_id"]) == (1, channel_id)


def test_pictures_in_a_refused_text_are_kept_with_it(editor, anonymous, article_id, save):
    save(1, content="<p>甲</p>")

    save(1, content=f'<p>乙</p><img src="{DATA_URL}">')

    content = kept(editor, article_id)["content"]
    assert content.startswith(f'<p>乙</p><img src="{media.prefix()}')
    address = content.partition('src="')[2].rstrip('">')
    assert anonymous.get(path_of(address)).status_code == 200


@pytest.mark.parametrize("picture", ["", f'<img src="{DATA_URL}">'])
def test_a_stale_save_in_a_channel_that_was_hidden_is_a_conflict(
    editor, article_id, save, channel_id, picture
):
    other_id = ChannelFactory().channel_id
    hide_channel(channel_id)
    save(1, to=other_id)
    mine = BASE.replace("二", "二甲") + picture

    refused = save(1, content=mine)

    assert (refused.status_code, refused.json["data"]["conflicts"]) == (409, [])
    text = kept(editor, article_id)
    assert (text["channel_id"], text["content"][: len(BASE)]) == (channel_id, mine[: len(BASE)])
    merged = save(1, content=mine, query=MERGE)
    assert (merged.status_code, form_of(editor, article_id)["channel_id"]) == (201, other_id)


@pytest.mark.parametrize("query", [DRAFT, MERGE])
def test_no_save_moves_an_article_to_a_channel_that_was_hidden(
    editor, article_id, save, channel_id, query
):
    hidden_id = ChannelFactory().channel_id
    save(1, content=BASE.replace("二", "二乙"))
    hide_channel(hidden_id)
    version = 1 if query == MERGE else 2

    refused = save(version, to=hidden_id, query=query)

    assert (refused.status_code, refused.json["errors"]) == (
        400,
        {"channel_id": "Invalid channel id."},
    )
    assert form_of(editor, article_id)["channel_id"] == channel_id


def test_the_next_save_of_whoever_was_faster_leaves_the_refused_text_alone(
    editor, article_id, save
):
    save(1, content="<p>甲</p>")
    save(1, content="<p>乙</p>")

    save(2, content="<p>甲甲</p>")

    assert kept(editor, article_id)["content"] == "<p>乙</p>"


def test_a_save_that_could_be_merged_says_so(save):
    save(1, content=BASE.replace("二", "二甲"))

    assert save(1, content=BASE.replace("三", "三乙")).json["data"]["conflicts"] == []


def test_merging_puts_changes_of_different_blocks_together(editor, article_id, save):
    save(1, content=BASE.replace("二", "二甲"), title="甲的标题在此")

    answer = save(1, content=BASE.replace("三", "三乙"), query=MERGE)

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"3"'
    assert answer.json["data"] == {"id": article_id, "merged": True}
    form = form_of(editor, article_id)
    assert form["title"] == "甲的标题在此"
    assert form["content"] == BASE.replace("二", "二甲").replace("三", "三乙")
    assert body_of(article_id).chars == len("一二甲三乙四")
    assert kept(editor, article_id) is None


def test_merging_refuses_changes_of_the_same_block_and_keeps_both(editor, article_id, save):
    save(1, content=BASE.replace("二", "二甲"))

    refused = save(1, content=BASE.replace("二", "二乙"), query=MERGE)

    assert (refused.status_code, refused.json["data"]["conflicts"]) == (409, ["content"])
    assert body_of(article_id).content == BASE.replace("二", "二甲")
    assert kept(editor, article_id)["content"] == BASE.replace("二", "二乙")


def test_merging_without_a_conflict_is_a_plain_save(article_id, save):
    answer = save(1, content=BASE.replace("二", "二甲"), query=MERGE)

    assert answer.json["data"] == {"id": article_id}
    assert body_of(article_id).content == BASE.replace("二", "二甲")


def test_a_version_that_nobody_knows_conflicts_in_whatever_differs(save):
    assert save(9, title="别的标题在此").json["data"] == {
        "base_version": 9,
        "current_version": 1,
        "conflicts": ["title"],
    }


def test_without_if_match_the_last_save_wins(editor, article_id, channel_id, save):
    save(1, content="<p>甲</p>")

    answer = saved(editor, article_id, channel_id, content="<p>乙</p>", query=DRAFT)

    assert answer.status_code == 201
    assert body_of(article_id).content == "<p>乙</p>"


def test_two_saves_of_one_window_in_flight_are_no_conflict(article_id, save):
    """Both began with version 1: the answer to the first has not come yet."""
    first = save(1, content="<p>一</p>", session="tab-a", sequence=1)
    second = save(1, content="<p>一二</p>", session="tab-a", sequence=2)
    third = save(1, content="<p>一二三</p>", session="tab-a", sequence=3)

    assert [answer.status_code for answer in (first, second, third)] == [201, 201, 201]
    assert third.headers["ETag"] == '"4"'
    assert body_of(article_id).content == "<p>一二三</p>"
    assert [row.content for row in revisions_of(article_id)][1:] == [
        "<p>一</p>",
        "<p>一二</p>",
        "<p>一二三</p>",
    ]


def test_a_save_that_a_newer_one_of_its_window_overtook_changes_nothing(article_id, save):
    save(1, content="<p>一二</p>", session="tab-a", sequence=2)

    late = save(1, content="<p>一</p>", session="tab-a", sequence=1)

    assert (late.status_code, late.headers["ETag"]) == (201, '"2"')
    assert body_of(article_id).content == "<p>一二</p>"


def test_saves_of_one_window_that_arrive_at_once_end_with_the_latest(article_id, save):
    def send(number):
        return lambda: (
            save(1, content=f"<p>{number}</p>", session="tab", sequence=number).status_code
        )

    assert at_once(*[send(number) for number in (2, 1)]) == [201, 201]

    assert body_of(article_id).content == "<p>2</p>"


def test_a_save_in_flight_does_not_hide_what_another_window_saved_meanwhile(article_id, save):
    save(1, content=BASE.replace("一", "一甲"), session="tab-a", sequence=1)
    save(2, content=BASE.replace("一", "一乙"), session="tab-b", sequence=1)

    refused = save(1, content=BASE.replace("一", "一甲甲"), session="tab-a", sequence=2)

    assert refused.status_code == 409
    assert body_of(article_id).content == BASE.replace("一", "一乙")


@pytest.mark.parametrize("session", [{}, {"session": "tab-b"}])
def test_another_window_is_told_of_the_conflict(article_id, save, session):
    save(1, content="<p>甲</p>", session="tab-a", sequence=1)

    assert save(1, content="<p>乙</p>", **session).status_code == 409


@pytest.mark.parametrize("between", ["nobody", "somebody else"])
@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}, {"If-Match": '"2"'}], ids=str)
@pytest.mark.parametrize("merging", [{}, {"merge": "1"}], ids=str)
def test_a_save_that_arrives_after_a_later_one_of_its_editor_changes_nothing(
    editor, article_id, channel_id, between, headers, merging
):
    """Else the last one would win, though it was not the last; whatever it says of versions."""

    def send(sequence, content, session="a", **more):
        body = {"session": session, "sequence": sequence, "content": content}
        query = {**DRAFT, **more.pop("query", {})}
        return saved(editor, article_id, channel_id, query=query, **body, **more)

    send(4, "<p>四</p>")
    newest = "<p>四</p>"
    if between == "somebody else":
        newest = "<p>别人</p>"
        send(1, newest, session="b")

    late = send(2, "<p>二</p>", headers=headers, query=merging)

    assert (late.status_code, late.headers["ETag"]) == (201, version_of(editor, article_id))
    assert body_of(article_id).content == newest
    assert send(5, "<p>五</p>").status_code == 201
    assert body_of(article_id).content == "<p>五</p>"


def test_a_save_without_a_number_is_never_late(editor, article_id, channel_id):
    saved(editor, article_id, channel_id, query=DRAFT, session="a", sequence=4)

    saved(editor, article_id, channel_id, query=DRAFT, session="a", content="<p>新</p>")

    assert body_of(article_id).content == "<p>新</p>"
