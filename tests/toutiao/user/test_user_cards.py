"""Somebody's card (user-app.md §4.2)."""

from __future__ import annotations

import pytest

from tests.factories import RelationFactory, UserFactory

MEMBERS = {
    "id", "name", "photo", "is_media", "intro", "certi", "art_count", "follow_count",
    "fans_count", "like_count", "is_following", "is_blacklist",
}  # fmt: skip


def test_a_card_has_exactly_the_members_of_the_contract(anonymous):
    user = UserFactory(verified=True, introduction="写城市，也写山野", certificate="自然摄影师")

    answer = anonymous.get(f"/v1_0/users/{user.user_id}")

    card = answer.json["data"]
    assert answer.status_code == 200
    assert set(card) == MEMBERS
    assert (card["id"], card["name"]) == (user.user_id, user.user_name)
    assert (card["is_media"], card["intro"], card["certi"]) == (
        True,
        "写城市，也写山野",
        "自然摄影师",
    )
    assert card["photo"].startswith("http")
    assert (card["is_following"], card["is_blacklist"]) == (False, False)


def test_a_card_says_how_the_reader_stands_to_him(reader):
    followed, blocked = UserFactory(), UserFactory()
    RelationFactory(user_id=reader.user.user_id, target_user_id=followed.user_id)
    RelationFactory(user_id=reader.user.user_id, target_user_id=blocked.user_id, blacklisted=True)

    cards = [
        reader.get(f"/v1_0/users/{user.user_id}").json["data"]
        for user in (followed, blocked, reader.user)
    ]

    assert [(card["is_following"], card["is_blacklist"]) for card in cards] == [
        (True, False),
        (False, True),
        (False, False),
    ]


@pytest.mark.parametrize("who", ["404", "disabled"])
def test_nobody_has_no_card(anonymous, who):
    user_id = UserFactory(disabled=True).user_id if who == "disabled" else who

    answer = anonymous.get(f"/v1_0/users/{user_id}")

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid target user."})


@pytest.mark.parametrize("user_id", ["0", "-1", "x", str(2**63)])
def test_a_bad_id_is_no_path(anonymous, user_id):
    assert anonymous.get(f"/v1_0/users/{user_id}").status_code == 404


def test_a_bad_token_is_refused_so_that_the_client_refreshes(anonymous):
    user = UserFactory()

    answer = anonymous.get(f"/v1_0/users/{user.user_id}", headers={"Authorization": "Bearer x"})

    assert (answer.status_code, answer.json) == (401, {"message": "Token has some errors."})


def test_a_warm_card_is_two_stages_at_most_and_no_sql(reader, cost):
    path = f"/v1_0/users/{UserFactory().user_id}"
    reader.get(path)

    with cost() as warm:
        reader.get(path)

    assert warm.sql == 0
    assert warm.stages <= 2
