"""Operators make, change, order, hide and delete channels (admin.md §2.32 to §2.35)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view, transaction
from common.models import Article, Channel, UserChannel
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory, ChannelFactory
from tests.support.scenarios.feeding import now_ms
from tests.support.scenarios.operators import MIS, operations, told

CHANNELS = f"{MIS}/channels"


def listed(client, query=""):
    """What the operators' list shows."""
    return client.get(f"{CHANNELS}?{query}").json["data"]["channels"]


def names(client):
    """Names of the channels that a reader is shown."""
    return [row["name"] for row in client.get("/v1_0/channels").json["data"]["channels"]]


def own(client):
    """Names of the channels that a reader has chosen."""
    return [row["name"] for row in client.get("/v1_0/user/channels").json["data"]["channels"]]


def test_a_row_has_its_id_as_text_and_counts_what_is_not_deleted(admin):
    channel = ChannelFactory(channel_name="数据库", sequence=3)
    for status in ArticleStatus:
        ArticleFactory(channel_id=channel.channel_id, status=status)

    (row,) = listed(admin)

    assert row.pop("update_time")
    assert row == {
        "channel_id": str(channel.channel_id),
        "name": "数据库",
        "is_visible": 1,
        "is_default": 0,
        "sequence": 3,
        "article_count": len(ArticleStatus) - 1,
    }


def test_lists_are_filtered_and_cost_the_same_however_many_they_show(admin, cost):
    first = ChannelFactory(channel_name="Python")
    ChannelFactory(channel_name="100%", is_visible=False)

    def found(query):
        return [row["name"] for row in listed(admin, query)]

    assert found(f"channel_id={first.channel_id}") == ["Python"]
    assert found("keyword=PYTH") == ["Python"]
    assert found("keyword=%25") == ["100%"]
    assert found("is_visible=0") == ["100%"]
    assert found("order_by=id") == ["Python", "100%"]
    with cost() as few:
        listed(admin)
    for _ in range(6):
        ChannelFactory()
    with cost() as many:
        listed(admin)
    assert few.sql == many.sql == 2


def test_a_new_channel_shows_to_everybody_at_once(admin, anonymous, author):
    assert names(anonymous) == []

    body = {"name": "地理", "is_visible": 1, "is_default": "1"}
    answer = admin.post(CHANNELS, json=body)

    assert answer.status_code == 201
    made = answer.json["data"]
    assert (made["name"], made["is_visible"], made["is_default"]) == ("地理", 1, 1)
    assert isinstance(made["channel_id"], str)
    assert names(anonymous) == ["地理"]
    assert own(anonymous) == ["推荐", "地理"]
    editors = author.get("/mp/v1_0/channels").json["data"]["channels"]
    assert [row["name"] for row in editors] == ["地理"]
    assert told() == ["新增: 频道 地理"]


def test_a_hidden_channel_vanishes_from_all_lists_and_comes_back(admin, anonymous, reader):
    kept, hidden = ChannelFactory(channel_name="留"), ChannelFactory(channel_name="藏")
    article = ArticleFactory(published=True, channel_id=hidden.channel_id)
    chosen = [{"id": each.channel_id, "seq": n} for n, each in enumerate((hidden, kept), 1)]
    reader.patch("/v1_0/user/channels", json={"channels": chosen})
    assert own(reader) == ["推荐", "藏", "留"]
    path = f"{CHANNELS}/{hidden.channel_id}"

    admin.put(path, json={"is_visible": 0})

    assert own(reader) == ["推荐", "留"]
    assert "藏" not in names(anonymous)
    assert anonymous.get(f"/v1_0/articles/{article.article_id}").status_code == 200
    admin.put(path, json={"is_visible": 1, "name": "现"})
    assert own(reader) == ["推荐", "现", "留"]
    assert operations()[0].changes == {"is_visible": [True, False]}


def test_channels_are_put_in_order(admin, anonymous):
    first, second, third = (ChannelFactory(channel_name=name, sequence=9) for name in "甲乙丙")
    assert names(anonymous) == ["甲", "乙", "丙"]

    ids = [str(third.channel_id), first.channel_id]
    answer = admin.put(f"{CHANNELS}/sequence", json={"channel_ids": ids})

    assert (answer.status_code, answer.json["data"]) == (201, {"count": 2})
    assert names(anonymous) == ["丙", "甲", "乙"]
    refused = admin.put(f"{CHANNELS}/sequence", json={"channel_ids": [second.channel_id, 404]})
    assert (refused.status_code, refused.json["errors"]) == (
        400,
        {"channel_ids": "Invalid channel id."},
    )


