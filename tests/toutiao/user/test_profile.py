"""Reading and editing one's own profile (user-app.md §4.3, §4.4)."""

from __future__ import annotations

import json
import re

import pytest
import time_machine

from common.extensions.db import db
from common.models import UserProfile
from common.utils import media
from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.harness.snapshots import snapshot

PROFILE = "/v1_0/user/profile"


def edit(client, **members):
    return client.patch(PROFILE, json=members)


def shown(client):
    return client.get(PROFILE).json["data"]


def test_a_new_profile_has_defaults_and_the_own_mobile(reader):
    answer = reader.get(PROFILE)

    assert answer.json["data"] == {
        "id": reader.user.user_id,
        "name": reader.user.user_name,
        "photo": media.avatar("", reader.user.user_id),
        "mobile": reader.user.mobile,
        "gender": 0,
        "birthday": "",
        "intro": "",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"http://localhost/media/default/avatar-\d\d\.jpg", answer.json["data"]["photo"]
    )


def test_everybody_sees_the_same_default_avatar_of_somebody(reader, anonymous, sign_in):
    other = sign_in(UserFactory())
    article = ArticleFactory(published=True, user_id=reader.user.user_id)
    CommentFactory(article_id=article.article_id, user_id=reader.user.user_id)
    other.post("/v1_0/user/followings", json={"target": reader.user.user_id})

    comments = anonymous.get(f"/v1_0/comments?type=a&source={article.article_id}").json["data"]
    seen = {
        reader.get(PROFILE).json["data"]["photo"],
        anonymous.get(f"/v1_0/users/{reader.user.user_id}").json["data"]["photo"],
        anonymous.get(f"/v1_0/articles/{article.article_id}").json["data"]["aut_photo"],
        comments["results"][0]["aut_photo"],
        other.get("/v1_0/user/followings").json["data"]["results"][0]["photo"],
    }
    assert seen == {media.avatar("", reader.user.user_id)}


def test_a_profile_without_its_private_half_has_defaults_too(reader):
    db.session.delete(db.session.get(UserProfile, reader.user.user_id))
    db.session.commit()

    assert (shown(reader)["gender"], shown(reader)["birthday"]) == (0, "")
    assert edit(reader, gender=1).status_code == 201
    assert shown(reader)["gender"] == 1


def test_an_edit_answers_exactly_what_was_sent_and_shows_at_once(reader):
    shown(reader)

    answer = edit(reader, name=" 晚风 ", birthday="2001-9-30", unknown=1)

    assert answer.status_code == 201
    assert answer.json["data"] == {
        "id": reader.user.user_id,
        "name": "晚风",
        "birthday": "2001-09-30",
    }
    assert shown(reader) | {"name": "晚风", "birthday": "2001-09-30"} == shown(reader)


def test_an_edit_of_nothing_answers_the_id(reader):
    answers = [edit(reader), reader.patch(PROFILE), edit(reader, name=None, gender=None)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert all(answer.json["data"] == {"id": reader.user.user_id} for answer in answers)


@pytest.mark.parametrize(("sent", "kept"), [(1, 1), (0, 0), ("1", 1), ("0", 0)])
def test_a_gender_can_be_set_to_male_too(sign_in, sent, kept):
    client = sign_in(UserFactory(profile={"gender": 1 - kept}))

    answer = edit(client, gender=sent)

    assert answer.json["data"]["gender"] == kept
    assert shown(client)["gender"] == kept


def test_empty_texts_clear_birthday_and_introduction(reader):
    edit(reader, birthday="2001-09-30", intro="写城市")

    answer = edit(reader, birthday="", intro="")

    assert answer.json["data"] == {"id": reader.user.user_id, "birthday": "", "intro": ""}
    assert (shown(reader)["birthday"], shown(reader)["intro"]) == ("", "")


@pytest.mark.parametrize("birthday", ["1900-01-01", "2024-02-29", "2026-05-20"])
def test_birthdays_reach_from_1900_to_today(reader, sign_in, birthday):
    with time_machine.travel("2026-05-19T16:30:00Z"):  # the 20th in the product's zone
        answer = edit(sign_in(reader.user), birthday=birthday)

    assert answer.json["data"]["birthday"] == birthday


def test_a_new_name_shows_at_once_wherever_the_user_appears(sign_in, anonymous):
    client = sign_in(UserFactory(verified=True))
    article = ArticleFactory(published=True, user_id=client.user.user_id)
    CommentFactory(article_id=article.article_id, user_id=client.user.user_id)
    paths = {
        f"/v1_0/articles/{article.article_id}": lambda data: data["aut_name"],
        f"/v1_0/users/{client.user.user_id}/articles": lambda d: d["results"][0]["aut_name"],
        f"/v1_0/comments?type=a&source={article.article_id}": lambda d: d["results"][0]["aut_name"],
        f"/v1_0/users/{client.user.user_id}": lambda data: data["name"],
    }
    for path in paths:
        anonymous.get(path)

    edit(client, name="晚风")

    names = {path: look(anonymous.get(path).json["data"]) for path, look in paths.items()}
    assert set(names.values()) == {"晚风"}


@pytest.mark.parametrize("method", ["get", "patch"])
def test_visitors_have_no_profile(anonymous, method):
    answer = getattr(anonymous, method)(PROFILE, json={"gender": 1})

    assert (answer.status_code, answer.json["message"]) == (401, "User must be authorized.")


def test_a_profile_edit_of_ten_mebibytes_is_too_large(reader, runtime):
    before = snapshot(runtime)
    body = json.dumps({"intro": "x", "filler": "x" * 10 * 1024 * 1024})

    answer = reader.patch(PROFILE, data=body)

    assert answer.status_code == 413
    assert snapshot(runtime) == before


@pytest.mark.parametrize("path", ["/app/v1_0/user/profile", "/api/app/v1_0/user/profile"])
def test_profiles_are_edited_under_every_public_prefix(reader, path):
    assert reader.patch(path, json={"intro": "x"}).status_code == 201
    assert reader.get(path).json["data"]["intro"] == "x"


def test_the_totals_of_an_author_are_those_of_the_articles(author, redis):
    user_id = author.user.user_id
    redis.zadd("count:user:followers", {user_id: 7})
    redis.zadd("count:user:arts:reading", {user_id: 42})

    answer = author.get("/v1_0/user/figure")

    assert answer.json == {"message": "OK", "data": {"fans_count": 7, "read_count": 42}}


def test_tokens_cannot_be_read_back(anonymous):
    answer = anonymous.get("/v1_0/authorizations")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST", "PUT"}


def test_the_description_says_what_code_cannot(gateway):
    document = gateway.get("/openapi/user.json").json
    paths = document["paths"]

    refresh = paths["/v1_0/authorizations"]["put"]
    photo = paths["/v1_0/user/photo"]["patch"]["requestBody"]["content"]["multipart/form-data"]
    assert refresh["security"] == [{"refreshToken": []}]
    assert "403" in refresh["responses"]
    assert {"409", "413", "429", "507"} < set(paths[PROFILE]["patch"]["responses"])
    assert photo["schema"] == {"$ref": "#/components/schemas/PictureUpload"}
    assert "photo" in document["components"]["schemas"]["PictureUpload"]["properties"]
