"""An editor's followers (media-platform.md §2.8)."""

from __future__ import annotations

from common.utils import media
from common.utils.constants import RelationKind
from common.utils.observing import metering
from tests.factories import UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.accounts import let_in, lock_out, relate

FOLLOWERS = "/mp/v1_0/followers"


def listed(client, **query):
    answer = client.get(FOLLOWERS, query_string=query)
    assert answer.status_code == 200
    return answer.json["data"]


def follow(editor, *users):
    for user in users:
        relate(user.user_id, editor.user.user_id, RelationKind.FOLLOW)


def test_the_latest_follower_comes_first(editor):
    first, second = UserFactory(user_name="竹里馆"), UserFactory(profile_photo="u/11aa.png")
    follow(editor, first)
    relate(editor.user.user_id, first.user_id, RelationKind.FOLLOW)
    follow(editor, second)

    data = listed(editor)

    assert {name: data[name] for name in ("total_count", "page", "per_page")} == {
        "total_count": 2,
        "page": 1,
        "per_page": 20,
    }
    assert data["results"] == [
        {
            "id": second.user_id,
            "name": second.user_name,
            "photo": "http://localhost/media/u/11aa.png",
            "fans_count": 0,
            "mutual_follow": False,
        },
        {
            "id": first.user_id,
            "name": "竹里馆",
            "photo": media.avatar("", first.user_id),
            "fans_count": 1,
            "mutual_follow": True,
        },
    ]


def test_only_those_who_follow_now_are_listed_and_counted(editor, sign_in):
    gone, blocked, frozen, stays = (UserFactory() for _ in range(4))
    follow(editor, gone, blocked, frozen, stays)
    assert listed(editor)["total_count"] == 4

    sign_in(gone).delete(f"/v1_0/user/followings/{editor.user.user_id}")
    editor.post("/v1_0/user/blacklists", json={"target": blocked.user_id})
    lock_out(frozen.user_id)
    relay_everything()

    data = listed(editor)
    assert data["total_count"] == 1
    assert [each["id"] for each in data["results"]] == [stays.user_id]


def test_a_follower_who_was_thawed_is_back(editor):
    frozen = UserFactory()
    follow(editor, frozen)
    lock_out(frozen.user_id)
    relay_everything()
    listed(editor)

    let_in(frozen.user_id)
    relay_everything()

    assert listed(editor)["total_count"] == 1


def test_pages_are_cut_as_clients_ask(editor):
    users = [UserFactory() for _ in range(25)]
    follow(editor, *users)
    newest_first = [user.user_id for user in reversed(users)]

    pages = [listed(editor, page=page, per_page=24) for page in (1, 2, 3)]

    assert [[each["id"] for each in page["results"]] for page in pages] == [
        newest_first[:24],
        newest_first[24:],
        [],
    ]
    assert {page["total_count"] for page in pages} == {25}
    assert [page["page"] for page in pages] == [1, 2, 3]


def test_bad_pages_are_refused(refuses):
    low = "Invalid page: 0. page must be a positive integer"
    refuses(
        "GET",
        FOLLOWERS,
        [
            ({"query_string": {"page": 0}}, {"page": low}),
            ({"query_string": {"page": "x"}}, {"page": "x is not a valid integer"}),
            (
                {"query_string": {"per_page": 101}},
                {"per_page": "Invalid per_page: 101. per_page must be within the range 1 - 100"},
            ),
            (
                {"query_string": {"per_page": 0}},
                {"per_page": "Invalid per_page: 0. per_page must be within the range 1 - 100"},
            ),
        ],
    )


def test_a_page_costs_three_stages_and_no_sql_once_it_is_warm(editor):
    follow(editor, *[UserFactory() for _ in range(30)])
    listed(editor)

    for per_page in (20, 30):
        listed(editor, per_page=per_page)
        with metering.measure() as cost:
            listed(editor, per_page=per_page)
        assert cost.stages <= 3
        assert cost.sql == 0
