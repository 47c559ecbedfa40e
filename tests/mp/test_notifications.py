"""What editors are told, at their own door (media-platform.md §2.32, user-app.md §12.3)."""

from __future__ import annotations

from common.utils.constants import NotificationKind
from tests.factories import NotificationFactory

NOTIFICATIONS = "/mp/v1_0/user/notifications"


def tell(client, **values):
    return NotificationFactory(user_id=client.user.user_id, **values).id


def test_a_review_of_an_article_is_told_with_its_reason(editor):
    decided = {"art_id": 7, "art_title": "老城墙下的早点铺", "status": 3, "reason": "配图模糊"}
    tell(editor, kind=NotificationKind.REVIEW, actor_id=None, payload=decided)

    data = editor.get(NOTIFICATIONS).json["data"]

    (told,) = data["results"]
    assert (data["total_count"], data["unread_count"]) == (1, 1)
    assert (told["kind"], told["is_read"]) == ("review", False)
    assert told | decided == told


def test_both_doors_tell_the_same_and_know_what_was_read(editor):
    first, second = tell(editor), tell(editor)

    marked = editor.put(NOTIFICATIONS, json={"ids": [first]})

    assert (marked.status_code, marked.json["data"]) == (201, {"unread_count": 1})
    here = editor.get(NOTIFICATIONS).json
    assert here == editor.get("/v1_0/user/notifications").json
    unread = editor.get(NOTIFICATIONS, query_string={"unread": 1}).json["data"]["results"]
    assert [each["id"] for each in unread] == [second]
    assert editor.put(NOTIFICATIONS).json["data"] == {"unread_count": 0}


def test_those_of_others_are_neither_shown_nor_marked(editor, sign_in, author, reader):
    foreign = tell(reader)

    assert editor.get(NOTIFICATIONS).json["data"]["results"] == []
    assert editor.put(NOTIFICATIONS, json={"ids": [foreign]}).status_code == 201
    assert reader.get("/v1_0/user/notifications").json["data"]["unread_count"] == 1
