"""Lists of people: their pages, their order, and what they cost (user-app.md §5.2, §5.5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.extensions.db import transaction
from common.models import Relation, User
from common.utils.constants import RelationKind
from tests.factories import RelationFactory, UserFactory
from tests.support.harness.outbox import relay_lists
from tests.support.scenarios.accounts import let_in, lock_out

FOLLOWINGS = "/v1_0/user/followings"
FOLLOWERS = "/v1_0/user/followers"
BLACKLISTS = "/v1_0/user/blacklists"
LISTS = [FOLLOWINGS, FOLLOWERS, BLACKLISTS]
SOME_DAY = datetime.fromisoformat("2026-01-01")
MANY = 1200  # more than CACHE keeps of a list


def relate(path, owner_id, other_id, at=SOME_DAY):
    """Put somebody into the list that a path shows."""
    pair = (other_id, owner_id) if path == FOLLOWERS else (owner_id, other_id)
    kind = RelationKind.BLACKLIST if path == BLACKLISTS else RelationKind.FOLLOW
    RelationFactory(user_id=pair[0], target_user_id=pair[1], relation=kind, update_time=at)


def populate(path, owner_id, count):
    """``count`` people in the list of a path; their ids in the order of the list."""
    others = range(1, count + 1)
    with transaction() as session:
        session.add_all(User(user_id=i, mobile=f"139{i:08d}", user_name=f"user{i}") for i in others)
        for i in others:
            pair = (i, owner_id) if path == FOLLOWERS else (owner_id, i)
            kind = RelationKind.BLACKLIST if path == BLACKLISTS else RelationKind.FOLLOW
            # Three share a second: then the greater id comes first.
            at = SOME_DAY + timedelta(seconds=i // 3)
            session.add(
                Relation(user_id=pair[0], target_user_id=pair[1], relation=kind, update_time=at)
            )
    return list(reversed(others))


def ids(answer):
    return [each["id"] for each in answer.json["data"]["results"]]


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list(reader, path):
    answer = reader.get(path)

    assert answer.status_code == 200
    assert answer.json["data"] == {"total_count": 0, "page": 1, "per_page": 10, "results": []}


def test_an_item_has_exactly_the_members_of_the_contract(reader, sign_in):
    other = UserFactory(profile_photo="https://img.example.com/u/7c20.png")
    sign_in(other).post(FOLLOWINGS, json={"target": reader.user.user_id})

    (item,) = reader.get(FOLLOWERS).json["data"]["results"]

    assert item == {
        "id": other.user_id,
        "name": other.user_name,
        "photo": "https://img.example.com/u/7c20.png",
        "fans_count": 0,
        "mutual_follow": False,
    }


def test_a_blacklist_does_not_speak_of_following(reader):
    reader.post(BLACKLISTS, json={"target": UserFactory().user_id})

    (item,) = reader.get(BLACKLISTS).json["data"]["results"]

    assert set(item) == {"id", "name", "photo", "fans_count"}


def test_mutual_following_is_seen_from_both_sides_and_ends_at_once(reader, sign_in):
    other = sign_in(UserFactory())
    reader.post(FOLLOWINGS, json={"target": other.user.user_id})
    alone = reader.get(FOLLOWINGS).json["data"]["results"][0]["mutual_follow"]
    other.post(FOLLOWINGS, json={"target": reader.user.user_id})
    together = [
        client.get(path).json["data"]["results"][0]["mutual_follow"]
        for client in (reader, other)
        for path in (FOLLOWINGS, FOLLOWERS)
    ]
    other.delete(f"{FOLLOWINGS}/{reader.user.user_id}")
    afterwards = reader.get(FOLLOWINGS).json["data"]["results"][0]["mutual_follow"]

    assert (alone, together, afterwards) == (False, [True] * 4, False)


@pytest.mark.parametrize("path", LISTS)
def test_the_latest_change_comes_first(reader, path):
    people = [UserFactory().user_id for _ in range(3)]
    for age, user_id in enumerate([people[1], people[2], people[0]]):
        relate(path, reader.user.user_id, user_id, at=SOME_DAY - timedelta(seconds=age))

    assert ids(reader.get(path)) == [people[1], people[2], people[0]]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [1, 7, 10])
def test_pages_neither_repeat_nor_skip(reader, path, size):
    everybody = populate(path, reader.user.user_id, 21)

    pages: list[list[int]] = []
    while page := ids(reader.get(f"{path}?page={len(pages) + 1}&per_page={size}")):
        pages.append(page)

    assert [user_id for page in pages for user_id in page] == everybody
    assert {len(page) for page in pages[:-1]} == {size}


@pytest.mark.parametrize("path", LISTS)
def test_a_page_past_the_end_is_empty_and_knows_the_length(reader, path):
    populate(path, reader.user.user_id, 3)

    answers = [reader.get(f"{path}?page={page}").json["data"] for page in (2, 10**6, 2**53 - 1)]

    assert [(answer["total_count"], answer["results"]) for answer in answers] == [(3, [])] * 3


@pytest.mark.parametrize("path", LISTS)
def test_disabled_people_are_skipped_and_not_counted(reader, path):
    everybody = populate(path, reader.user.user_id, 12)
    before = reader.get(f"{path}?per_page=5")
    lock_out(11)

    # Before the relay: whoever is on the page is missed at once, and the page is whole.
    at_once = reader.get(f"{path}?per_page=5").json["data"]
    relay_lists()
    lock_out(1)
    relay_lists()
    later = reader.get(f"{path}?per_page=5").json["data"]
    let_in(11)
    relay_lists()
    again = reader.get(f"{path}?per_page=5").json["data"]

    assert ids(before) == everybody[:5]
    assert (at_once["total_count"], [each["id"] for each in at_once["results"]]) == (
        11,
        [12, 10, 9, 8, 7],
    )
    assert later["total_count"] == 10
    assert (again["total_count"], [each["id"] for each in again["results"]]) == (
        11,
        everybody[:5],
    )


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("perPage=20", 20),
        ("perPage=1000", 100),
        ("perPage=0", 1),
        ("perPage=-5", 1),
        ("perPage=x", 10),
        ("perPage=", 10),
        ("perPage=20&per_page=5", 5),
        ('perPage="20"', 20),
        ("per_page=100", 100),
    ],
)
@pytest.mark.parametrize("path", [FOLLOWINGS, FOLLOWERS, "/v1_0/users/{}/followings"])
def test_the_size_of_a_page_has_two_names(reader, path, query, size):
    answer = reader.get(f"{path.format(reader.user.user_id)}?{query}")

    assert (answer.status_code, answer.json["data"]["per_page"]) == (200, size)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("per_page=101", "Invalid per_page: 101. per_page must be within the range 1 - 100"),
        ("per_page=0", "Invalid per_page: 0. per_page must be within the range 1 - 100"),
        ("page=0", "Invalid page: 0. page must be a positive integer"),
        ("page=x", "x is not a valid integer"),
    ],
)
def test_a_bad_page_is_refused(reader, path, query, reason):
    answer = reader.get(f"{path}?{query}")

    name = query.partition("=")[0]
    assert (answer.status_code, answer.json["errors"]) == (400, {name: reason})


def test_a_blacklist_does_not_know_the_other_name(reader):
    assert reader.get(f"{BLACKLISTS}?perPage=20").json["data"]["per_page"] == 10


def test_a_body_that_names_somebody_else_is_ignored(reader):
    other = UserFactory()
    RelationFactory(user_id=other.user_id)

    answer = reader.get(FOLLOWINGS, json={"target": other.user_id})

    assert answer.json["data"]["total_count"] == 0


def test_the_lists_of_others_are_public(anonymous, reader):
    owner, both = UserFactory(), UserFactory()
    RelationFactory(user_id=owner.user_id, target_user_id=both.user_id)
    RelationFactory(user_id=both.user_id, target_user_id=owner.user_id)

    answers = [
        client.get(f"/v1_0/users/{owner.user_id}/{name}").json["data"]
        for client in (anonymous, reader)
        for name in ("followings", "followers")
    ]

    assert [answer["total_count"] for answer in answers] == [1] * 4
    assert {each["id"] for answer in answers for each in answer["results"]} == {both.user_id}
    assert all(each["mutual_follow"] for answer in answers for each in answer["results"])


@pytest.mark.parametrize("name", ["followings", "followers"])
@pytest.mark.parametrize("who", [404, "disabled"])
def test_nobody_has_no_lists(anonymous, name, who):
    user_id = UserFactory(disabled=True).user_id if who == "disabled" else who

    answer = anonymous.get(f"/v1_0/users/{user_id}/{name}")

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid target user."})


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [10, 100])
def test_a_warm_page_is_three_stages_at_most_and_no_sql(reader, cost, path, size):
    populate(path, reader.user.user_id, 120)
    query = f"{path}?per_page={size}"
    with cost() as cold:
        reader.get(query)
    with cost() as warm:
        answer = reader.get(query)

    assert len(answer.json["data"]["results"]) == size
    assert warm.sql == 0
    assert warm.stages <= 3  # one of them for the account, if that was not asked a moment ago
    # Account and token, the list, two times profiles, mutual following; and as nobody has built
    # counters here, whether anybody ever did.
    assert cold.sql <= 8


@pytest.mark.parametrize("path", LISTS)
def test_a_page_beyond_what_is_cached_is_one_query_wherever_it_is(reader, cost, path):
    everybody = populate(path, reader.user.user_id, MANY)
    lock_out(5)
    relay_lists()
    visible = [user_id for user_id in everybody if user_id != 5]

    for page in (100, 101, 102, 119, 120):
        query = f"{path}?page={page}"
        first = reader.get(query)
        with cost() as spent:
            again = reader.get(query)
        assert again.json == first.json
        assert spent.sql <= 1
        assert spent.stages <= 3
        assert first.json["data"]["total_count"] == MANY - 1
        assert ids(first) == visible[(page - 1) * 10 : page * 10]


@pytest.mark.parametrize("path", LISTS)
def test_the_first_page_of_a_long_list_costs_a_constant_number_of_queries(reader, cost, path):
    populate(path, reader.user.user_id, MANY)

    with cost() as cold:
        answer = reader.get(f"{path}?per_page=100")

    assert answer.json["data"]["total_count"] == MANY
    assert cold.sql <= 11  # also the last of the list, and two counts
