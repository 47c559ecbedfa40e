"""What an editor is typing, kept every few seconds (contract/additions.md §2, autosave)."""

from __future__ import annotations

import pytest

from common.models import ArticleRevision, OutboxEvent
from common.schemas.writing.autosaves import Origin, Typed
from common.services.writing.typed import autosaves
from common.utils import media
from common.utils.constants import ArticleStatus
from tests.support.harness.threads import at_once
from tests.support.scenarios.feeding import withdraw
from tests.support.scenarios.keeping import (
    keep,
    kept,
    rows,
    typed,
)
from tests.support.scenarios.writing import (
    CONTENT,
    PATH,
    TITLE,
    approve,
    form_of,
    revisions_of,
    row_of,
    saved,
    written,
)

NO_ARTICLE = {"message": "Invalid article."}


def test_what_was_typed_is_found_again(editor, article_id, channel_id):
    picture = f"{media.prefix()}material/a.png"
    data = keep(
        editor,
        article_id,
        title="早",
        content=f'<p>清晨<script>x</script><img src="{picture}"></p>',
        cover={"type": 3, "images": [picture, None, "http://127.0.0.1/x.png"]},
        channel_id=str(channel_id),
        base_version=1,
    )

    assert kept(editor, article_id) == {
        "id": data["id"],
        "article_id": article_id,
        "base_version": 1,
        "title": "早",
        "content": f'<p>清晨<img src="{picture}"></p>',
        "cover": {"type": 3, "images": [picture, "", ""]},
        "channel_id": channel_id,
        "saved_at": data["saved_at"],
    }


@pytest.mark.parametrize("body", [{}, {"title": None, "content": None, "cover": None}])
def test_a_text_may_lack_everything(editor, article_id, body):
    answer = editor.put(f"{PATH}/{article_id}/autosave", json=body)

    assert answer.status_code == 201
    assert kept(editor, article_id)["title"] == ""
    assert kept(editor, article_id)["cover"] == {"type": -1, "images": []}


def test_an_hour_of_typing_adds_no_revision_and_changes_no_article(editor, article_id, redis):
    before = row_of(article_id).update_time, row_of(article_id).version
    events = rows(OutboxEvent)

    ids = set()
    for number in range(720):
        typed = Typed("早", f"<p>{number}</p>", {}, None, 1, Origin("tab", number))
        ids.add(autosaves.keep(article_id, editor.user.user_id, typed)["id"])

    assert len(ids) == 1
    assert rows() == 1
    assert kept(editor, article_id)["content"] == "<p>719</p>"
    assert rows(ArticleRevision) == 1
    assert (row_of(article_id).update_time, row_of(article_id).version) == before
    assert form_of(editor, article_id)["content"] == CONTENT
    assert rows(OutboxEvent) == events


@pytest.mark.parametrize("is_first", [True, False])
def test_an_autosave_of_20_kilobytes_costs_two_statements_and_no_outbox_row(
    editor, article_id, cost, is_first
):
    editor.get(PATH)  # who is asking is known
    text = "<p>" + "清晨六点" * 1700 + "</p>"
    if not is_first:
        keep(editor, article_id, content=text)
    events = rows(OutboxEvent)

    with cost() as spent:
        keep(editor, article_id, content=text + "<p>完</p>")

    assert spent.sql == 2
    assert rows(OutboxEvent) == events


def test_an_older_autosave_of_the_same_editor_that_arrives_late_changes_nothing(editor, article_id):
    keep(editor, article_id, content="<p>新</p>", session="tab-a", sequence=8)

    late = keep(editor, article_id, content="<p>旧</p>", session="tab-a", sequence=7)

    assert kept(editor, article_id)["content"] == "<p>新</p>"
    assert late == {"id": late["id"], "saved_at": kept(editor, article_id)["saved_at"]}


def test_autosaves_that_arrive_at_once_leave_the_newest(editor, article_id):
    def send(number):
        return lambda: keep(
            editor, article_id, content=f"<p>{number}</p>", session="tab", sequence=number
        )

    at_once(*[send(number) for number in (3, 1, 4, 2)])

    assert kept(editor, article_id)["content"] == "<p>4</p>"
    assert rows() == 1


def test_another_window_takes_the_slot_over_whatever_its_numbers(editor, article_id):
    keep(editor, article_id, content="<p>甲</p>", session="tab-a", sequence=800)
    keep(editor, article_id, content="<p>乙</p>", session="tab-b", sequence=1)

    assert kept(editor, article_id)["content"] == "<p>乙</p>"


def test_a_save_clears_what_it_contains(editor, article_id, channel_id):
    keep(editor, article_id, session="tab-a", sequence=7)

    saved(editor, article_id, channel_id, title="新的标题在此", session="tab-a", sequence=8)

    assert kept(editor, article_id) is None