def test_a_channel_goes_with_what_readers_chose_but_not_while_it_has_articles(admin, reader):
    channel = ChannelFactory(channel_name="短命")
    path = f"{CHANNELS}/{channel.channel_id}"
    article_id = ArticleFactory(published=True, channel_id=channel.channel_id).article_id
    chosen = {"channels": [{"id": channel.channel_id, "seq": 1}]}
    reader.patch("/v1_0/user/channels", json=chosen)

    refused = admin.delete(path)
    assert (refused.status_code, refused.json) == (
        400,
        {"message": "Please delete the article first."},
    )
    channel_id = channel.channel_id
    with transaction() as session:
        session.get_one(Article, article_id).status = ArticleStatus.DELETED
    answer = admin.delete(path)

    assert answer.status_code == 204
    refresh_view()
    assert db.session.get(Channel, channel_id, populate_existing=True) is None
    assert db.session.query(UserChannel).count() == 0
    assert own(reader) == ["推荐"]
    assert admin.delete(path).status_code == 204
    assert told() == ["删除: 频道 短命"]


def test_names_are_unique_without_regard_to_case(admin):
    ChannelFactory(channel_name="Python")
    other_id = ChannelFactory(channel_name="其他").channel_id

    made = admin.post(CHANNELS, json={"name": "PYTHON", "is_visible": 1})
    renamed = admin.put(f"{CHANNELS}/{other_id}", json={"name": "python"})

    assert (made.status_code, made.json) == (403, {"message": "PYTHON already exists"})
    assert (renamed.status_code, renamed.json) == (403, {"message": "python already exists"})


def test_an_unknown_channel_is_refused_and_the_virtual_one_does_not_exist(admin):
    for method in ("GET", "PUT"):
        answer = admin.open(f"{CHANNELS}/404", method=method, json={})
        assert (answer.status_code, answer.json) == (400, {"message": "Invalid channel id."})
    for method in ("PUT", "DELETE"):
        assert admin.open(f"{CHANNELS}/0", method=method, json={}).status_code == 404


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"is_visible": 1}, "name", "Missing required parameter in the JSON body"),
        ({"name": "地理"}, "is_visible", "Missing required parameter in the JSON body"),
        ({"name": "地" * 33, "is_visible": 1}, "name",
         'Value does not match pattern: "^.{1,32}$"'),
        ({"name": "地理", "is_visible": 2}, "is_visible",
         "Invalid argument: 2. argument must be within the range 0 - 1"),
        ({"name": "地理", "is_visible": 1, "sequence": -1}, "sequence",
         "Invalid sequence: -1. sequence must be a non-negative integer"),
    ],
)  # fmt: skip
def test_a_malformed_channel_is_refused(refuses, body, name, reason):
    refuses("POST", CHANNELS, [({"json": body}, {name: reason})])


def _pinned(client, channel_id):
    path = f"/v1_1/articles?channel_id={channel_id}&timestamp={now_ms()}&with_top=1"
    rows = client.get(path).json["data"]["results"]
    return [int(row["art_id"]) for row in rows if row["is_top"]]


def test_articles_are_pinned_in_order_at_once_and_taken_down(admin, anonymous):
    channel = ChannelFactory(channel_name="数据库")
    first, second = (
        ArticleFactory(published=True, channel_id=channel.channel_id).article_id for _ in "ab"
    )
    path = f"{CHANNELS}/{channel.channel_id}/tops"
    body = {"tops": [{"article_id": second}, {"article_id": str(first)}]}

    answer = admin.put(path, json=body)

    assert answer.status_code == 201
    assert [row["article_id"] for row in answer.json["data"]["tops"]] == [second, first]
    assert answer.json["data"] == admin.get(path).json["data"]
    assert _pinned(anonymous, channel.channel_id) == [second, first]
    assert admin.delete(f"{path}/{second}").status_code == 204
    assert [row["article_id"] for row in admin.get(path).json["data"]["tops"]] == [first]
    assert admin.delete(f"{path}/{second}").status_code == 204
    assert told() == ["修改: 频道置顶 数据库"] * 2
    assert operations()[0].changes == {"articles": [[], [second, first]]}


def test_only_what_readers_see_in_a_channel_is_pinned_there(refuses, admin):
    channel = ChannelFactory()
    elsewhere = ArticleFactory(published=True).article_id
    draft = ArticleFactory(channel_id=channel.channel_id, status=ArticleStatus.DRAFT).article_id
    path = f"{CHANNELS}/{channel.channel_id}/tops"
    period = {"starts_at": "2030-01-02 00:00:00", "ends_at": "2030-01-01 00:00:00"}

    unseen, backwards = {"tops": "Invalid target article id."}, {"tops": "Invalid date param."}
    cases = [({"article_id": id_}, unseen) for id_ in (elsewhere, draft, 404)]
    cases.append(({"article_id": elsewhere, **period}, backwards))
    refuses("PUT", path, [({"json": {"tops": [item]}}, told_) for item, told_ in cases])
    anywhere = admin.put(f"{CHANNELS}/0/tops", json={"tops": [{"article_id": elsewhere}]})
    assert anywhere.status_code == 201
    assert admin.get(f"{CHANNELS}/404/tops").json == {"message": "Invalid channel id."}
