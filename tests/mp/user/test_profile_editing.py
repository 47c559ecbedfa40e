"""Editing an editor's profile and picture (media-platform.md §2.6, §2.7)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from common.extensions.db import db, refresh_view
from common.models import User
from tests.factories import ArticleFactory, SensitiveWordFactory, UserFactory
from tests.support.clients.uploading import PNG, as_files, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files

PROFILE, PHOTO = "/mp/v1_0/user/profile", "/mp/v1_0/user/photo"
NAME_REASON = 'Value does not match pattern: "^.{1,7}$"'
INTRO_REASON = 'Value does not match pattern: "^.{0,60}$"'


def edit(client, **members):
    return client.patch(PROFILE, json=members)


def shown(client):
    return client.get(PROFILE).json["data"]


def test_the_three_members_of_all_clients_are_changed_together_and_shown_at_once(editor):
    sent = {"name": "河畔灯火", "intro": "周末走读小城", "email": "lamp@example.cn"}
    shown(editor)

    answer = edit(editor, **sent)

    assert answer.status_code == 201
    assert answer.json == {"message": "OK", "data": {"id": editor.user.user_id, **sent}}
    assert shown(editor) == shown(editor) | sent


def test_a_new_name_is_the_authors_at_once(editor, anonymous):
    article = ArticleFactory(published=True, user_id=editor.user.user_id)
    path = f"/v1_0/articles/{article.article_id}"
    anonymous.get(path)

    edit(editor, name="河畔灯火")

    assert anonymous.get(path).json["data"]["aut_name"] == "河畔灯火"


def test_the_whole_profile_may_be_sent_back(editor):
    before = shown(editor)

    answer = edit(editor, **(before | {"intro": "新的", "photo": "http://x/y", "mobile": "1"}))

    assert answer.status_code == 201
    assert answer.json["data"] == {
        "id": before["id"],
        "name": before["name"],
        "intro": "新的",
    }
    assert shown(editor) == before | {"intro": "新的"}


def test_nothing_and_null_change_nothing(editor):
    edit(editor, intro="旧的", email="a@b.cn")
    before = shown(editor)

    answers = [edit(editor), edit(editor, name=None, intro=None, email=None), editor.patch(PROFILE)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert {str(answer.json["data"]) for answer in answers} == {str({"id": before["id"]})}
    assert shown(editor) == before


def test_empty_texts_clear(editor):
    edit(editor, intro="旧的", email="a@b.cn")

    answer = edit(editor, intro="", email="")

    assert answer.json["data"] == {"id": editor.user.user_id, "intro": "", "email": ""}
    assert (shown(editor)["intro"], shown(editor)["email"]) == ("", None)


def test_a_name_that_is_too_long_may_stay(sign_in):
    editor = sign_in(UserFactory(verified=True, user_name="13800001234"))

    answer = edit(editor, name="13800001234", intro="x", email="")

    assert answer.status_code == 201
    assert edit(editor, name="13800001235").status_code == 400


def test_an_introduction_may_have_lines(editor):
    edit(editor, intro="一\r\n二\n三")

    assert shown(editor)["intro"] == "一\n二\n三"
    assert edit(editor, intro="字" * 60).status_code == 201


def test_a_name_that_somebody_has_is_a_conflict(editor):
    UserFactory(user_name="竹里馆")

    answer = edit(editor, name="竹里馆", intro="x")

    assert (answer.status_code, answer.json) == (409, {"message": "User name has existed."})
    assert shown(editor)["intro"] == ""


@pytest.mark.parametrize("member", ["name", "intro"])
def test_sensitive_words_are_refused(editor, member):
    SensitiveWordFactory(word="坏词")

    answer = edit(editor, **{member: "坏词"})

    assert (answer.status_code, answer.json["errors"]) == (400, {member: "Sensitive word."})


@pytest.mark.parametrize(
    "email", ["lamp@example.cn", "灯火@example.com", "a_b-c.d@sub.example.museum", "1@2.io"]
)
def test_addresses_that_are_taken(editor, email):
    assert edit(editor, email=email).json["data"]["email"] == email
    assert shown(editor)["email"] == email


@pytest.mark.parametrize(
    "email",
    ["x", "@example.cn", "a@b", "a@b.c", "a@b.toolongtld", "a b@c.cn", "a@b.cn\nx", "a@@b.cn",
     "a" * 92 + "@example.cn", "a@" + "b." * 25_000 + "!"],
)  # fmt: skip
def test_addresses_that_are_none(editor, refuses, email):
    refuses("PATCH", PROFILE, [({"json": {"email": email}},
                                {"email": f"{email[:64]} is not a valid email"})])  # fmt: skip


def test_an_address_that_is_no_text_is_none(refuses):
    refuses(
        "PATCH",
        PROFILE,
        [
            ({"json": {"email": 7}}, {"email": "7 is not a valid email"}),
            ({"json": {"email": []}}, {"email": "[] is not a valid email"}),
        ],
    )


def test_other_members_that_are_wrong_are_named(refuses):
    refuses(
        "PATCH",
        PROFILE,
        [
            ({"json": {"name": ""}}, {"name": NAME_REASON}),
            ({"json": {"name": "一二三四五六七八"}}, {"name": NAME_REASON}),
            ({"json": {"name": 7, "intro": 7}}, {"name": NAME_REASON}),
            ({"json": {"intro": "x" * 61}}, {"intro": INTRO_REASON}),
        ],
    )


@pytest.mark.parametrize("member", ["status", "is_media", "is_verified", "mobile", "token_version"])
def test_nothing_else_can_be_changed(editor, member):
    before = getattr(editor.user, member)

    assert edit(editor, **{member: 5, "user_" + member: 5}).status_code == 201

    refresh_view()
    assert getattr(db.session.get(User, editor.user.user_id), member) == before


def test_a_picture_from_a_canvas_is_taken_and_shown_everywhere(editor, anonymous):
    answer = editor.patch(PHOTO, **as_files(photo=PNG))

    data = answer.json["data"]
    assert answer.status_code == 201
    assert data == {"id": editor.user.user_id, "photo": data["photo"]}
    assert data["photo"].startswith("http://localhost/media/avatar/")
    assert shown(editor)["photo"] == data["photo"]
    card = anonymous.get(f"/v1_0/users/{editor.user.user_id}").json["data"]
    assert card["photo"] == data["photo"]
    stored = anonymous.get(path_of(data["photo"]))
    assert Image.open(BytesIO(stored.data)).format == "JPEG"


def test_a_new_picture_replaces_the_file_of_the_old_one(editor, runtime):
    for _ in range(2):
        editor.patch(PHOTO, **as_files(photo=PNG))
    relay_everything()

    assert len(stored_files(runtime)) == 1


def test_without_a_picture_the_id_alone_is_answered(editor):
    answers = [editor.patch(PHOTO), editor.patch(PHOTO, **as_files(other=PNG))]

    for answer in answers:
        assert (answer.status_code, answer.json["data"]) == (201, {"id": editor.user.user_id})


def test_what_is_no_picture_is_refused(editor, runtime):
    before = snapshot(runtime)

    answer = editor.patch(PHOTO, **as_files(photo=b"<svg/>"))

    assert (answer.status_code, answer.json["errors"]) == (400, {"photo": "Invalid image."})
    assert snapshot(runtime) == before


def test_a_picture_that_is_too_large_is_refused(editor, runtime):
    before = snapshot(runtime)

    answer = editor.patch(PHOTO, **as_files(photo=PNG + b"\0" * (5 * 1024 * 1024)))

    assert answer.status_code == 413
    assert snapshot(runtime) == before


def test_a_picture_that_cannot_be_stored_is_507_and_changes_nothing(editor, runtime):
    place = runtime.data_dir / "media" / "avatar"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")

    answer = editor.patch(PHOTO, **as_files(photo=PNG))

    place.unlink()
    assert answer.status_code == 507
    assert answer.json == {"message": "Uploading profile photo image failed."}
    assert shown(editor)["photo"].startswith("http://localhost/media/default/")