def test_of_a_client_without_name_a_save_clears_what_began_with_the_same_version(
    editor, article_id, channel_id
):
    keep(editor, article_id, base_version=1)
    saved(editor, article_id, channel_id, title="没有版本的保存")
    assert kept(editor, article_id) is not None

    saved(editor, article_id, channel_id, headers={"If-Match": '"2"'}, title="第二版以后的保存")
    assert kept(editor, article_id) is not None

    keep(editor, article_id, base_version=3)
    saved(editor, article_id, channel_id, headers={"If-Match": '"3"'}, title="第三版以后的保存")
    assert kept(editor, article_id) is None


def test_a_save_without_change_clears_it_too(editor, article_id, channel_id):
    keep(editor, article_id, session="tab-a", sequence=7)

    saved(editor, article_id, channel_id, query={"draft": "true"}, session="tab-a", sequence=8)

    assert kept(editor, article_id) is None
    assert rows(ArticleRevision) == 1


@pytest.mark.parametrize(("session", "sequence"), [("tab-b", 9), ("tab-a", 6), (None, None)])
def test_a_save_leaves_what_it_does_not_contain(editor, article_id, channel_id, session, sequence):
    keep(editor, article_id, session="tab-a", sequence=7)

    saved(editor, article_id, channel_id, title="新的标题在此", session=session, sequence=sequence)

    assert kept(editor, article_id)["content"] == "<p>清</p>"


def test_an_autosave_that_is_overtaken_by_its_save_does_not_come_back(
    editor, article_id, channel_id
):
    saved(editor, article_id, channel_id, title="新的标题在此", session="tab-a", sequence=8)

    answer = keep(editor, article_id, session="tab-a", sequence=7)

    assert answer["id"] is None
    assert kept(editor, article_id) is None
    assert keep(editor, article_id, session="tab-a", sequence=9)["id"]


@pytest.mark.parametrize("sequence", [7, 8])
def test_nor_does_it_when_another_window_saved_and_typed_since(
    editor, article_id, channel_id, sequence
):
    """Neither an empty slot, nor one with what the other window typed, is taken over."""
    saved(editor, article_id, channel_id, title="甲的标题在此", session="tab-a", sequence=8)
    saved(editor, article_id, channel_id, title="乙的标题在此", session="tab-b", sequence=1)

    answer = keep(editor, article_id, session="tab-a", sequence=sequence)
    assert answer["id"] is None
    assert kept(editor, article_id) is None

    keep(editor, article_id, content="<p>乙</p>", session="tab-b", sequence=2)
    keep(editor, article_id, session="tab-a", sequence=sequence)
    assert kept(editor, article_id)["content"] == "<p>乙</p>"


def test_typing_while_an_article_is_published_leaves_it_published(editor, anonymous, channel_id):
    article_id = written(editor, channel_id)
    approve(article_id)

    keep(editor, article_id, content="<p>不成文</p>")

    assert row_of(article_id).status == ArticleStatus.APPROVED
    page = anonymous.get(f"/app/v1_0/articles/{article_id}")
    assert page.json["data"]["content"] == CONTENT


def test_a_banned_article_is_not_typed_about(editor, article_id):
    approve(article_id)
    withdraw(article_id)

    answer = editor.put(f"{PATH}/{article_id}/autosave", json=typed())

    assert (answer.status_code, answer.json) == (403, {"message": "Article banned."})


def test_a_megabyte_is_kept_and_more_is_not(editor, article_id):
    most = "<p>" + "a" * 999_993 + "</p>"
    keep(editor, article_id, content=most)

    refused = editor.put(f"{PATH}/{article_id}/autosave", json=typed(content=most + "b"))

    assert refused.status_code == 413
    assert kept(editor, article_id)["content"] == most


@pytest.mark.parametrize(
    "member",
    [
        {"title": "长" * 256},
        {"title": 5},
        {"content": 5},
        {"cover": []},
        {"base_version": -1},
        {"base_version": 2**32},
        {"session": "a b"},
        {"session": "a" * 33},
        {"sequence": -1},
        {"channel_id": "x"},
        {"channel_id": 2**32},
        {"channel_id": 5 * 10**9},
        {"channel_id": 2**63 - 1},
    ],
)
def test_bad_members_are_named(editor, article_id, member):
    answer = editor.put(f"{PATH}/{article_id}/autosave", json=typed(**member))

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == list(member)
    assert rows() == 0


@pytest.mark.parametrize("number", [2**31, 2**32 - 1])
def test_the_largest_numbers_that_columns_hold_are_kept(editor, article_id, number):
    keep(editor, article_id, channel_id=number, base_version=number, session="tab", sequence=number)

    text = kept(editor, article_id)
    assert (text["channel_id"], text["base_version"]) == (number, number)


def test_a_title_that_is_kept_is_longer_than_that_of_an_article(editor, article_id):
    keep(editor, article_id, title="长" * 255)

    assert kept(editor, article_id)["title"] == "长" * 255
    assert revisions_of(article_id)[0].title == TITLE
