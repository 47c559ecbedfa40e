"""Databases without migration history: the reference's 29 tables and a fork's 17."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text

from common.models import (
    Article,
    ArticleContent,
    Channel,
    Comment,
    GroupPermission,
    Permission,
    Relation,
    StatisticsSales,
    User,
    schema,
)
from common.models.adoption import AdoptionRefused
from tests.support.scenarios import reference

TOP, REPLY, REPLY_TO_REPLY = 1, 2, 3  # comment ids


@pytest.mark.parametrize("tables", [reference.REFERENCE, reference.FORK], ids=["29", "17"])
def test_an_adopted_database_agrees_with_the_models(database: Engine, tables: tuple[str, ...]):
    reference.build(database, tables)

    done = schema.upgrade(database)

    assert done
    assert schema.is_current(database)
    assert schema.differences(database) == []


@pytest.mark.parametrize("tables", [reference.REFERENCE, reference.FORK], ids=["29", "17"])
def test_an_adopted_database_keeps_its_rows(database: Engine, tables: tuple[str, ...]):
    reference.build(database, tables)

    schema.upgrade(database)

    with database.connect() as connection:
        users = connection.execute(select(User.user_id, User.user_name).order_by(User.user_id))
        assert users.all() == [(1, "黑马头条"), (2, "Alice"), (1103758222555521024, "bob")]
        assert connection.scalars(select(Channel.channel_name)).all() == ["python"]
        assert connection.scalars(select(ArticleContent.content)).all() == ["<p>文</p>"]
        assert connection.scalars(select(Article.title)).all() == ["a", "b", "c"]


def test_a_second_upgrade_adopts_nothing(database: Engine):
    reference.build(database, reference.REFERENCE)
    schema.upgrade(database)

    assert schema.upgrade(database) == []


def test_published_articles_enter_the_feed_one_after_the_other(database: Engine):
    reference.build(database, reference.REFERENCE)

    schema.upgrade(database)

    with database.connect() as connection:
        times = connection.execute(select(Article.article_id, Article.feed_ms, Article.update_time))
        rows = {article_id: (feed_ms, str(edited)) for article_id, feed_ms, edited in times}
    created_ms = 1_552_269_600_000  # 2019-03-11 10:00 in Shanghai
    assert rows == {
        1: (created_ms, "2019-03-12 00:00:00"),
        2: (created_ms + 1, "2019-03-12 00:00:00"),
        3: (None, "2019-03-12 00:00:00"),
    }


def test_replies_are_attached_to_their_threads_at_any_depth(database: Engine):
    reference.build(database, reference.REFERENCE)

    schema.upgrade(database)

    with database.connect() as connection:
        roots = dict(connection.execute(select(Comment.comment_id, Comment.root_id)).all())
        edited = connection.scalars(select(Comment.update_time == Comment.create_time)).all()
    assert roots == {TOP: None, REPLY: TOP, REPLY_TO_REPLY: TOP}
    assert edited == [True, True, True]


def test_rows_that_say_nothing_of_their_own_are_merged(database: Engine):
    reference.build(database, reference.REFERENCE)

    schema.upgrade(database)

    with database.connect() as connection:
        grants = select(GroupPermission.group_id, GroupPermission.permission_id)
        assert connection.execute(grants).all() == [(1, 3)]
        sales = select(StatisticsSales.area, StatisticsSales.money)
        assert connection.execute(sales).all() == [(1, 123), (2, 7)]
        relations = select(Relation.user_id, Relation.target_user_id)
        assert connection.execute(relations).all() == [(1, 2)]
        accounts = select(User.account).order_by(User.user_id)
        assert connection.scalars(accounts).all() == [None, None, "bob"]
        codes = select(Permission.code, Permission.api_code).order_by(Permission.permission_id)
        assert connection.execute(codes).all() == [
            ("", None),
            ("", None),
            ("userlist-get", "userlist-get"),
        ]


def test_rows_that_only_their_owner_can_put_right_refuse_the_adoption(database: Engine):
    reference.build(database, reference.REFERENCE)
    with database.begin() as connection:
        connection.execute(text("UPDATE user_basic SET account = 'Same' WHERE user_id = 1"))
        connection.execute(text("UPDATE user_basic SET account = 'same' WHERE user_id = 2"))

    with pytest.raises(AdoptionRefused, match="user_basic: more than one row with account = "):
        schema.upgrade(database)

    assert schema.current(database) is None
    with database.connect() as connection:
        selfish = text("SELECT COUNT(*) FROM user_relation WHERE user_id = target_user_id")
        assert connection.scalar(selfish) == 1  # nothing was changed, repairs included


def test_columns_of_a_fork_that_we_do_not_know_are_kept(database: Engine):
    reference.build(database, reference.FORK)
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE news_channel ADD COLUMN slogan VARCHAR(9)"))
        connection.execute(text("UPDATE news_channel SET slogan = 'import this'"))

    schema.upgrade(database)

    with database.connect() as connection:
        assert connection.scalar(text("SELECT slogan FROM news_channel")) == "import this"


def test_code_of_the_reference_can_still_insert(database: Engine):
    """Every column it does not know is nullable or has a default in the database."""
    reference.build(database, reference.REFERENCE)
    old = {name: reference.columns(database, name) for name in reference.REFERENCE}

    new = schema.reference_metadata()

    for name, known in old.items():
        for column in new.tables[name].columns:
            assert column.name in known or column.nullable or column.server_default is not None, (
                f"{name}.{column.name}"
            )
